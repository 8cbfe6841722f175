"""How a message's delivery state moves."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.conversations.domain.delivery import may_retry, next_state

_STATES = ("queued", "sending", "unconfirmed", "failed", "sent", "delivered", "read")
_REPORTS = st.tuples(st.sampled_from(_STATES), st.integers(1, 3))
# What a message can still become on its way, the customer's side of it aside.
_FORWARD = {
    ("queued", "sending"),
    ("unconfirmed", "failed"),
    *itertools.product(("queued", "sending"), ("unconfirmed", "failed")),
    *itertools.product(("queued", "sending", "unconfirmed", "failed"), ("sent", "delivered", "read")),
    ("sent", "delivered"),
    ("sent", "read"),
    ("delivered", "read"),
}


@pytest.mark.promise(4)
@pytest.mark.parametrize("current", _STATES)
@pytest.mark.parametrize("reported", _STATES)
def test_a_report_of_the_present_attempt_only_moves_forward(current: str, reported: str) -> None:
    moved = next_state(current, 1, reported, 1)
    assert moved == (reported if (current, reported) in _FORWARD else None)


@pytest.mark.promise(4)
@pytest.mark.parametrize("current", _STATES)
@pytest.mark.parametrize("reported", _STATES)
def test_an_older_attempt_only_proves_that_the_message_arrived(current: str, reported: str) -> None:
    moved = next_state(current, 2, reported, 1)
    arrived = reported in {"sent", "delivered", "read"}
    assert moved == (reported if arrived and (current, reported) in _FORWARD else None)


def test_words_of_a_newer_version_change_nothing() -> None:
    assert next_state("queued", 1, "teleported", 1) is None


@given(st.lists(_REPORTS, max_size=20), st.integers(1, 3))
def test_once_the_platform_has_it_no_order_of_reports_takes_that_back(
    reports: list[tuple[str, int]], attempt: int
) -> None:
    state = "queued"
    for reported, of in reports:
        state = next_state(state, attempt, reported, of) or state
    best = max((_STATES.index(word) for word, _ in reports if word in {"sent", "delivered", "read"}), default=0)
    if best:
        assert state == _STATES[best]


@given(st.permutations([("sending", 1), ("sent", 1), ("delivered", 1), ("read", 1)]))
def test_reports_in_any_order_end_the_same(reports: list[tuple[str, int]]) -> None:
    state = "queued"
    for reported, of in reports:
        state = next_state(state, 1, reported, of) or state
    assert state == "read"


def test_only_what_did_not_arrive_for_all_we_know_is_tried_again_by_hand() -> None:
    assert [state for state in _STATES if may_retry(state)] == ["unconfirmed", "failed"]
