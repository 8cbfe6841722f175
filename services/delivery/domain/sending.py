"""How an attempt is sent and what its outcome makes of it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.channels.base import Address, Limits, OutgoingText, Send
from libs.channels.outcomes import Outcome, Verdict
from services.delivery.models import Attempt

# A reply token is used only while this much of its life is surely left for the call.
_REPLY_MARGIN = timedelta(seconds=10)
_GIVE_UP_AFTER = timedelta(minutes=15)
_LONGEST_PAUSE = 60.0


def use_reply(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    """Whether this try goes out as a free reply. An attempt that may have gone out by one way is never tried by
    another: only the same token, or the same key, can tell."""
    if attempt.maybe_sent:
        return attempt.method == "reply"
    return bool(attempt.reply_token) and _reply_alive(attempt, limits, now) and attempt.method != "push"


def cannot_be_told(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    """Whether the attempt may have gone out as a reply whose token can no longer prove it."""
    return attempt.maybe_sent and attempt.method == "reply" and not _reply_alive(attempt, limits, now)


def build(attempt: Attempt, reply: bool) -> Send:
    """The call to make."""
    return Send(
        recipient=Address(attempt.recipient_kind, attempt.recipient),
        parts=(OutgoingText(attempt.text),),
        attempt_key=attempt.attempt_key,
        reply_token=attempt.reply_token if reply else "",
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next. again_after: seconds until the next try, None when the attempt is finished.
    park: the account's queue stops with this reason. slow_down: seconds the whole account pauses."""

    again_after: float | None = None
    park: str = ""
    slow_down: float = 0.0


def settle(attempt: Attempt, outcome: Outcome, now: datetime, jitter: float) -> Step:
    """Writes the outcome into the attempt and says what is next. jitter: 0 to 1."""
    attempt.maybe_sent = attempt.maybe_sent or outcome.maybe_sent
    attempt.failure_code, attempt.failure_detail = outcome.code, outcome.detail
    if outcome.verdict is Verdict.ACCEPTED:
        return _finish(attempt, "sent", now)
    if outcome.verdict is Verdict.AUTH_FAILED:
        return Step(again_after=0.0, park=outcome.code)
    if outcome.verdict is Verdict.REJECTED:
        return _rejected(attempt, outcome, now)
    if now - attempt.queued_at > _GIVE_UP_AFTER:
        return give_up(attempt, now)
    pause = backoff(attempt.tries, jitter)
    if outcome.code == "rate_limited":
        slow_down = outcome.retry_after or pause
        return Step(again_after=slow_down, slow_down=slow_down)
    return Step(again_after=max(pause, outcome.retry_after or 0.0))


def give_up(attempt: Attempt, now: datetime) -> Step:
    """Ends an attempt without the platform's word: unconfirmed when it may have gone out, else failed."""
    if attempt.maybe_sent:
        attempt.failure_code = "unconfirmed"
        return _finish(attempt, "unconfirmed", now)
    attempt.failure_code = attempt.failure_code or "platform_error"
    return _finish(attempt, "failed", now)


def backoff(tries: int, jitter: float) -> float:
    """Seconds before the next try: doubling from one, at most a minute, spread by a quarter."""
    return min(_LONGEST_PAUSE, 2.0 ** max(0, tries - 1)) * (0.75 + jitter / 2)


def _rejected(attempt: Attempt, outcome: Outcome, now: datetime) -> Step:
    if outcome.code == "reply_expired" and attempt.method == "reply":
        if attempt.maybe_sent:
            # The token is spent: perhaps by the try whose answer was lost.
            return give_up(attempt, now)
        attempt.reply_token, attempt.method = "", "push"
        return Step(again_after=0.0)
    return _finish(attempt, "failed", now)


def _finish(attempt: Attempt, state: str, now: datetime) -> Step:
    attempt.state, attempt.finished_at = state, now
    if state == "sent":
        attempt.failure_code = attempt.failure_detail = ""
    return Step()


def _reply_alive(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    if attempt.reply_token_at is None:
        return False
    return now < attempt.reply_token_at + timedelta(seconds=limits.reply_token_seconds) - _REPLY_MARGIN
