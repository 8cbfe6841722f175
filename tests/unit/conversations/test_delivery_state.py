"""How a message's delivery state moves."""

import itertools
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.conversations.domain.delivery import (
    Report,
    apply_report,
    begin_attempt,
    may_retry,
    next_state,
    settle,
)
from services.conversations.models import Message
from tests.unit.conversations.rows import NOW, after, conversation, outbound

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


_WORDS = ("sending", "unconfirmed", "failed", "sent", "refused", "delivered", "read")
_STORY = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8)


def _told(words: list[str]) -> Message:
    """A message after reports of its attempt in this order."""
    row = conversation()
    message = outbound(row)
    for word in words:
        apply_report(message, Report(word, 1, NOW, failure_code=word if word in {"failed", "refused"} else ""), row)
    return message


@pytest.mark.promise(2)
@given(_STORY, st.randoms())
def test_reports_of_answer_echo_and_receipts_end_the_same_in_any_order(words: list[str], chance: Random) -> None:
    shuffled = [*words, *chance.choices(words, k=len(words))]
    chance.shuffle(shuffled)
    straight, other = _told(words), _told(shuffled)
    assert (straight.delivery_state, straight.failure_code) == (other.delivery_state, other.failure_code)
    furthest = max(words, key=_WORDS.index)
    assert straight.delivery_state == ("failed" if furthest == "refused" else furthest)


@pytest.mark.promise(4)
@given(_STORY)
def test_a_state_never_goes_back(words: list[str]) -> None:
    row = conversation()
    message = outbound(row)
    furthest = -1
    for word in words:
        apply_report(message, Report(word, 1, NOW), row)
        state = "refused" if "refused_attempt" in message.details and message.delivery_state == "failed" else None
        now = _WORDS.index(state or message.delivery_state or "")
        assert now >= furthest
        furthest = now


def test_a_refusal_of_an_attempt_that_is_over_says_nothing_of_the_next() -> None:
    row = conversation()
    message = outbound(row)
    sent = Report("sent", 1, NOW, provider_message_id="p1")
    refused = Report("refused", None, NOW, "blocked", provider_message_id="p1")
    assert apply_report(message, sent, row)
    assert apply_report(message, refused, row)
    begin_attempt(message)
    assert not apply_report(message, refused, row)
    assert message.delivery_state == "queued"
    apply_report(message, Report("sent", 2, NOW, provider_message_id="p2"), row)
    assert not apply_report(message, refused, row)
    assert (message.delivery_state, message.provider_message_id) == ("sent", "p2")
    assert apply_report(message, Report("delivered", None, NOW, provider_message_id="p1"), row)


@given(st.permutations(range(3)), st.integers(-5, 5))
def test_a_watermark_reaches_what_was_sent_before_it_whatever_is_told_first(order: list[int], seconds: int) -> None:
    row = conversation()
    message = outbound(row)
    until = after(seconds)
    steps: list[Callable[[], object]] = [
        lambda: apply_report(message, Report("sent", 1, after(0.2)), row),
        lambda: setattr(row, "read_until", until),
        lambda: apply_report(message, Report("sending", 1, NOW), row),
    ]
    for index in order:
        steps[index]()
        settle(message, row)
    assert message.delivery_state == ("read" if seconds >= 0 else "sent")


def test_what_waited_in_the_queue_was_not_read_before_it_was_sent() -> None:
    row = conversation(read_until=after(30))
    message = outbound(row)
    apply_report(message, Report("sent", 1, after(3600)), row)
    assert message.delivery_state == "sent"
