"""Identifiers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from libs.clock.clock import FixedClock, SystemClock
from libs.clock.ids import new_id, time_of_id

_TIMES = st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC))


@given(_TIMES)
def test_an_id_is_of_version_7_and_tells_its_millisecond(at: datetime) -> None:
    made = new_id(FixedClock(at))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert timedelta() <= at - time_of_id(made) < timedelta(milliseconds=1)


@given(_TIMES)
def test_the_time_of_an_id_is_a_whole_millisecond(at: datetime) -> None:
    assert time_of_id(new_id(FixedClock(at))).microsecond % 1000 == 0


@given(st.uuids())
def test_any_uuid_tells_some_time(value: UUID) -> None:
    assert time_of_id(value).tzinfo is UTC


def test_ids_of_one_process_sort_as_they_were_made() -> None:
    still, running = FixedClock(datetime(2026, 1, 1, tzinfo=UTC)), SystemClock(None)
    for clock in (still, running):
        made = [new_id(clock) for _ in range(20_000)]
        assert made == sorted(set(made))


def test_ids_of_one_moment_differ_between_processes() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    tails = set()
    for _ in range(50):
        tails.add(new_id(clock).int & (1 << 62) - 1)
        clock.advance(timedelta(milliseconds=1))
    assert len(tails) == 50
