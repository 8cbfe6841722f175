"""How attempts are tried, and what outcomes make of them."""

from copy import copy
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.outcomes import Outcome, Verdict
from libs.clock.clock import FixedClock
from libs.clock.ids import new_id
from services.delivery.domain.sending import (
    ATTEMPTS_KEPT,
    backoff,
    build,
    cannot_be_told,
    end_hopeless,
    note_try,
    overtook,
    settle,
)
from services.delivery.models import Attempt
from tests.unit.delivery.attempts import (
    ACCEPTED,
    BROKEN,
    FINAL,
    LINE,
    LOST,
    NOW,
    ODD,
    QUOTA,
    SILENT,
    SPENT,
    TOO_MANY,
    UNAUTHORISED,
    UNREACHED,
    attempt,
    nowhere,
    outcomes,
)

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

# What happens to an attempt, one after the other: seconds pass, then it is tried with this outcome, or its worker dies.
lives = st.lists(st.tuples(st.floats(0, 200_000), outcomes | st.none()), max_size=12)


def tried(sent: Attempt, outcome: Outcome | None, now: datetime) -> bool:
    """One turn as a worker takes it, None: it dies before the answer. Whether there was a try."""
    if end_hopeless(sent, True, LINE, now):
        return False
    note_try(sent, LINE, now)
    if outcome is not None:
        settle(sent, outcome, LINE, now, 0.5)
    return True


@pytest.mark.promise(4)
@given(life=lives, reply=st.booleans())
def test_what_may_have_gone_out_is_tried_again_only_the_same_way_while_it_can_be_told(
    life: list[tuple[float, Outcome | None]], reply: bool
) -> None:
    sent, now, key = attempt(reply), NOW, None
    doubtful = ""
    for seconds, outcome in life:
        now += timedelta(seconds=seconds)
        if sent.finished_at is not None or not tried(sent, outcome, now):
            break
        key = key or build(sent, nowhere).attempt_key
        assert build(sent, nowhere).attempt_key == key
        if doubtful:
            assert sent.method == doubtful
            born = sent.reply_token_at if doubtful == "reply" else sent.tried_at
            assert born is not None
            assert now < born + timedelta(seconds=60 if doubtful == "reply" else 24 * 3600)
        if sent.maybe_sent or outcome is None:
            doubtful = sent.method
    if doubtful and sent.state == "failed":
        assert doubtful == "push"
        assert sent.failure_code in {"quota_exceeded", "invalid_recipient", "blocked", "window_closed", "text_too_long"}


@given(life=lives, reply=st.booleans())
def test_states_end_once_and_say_why(life: list[tuple[float, Outcome | None]], reply: bool) -> None:
    sent, now = attempt(reply), NOW
    for seconds, outcome in life:
        now += timedelta(seconds=seconds)
        tried(sent, outcome, now)
        assert (sent.finished_at is not None) == (sent.state in FINAL)
        if sent.finished_at is not None:
            assert (sent.failure_code == "") == (sent.state == "sent")
            assert (sent.failure_code == "unconfirmed") == (sent.state == "unconfirmed")
            return
        assert sent.state == "sending" if sent.maybe_sent or outcome is None else sent.state == "queued"


def test_a_living_reply_token_is_used_first() -> None:
    for age, expected in ((0, "reply"), (49, "reply"), (50, "push"), (3600, "push")):
        sent = attempt(reply_token_at=NOW - age * SECOND)
        note_try(sent, LINE, NOW)
        assert sent.method == expected
        assert bool(build(sent, nowhere).reply_token) == (expected == "reply")


def test_a_token_refused_at_the_first_try_is_followed_by_a_push_at_once() -> None:
    sent = attempt()
    note_try(sent, LINE, NOW)
    step = settle(sent, SPENT, LINE, NOW, 0.5)
    assert (step.again_after, sent.state, sent.method) == (0, "queued", "push")
    note_try(sent, LINE, NOW)
    assert (sent.method, build(sent, nowhere).reply_token) == ("push", "")


@pytest.mark.promise(4)
@pytest.mark.parametrize("doubt", [LOST, BROKEN])
@pytest.mark.parametrize("refusal", [SPENT, ODD, QUOTA])
def test_a_refused_token_whose_first_answer_was_lost_is_unconfirmed(doubt: Outcome, refusal: Outcome) -> None:
    sent = attempt()
    tried(sent, doubt, NOW)
    tried(sent, refusal, NOW + SECOND)
    assert (sent.state, sent.failure_code) == ("unconfirmed", "unconfirmed")


@pytest.mark.promise(4)
def test_a_lost_reply_is_unconfirmed_when_its_token_is_dead() -> None:
    sent = attempt()
    tried(sent, LOST, NOW)
    assert not end_hopeless(copy(sent), True, LINE, NOW + 40 * SECOND)
    assert end_hopeless(sent, True, LINE, NOW + 49 * SECOND)
    assert (sent.state, sent.method) == ("unconfirmed", "reply")


