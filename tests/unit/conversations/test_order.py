"""Where messages stand in their thread."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.conversations.domain.order import inbound_time, outbound_time, sort_key
from tests.unit.conversations.rows import CUSTOMER, Desk, after

_TIMES = st.datetimes(datetime(2010, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
_SEQUENCES = st.integers(1, 2**40)
_SKEWS = st.timedeltas(timedelta(hours=-3), timedelta(hours=3))


@given(_TIMES, _TIMES, _SEQUENCES, _SEQUENCES)
def test_keys_sort_by_time_in_milliseconds_then_by_arrival(
    first: datetime, second: datetime, sequence: int, other: int
) -> None:
    def rank(at: datetime, number: int) -> tuple[int, int]:
        return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1), number

    by_key = sort_key(first, sequence) < sort_key(second, other)
    assert by_key == (rank(first, sequence) < rank(second, other))


@pytest.mark.promise(3)
@given(_TIMES, _SKEWS, _SEQUENCES)
def test_an_answer_never_sorts_before_what_its_writer_saw(seen_at: datetime, skew: timedelta, sequence: int) -> None:
    seen = sort_key(seen_at, sequence)
    assert sort_key(outbound_time(seen_at + skew, seen), sequence + 1) > seen


@given(_TIMES)
def test_the_first_message_of_all_takes_the_present_time(now: datetime) -> None:
    assert outbound_time(now, "") == now


@given(_TIMES, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_platforms_time_is_taken_unless_it_lies_in_the_future(received_at: datetime, early: timedelta) -> None:
    taken = inbound_time(received_at + early, received_at)
    assert taken == (received_at if early > timedelta(minutes=1) else received_at + early)


@pytest.mark.promise(3)
def test_a_late_message_is_placed_by_the_platforms_time() -> None:
    desk = Desk()
    newer = desk.message(CUSTOMER.wrote(at=after(10)))
    late = desk.message(CUSTOMER.wrote(at=after(-3600)))
    assert late.sort_key < newer.sort_key
    assert late.sequence == newer.sequence + 1


@pytest.mark.promise(3)
@given(st.lists(st.tuples(st.booleans(), st.integers(-7200, 7200)), max_size=30))
def test_whatever_clocks_say_an_answer_comes_after_everything_stored_before_it(steps: list[tuple[bool, int]]) -> None:
    desk, keys = Desk(), list[str]()
    for answers, seconds in steps:
        desk.clock.advance(timedelta(milliseconds=seconds % 3))
        if answers:
            answer = desk.answer()
            assert all(answer.sort_key > key for key in keys)
            keys.append(answer.sort_key)
        else:
            keys.append(desk.message(CUSTOMER.wrote(at=after(seconds))).sort_key)
    assert len(set(keys)) == len(keys)
