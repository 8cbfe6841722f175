"""Answers that were lost where the platform has no keys: it tells later, or nobody knows."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.limits import Limits
from libs.channels.outcomes import Outcome, Verdict
from services.delivery.domain.sending import (
    CONFIRMED_WITHIN,
    Word,
    end_hopeless,
    hear,
    left_lane,
    note_try,
    settle,
    stay_unconfirmed,
)
from tests.unit.delivery.attempts import (
    ACCEPTED,
    FINAL,
    LOST,
    NOW,
    SILENT,
    TELLS,
    TOO_MANY,
    UNAUTHORISED,
    UNREACHED,
    attempt,
    outcomes,
)

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ARRIVED = Word("m9")
BOUNCED = Word("m9", "blocked", "the customer cannot be reached")

# One turn with this outcome, or a death before it (None); the platform's word; or a look at what is overdue.
steps = st.one_of(outcomes, st.none(), st.sampled_from([ARRIVED, BOUNCED, "overdue"]))
# An outcome that contradicts itself must not lead to a second send either.
odd = outcomes.map(
    lambda found: Outcome(found.verdict, found.code, found.detail, found.sent, maybe_sent=found.verdict != "accepted")
)


@pytest.mark.promise(4)
@pytest.mark.parametrize("limits", [TELLS, SILENT], ids=["tells later", "never tells"])
@given(life=st.lists(st.tuples(st.floats(0, 2000), steps | odd), max_size=12))
def test_what_may_have_gone_out_without_a_key_is_never_sent_again(
    limits: Limits, life: list[tuple[float, object]]
) -> None:
    sent, now, calls_since_doubt, doubtful, left = attempt(reply=False), NOW, 0, False, False
    for seconds, step in life:
        now += timedelta(seconds=seconds)
        if isinstance(step, Word):
            hear(sent, step, now)
        elif step == "overdue":
            if sent.confirm_by is not None and sent.confirm_by <= now:
                stay_unconfirmed(sent, now)
        elif not left_lane(sent) and not end_hopeless(sent, True, limits, now):
            note_try(sent, limits, now)
            calls_since_doubt += doubtful
            if isinstance(step, Outcome):
                settle(sent, step, limits, now, 0.5)
            doubtful = doubtful or step is None or sent.maybe_sent
        assert calls_since_doubt == 0
        assert not (left and not left_lane(sent)), "what left its lane never comes back"
        left = left_lane(sent)
        assert (sent.finished_at is not None) == (sent.state in FINAL)
        assert sent.confirm_by is None or sent.state == "sending"


@pytest.mark.promise(4)
@pytest.mark.parametrize("answer", ["lost", "died"])
def test_a_lost_answer_leaves_the_lane_at_once_and_waits_ten_minutes_for_the_platforms_word(answer: str) -> None:
    sent = attempt(reply=False)
    note_try(sent, TELLS, NOW)
    if answer == "lost":
        settle(sent, LOST, TELLS, NOW + 9 * SECOND, 0.5)
    else:
        assert end_hopeless(sent, True, TELLS, NOW + MINUTE)
    assert left_lane(sent)
    assert (sent.state, sent.finished_at, sent.confirm_by) == ("sending", None, NOW + CONFIRMED_WITHIN)
    stay_unconfirmed(sent, NOW + CONFIRMED_WITHIN)
    assert (sent.state, sent.failure_code, sent.confirm_by) == ("unconfirmed", "unconfirmed", None)


def test_trying_for_long_before_the_answer_was_lost_leaves_the_platform_its_time() -> None:
    sent = attempt(reply=False)
    for after, outcome in ((0, UNREACHED), (14, TOO_MANY), (16, LOST)):
        note_try(sent, TELLS, NOW + after * MINUTE)
        settle(sent, outcome, TELLS, NOW + after * MINUTE, 0.5)
    assert sent.confirm_by == NOW + 16 * MINUTE + CONFIRMED_WITHIN


@pytest.mark.parametrize(
    ("word", "state", "code"), [(ARRIVED, "sent", ""), (BOUNCED, "failed", "blocked")], ids=["arrived", "bounced"]
)
@pytest.mark.parametrize("when", ["before the answer", "while it is awaited", "after it was given up"])
def test_the_platforms_word_ends_it_whenever_it_comes(word: Word, state: str, code: str, when: str) -> None:
    sent = attempt(reply=False)
    note_try(sent, TELLS, NOW)
    if when != "before the answer":
        settle(sent, LOST, TELLS, NOW, 0.5)
    if when == "after it was given up":
        stay_unconfirmed(sent, NOW + 10 * MINUTE)
    assert hear(sent, word, NOW + 11 * MINUTE)
    assert (sent.state, sent.failure_code, sent.provider_message_id) == (state, code, "m9")
    assert (sent.finished_at, sent.confirm_by) == (NOW + 11 * MINUTE, None)
    assert not hear(sent, BOUNCED, NOW + 12 * MINUTE), "no news"


def test_a_word_about_what_was_never_tried_is_not_believed() -> None:
    assert not hear(attempt(), ARRIVED, NOW)


def test_what_is_known_to_be_sent_stays_so() -> None:
    sent = attempt(reply=False)
    note_try(sent, TELLS, NOW)
    settle(sent, ACCEPTED, TELLS, NOW, 0.5)
    assert not hear(sent, BOUNCED, NOW)
    assert (sent.state, sent.provider_message_id) == ("sent", "m1")


def test_a_platform_that_never_tells_is_not_waited_for() -> None:
    sent = attempt(reply=False)
    note_try(sent, SILENT, NOW)
    settle(sent, LOST, SILENT, NOW, 0.5)
    assert (sent.state, sent.confirm_by) == ("unconfirmed", None)


def test_trouble_that_comes_with_doubt_is_heard_all_the_same() -> None:
    """The account stops or slows down, and the message is not tried again."""
    for told, parks, slows in ((UNAUTHORISED, True, False), (TOO_MANY, False, True)):
        sent = attempt(reply=False)
        note_try(sent, TELLS, NOW)
        step = settle(sent, Outcome(told.verdict, told.code, maybe_sent=True), TELLS, NOW, 0.5)
        assert (bool(step.park), step.slow_down, step.again_after) == (parks, slows, None)
        assert sent.confirm_by is not None


def test_a_rate_of_one_contact_slows_down_nobody_else() -> None:
    sent = attempt(reply=False)
    note_try(sent, TELLS, NOW)
    step = settle(sent, Outcome(Verdict.RETRY, "rate_limited", contact_only=True), TELLS, NOW, 0.5)
    assert not step.slow_down
    assert step.again_after


@pytest.mark.parametrize("kind", ["text", "image"])
def test_after_the_window_nothing_is_tried_but_templates(kind: str) -> None:
    closed = NOW + MINUTE
    sent = attempt(reply=False, type=kind, window_closes_at=closed)
    assert not end_hopeless(sent, True, TELLS, closed - SECOND)
    assert end_hopeless(sent, True, TELLS, closed)
    assert (sent.state, sent.failure_code) == ("failed", "window_closed")
    assert not end_hopeless(attempt(reply=False, type="template", window_closes_at=closed), True, TELLS, closed)


@pytest.mark.promise(4)
def test_what_may_have_gone_out_before_the_window_closed_is_awaited() -> None:
    sent = attempt(reply=False, window_closes_at=NOW + MINUTE)
    note_try(sent, TELLS, NOW)
    assert end_hopeless(sent, True, TELLS, NOW + 2 * MINUTE)
    assert sent.confirm_by is not None