@pytest.mark.promise(4)
def test_a_lost_push_is_unconfirmed_when_its_key_may_be_forgotten() -> None:
    """It may have waited for days: for its account to be reconnected, or for this service to run again."""
    sent = attempt(reply=False)
    tried(sent, LOST, NOW)
    tried(sent, UNAUTHORISED, NOW + SECOND)
    assert not cannot_be_told(sent, LINE, NOW + 23 * HOUR)
    assert end_hopeless(sent, True, LINE, NOW + 24 * HOUR)
    assert sent.state == "unconfirmed"


@pytest.mark.promise(4)
def test_a_channel_without_keys_is_never_asked_twice() -> None:
    sent = attempt(reply=False)
    note_try(sent, SILENT, NOW)
    assert settle(sent, LOST, SILENT, NOW, 0.5).again_after is None
    assert sent.state == "unconfirmed"


@pytest.mark.promise(4)
def test_a_try_nobody_told_the_end_of_counts_as_lost() -> None:
    sent = attempt()
    note_try(sent, LINE, NOW)
    assert not end_hopeless(sent, True, LINE, NOW + SECOND)
    assert sent.maybe_sent
    assert end_hopeless(sent, False, LINE, NOW + SECOND)
    assert sent.state == "unconfirmed"


def test_a_disconnected_account_fails_what_waited() -> None:
    sent = attempt()
    settle(sent, TOO_MANY, LINE, NOW, 0.5)
    assert end_hopeless(sent, False, LINE, NOW)
    assert (sent.state, sent.failure_code, sent.failure_detail) == ("failed", "account_disconnected", "")


def test_a_repeated_push_that_is_refused_on_its_merits_had_not_been_taken() -> None:
    sent = attempt(reply=False)
    tried(sent, BROKEN, NOW)
    tried(sent, QUOTA, NOW + SECOND)
    assert (sent.state, sent.failure_code) == ("failed", "quota_exceeded")


def test_too_many_slows_the_account_down() -> None:
    sent = attempt(reply=False)
    note_try(sent, LINE, NOW)
    step = settle(sent, TOO_MANY, LINE, NOW, 0.5)
    assert step.slow_down
    assert step.again_after
    asked = settle(sent, Outcome(Verdict.RETRY, "rate_limited", retry_after=30), LINE, NOW, 0.5)
    assert asked.asked == asked.again_after == 30
    endless = settle(sent, Outcome(Verdict.RETRY, "rate_limited", retry_after=999_999), LINE, NOW, 0.5)
    assert endless.again_after == 300


def test_refused_credentials_stop_the_account_and_end_nothing() -> None:
    sent = attempt()
    tried(sent, UNAUTHORISED, NOW)
    step = settle(sent, UNAUTHORISED, LINE, NOW, 0.5)
    assert (step.park, sent.state) == ("token_expired", "queued")
    tried(sent, UNREACHED, NOW + 8 * HOUR)
    assert sent.state == "queued"
    tried(sent, ACCEPTED, NOW + 8 * HOUR + MINUTE)
    assert (sent.state, sent.failure_code, sent.provider_message_id) == ("sent", "", "m1")


def test_trying_ends_fifteen_minutes_after_the_first_try() -> None:
    """Not after it was queued: what waited for its account has its chance all the same."""
    sent = attempt(reply=False)
    begun = NOW + HOUR
    for after, state in ((0, "queued"), (14, "queued"), (16, "failed")):
        tried(sent, UNREACHED, begun + after * MINUTE)
        assert sent.state == state
    assert sent.failure_code == "platform_error"


def test_pauses_double_up_to_a_minute() -> None:
    assert [backoff(tries, 0.5) for tries in (1, 2, 3, 6, 7, 8, 5000)] == [1, 2, 4, 32, 60, 60, 60]


@given(tries=st.integers(0, 10**6), jitter=st.floats(0, 1))
def test_pauses_are_spread_by_a_quarter(tries: int, jitter: float) -> None:
    assert 0.75 * backoff(tries, 0.5) <= backoff(tries, jitter) <= 1.25 * backoff(tries, 0.5) <= 75


def test_one_that_came_early_waits_for_the_one_before_it_but_not_for_ever() -> None:
    clock = FixedClock(NOW)
    before = new_id(clock)
    early = attempt(after_message_id=before, after_attempt=1)
    assert overtook(early, NOW + MINUTE)
    assert not overtook(early, NOW + 3 * MINUTE)
    assert not overtook(attempt(), NOW)


def test_one_that_follows_what_was_forgotten_long_ago_does_not_wait() -> None:
    before = new_id(FixedClock(NOW - ATTEMPTS_KEPT))
    assert not overtook(attempt(after_message_id=before, after_attempt=1), NOW)
