"""How fast contacts and accounts are written to."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.registry import channel_named
from services.delivery.models import Lane
from services.delivery.service.pace import CONTACT_BURST, Bucket, Pace


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@given(pauses=st.lists(st.floats(0, 20), max_size=60))
def test_over_any_time_no_more_than_the_burst_and_one_each_interval(pauses: list[float]) -> None:
    clock = Clock()
    bucket, taken = Bucket(clock), []
    for pause in pauses:
        clock.seconds += pause
        if not bucket.wait("mei", 6, 10):
            bucket.take("mei", 6)
            taken.append(clock.seconds)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= 10 + (taken[last] - taken[first]) / 6 + 1e-6


def test_who_waited_as_long_as_asked_may() -> None:
    clock = Clock()
    pace, limits = Pace(clock), channel_named("whatsapp").limits
    mei, ken = (Lane(uuid4(), "shop", uuid4(), 1) for _ in range(2))
    for _ in range(CONTACT_BURST):
        assert pace.contact_wait(mei, limits) == 0
        pace.took(mei, limits)
    assert pace.contact_wait(mei, limits) == pytest.approx(6)
    assert pace.contact_wait(ken, limits) == 0
    clock.seconds += pace.contact_wait(mei, limits)
    assert pace.contact_wait(mei, limits) == pytest.approx(0)


def test_where_no_platform_asks_nobody_waits() -> None:
    clock = Clock()
    pace, limits = Pace(clock), channel_named("line").limits
    mei = Lane(uuid4(), "shop", uuid4(), 1)
    for _ in range(100):
        pace.took(mei, limits)
    assert pace.contact_wait(mei, limits) == 0


def test_what_is_even_again_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.delivery.service.pace._MOST", 3)
    clock = Clock()
    bucket = Bucket(clock)
    for name in "abc":
        bucket.take(name, 6)
    clock.seconds += 5
    bucket.take("a", 6)
    clock.seconds += 2
    bucket.take("d", 6)
    assert bucket.wait("a", 6, 1) == pytest.approx(5)
    assert len(bucket._even) == 2


async def test_an_account_that_is_too_fast_waits() -> None:
    clock = Clock()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.seconds += seconds

    pace, limits = Pace(clock, sleep), channel_named("whatsapp").limits
    mei = Lane(uuid4(), "shop", uuid4(), 1)
    for _ in range(80):
        await pace.account_turn("shop", limits)
        pace.took(mei, limits)
    assert sum(slept) == pytest.approx((80 - 8) / 80, abs=0.02)
