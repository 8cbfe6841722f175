"""How an attempt is sent and what its outcome makes of it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.channels.contacts import Address
from libs.channels.limits import Limits
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.references import reference
from libs.channels.sending import Send
from libs.clock.ids import time_of_id
from services.delivery.domain.content import PublicUrl, parts, unpack
from services.delivery.models import Attempt

# Finished attempts are forgotten after this. Longer than the broker keeps a request that is still to come.
ATTEMPTS_KEPT = timedelta(days=30)
# A reply token is used only while this much of its life is surely left for the call; a key likewise.
_REPLY_MARGIN = timedelta(seconds=10)
_KEY_MARGIN = timedelta(minutes=10)
# Counted from the first try: what waited for its account, or behind others, has its chance all the same.
_GIVE_UP_AFTER = timedelta(minutes=15)
# How long after a try whose answer was lost the platform may tell of it.
CONFIRMED_WITHIN = timedelta(minutes=10)
_LONGEST_PAUSE = 60.0
# Whatever a platform asks for.
_LONGEST_WAIT = 300.0
_OVERTAKEN_LONGEST = timedelta(minutes=2)
# Refusals that only a platform gives which looked at the message: it had not taken the try before, or it would have
# known the key again. A refusal without a known reason may come from anything on the way.
_LOOKED_AT = frozenset({"quota_exceeded", "invalid_recipient", "blocked", "window_closed", "text_too_long"})


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next. again_after: seconds until the next try, None when the attempt has left its lane.
    park: the account's queue stops with this reason. slow_down: the whole account pauses, at least `asked` seconds."""

    again_after: float | None = None
    park: str = ""
    slow_down: bool = False
    asked: float = 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """What the platform told of an attempt later. failure_code: why it failed, "" where it was sent."""

    provider_message_id: str
    failure_code: str = ""
    failure_detail: str = ""


def use_reply(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    """Whether this try goes out as a free reply. An attempt that may have gone out by one way is never tried by
    another: only the same token, or the same key, can tell."""
    if attempt.maybe_sent:
        return attempt.method == "reply"
    return bool(attempt.reply_token) and _reply_alive(attempt, limits, now) and attempt.method != "push"


def cannot_be_told(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    """Whether the attempt may have gone out and neither its token nor its key can prove it any more."""
    if not attempt.maybe_sent:
        return False
    if attempt.method == "reply":
        return not _reply_alive(attempt, limits, now)
    return not _key_alive(attempt, limits, now)


def end_hopeless(attempt: Attempt, connected: bool, limits: Limits, now: datetime) -> bool:
    """Takes an attempt whose turn it is out of its lane, when it cannot be tried any more. connected: its account
    is. Whether it left."""
    if attempt.state == "sending":
        # Somebody tried and never told: the answer counts as lost.
        attempt.maybe_sent = True
    if not connected:
        attempt.failure_code, attempt.failure_detail = "account_disconnected", ""
        give_up(attempt, now)
    elif cannot_be_told(attempt, limits, now):
        _leave_to_platform(attempt, limits, now)
    elif _window_closed(attempt, now):
        attempt.failure_code, attempt.failure_detail = "window_closed", ""
        give_up(attempt, now)
    return left_lane(attempt)


def left_lane(attempt: Attempt) -> bool:
    """Whether the attempt holds up nothing behind it any more: it is finished, or only the platform can end it."""
    return attempt.finished_at is not None or attempt.confirm_by is not None


def overtook(attempt: Attempt, now: datetime) -> bool:
    """Whether the request before this one, when it is not known here, may still be on its way. One that never comes
    holds nobody for ever; one that was made longer ago than attempts are kept was here."""
    if attempt.after_message_id is None or now - attempt.queued_at > _OVERTAKEN_LONGEST:
        return False
    return time_of_id(attempt.after_message_id) > now - ATTEMPTS_KEPT


def note_try(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    """Marks the attempt as being tried now, one way or the other. Whether it is the first try."""
    first = attempt.tries == 0
    attempt.method = "reply" if use_reply(attempt, limits, now) else "push"
    attempt.state, attempt.tries, attempt.tried_at = "sending", attempt.tries + 1, attempt.tried_at or now
    attempt.last_tried_at = now
    return first


def build(attempt: Attempt, public_url: PublicUrl) -> Send:
    """The call to make. Raises CannotSend for what nobody could."""
    content = unpack(attempt.content)
    return Send(
        recipient=Address(attempt.recipient_kind, attempt.recipient),
        parts=parts(attempt, content, public_url),
        attempt_key=attempt.attempt_key,
        reply_token=attempt.reply_token if attempt.method == "reply" else "",
        reference=reference(attempt.message_id, attempt.attempt),
        human_agent=attempt.human_agent,
        subject=content.subject,
        made_at=int(attempt.last_tried_at.timestamp()) if attempt.last_tried_at else 0,
    )


def settle(attempt: Attempt, outcome: Outcome, limits: Limits, now: datetime, jitter: float) -> Step:
    """Writes the outcome of a try into the attempt and says what is next. jitter: 0 to 1."""
    attempt.maybe_sent = attempt.maybe_sent or outcome.maybe_sent
    attempt.failure_code, attempt.failure_detail = outcome.code, outcome.detail
    step = _next(attempt, outcome, limits, now, jitter)
    if attempt.finished_at is None and not attempt.maybe_sent:
        # It is known not to have gone out, so a worker's death now must not look like a lost answer.
        attempt.state = "queued"
    return step


def hear(attempt: Attempt, word: Word, now: datetime) -> bool:
    """Ends an attempt as the platform told later, which may be before its call is answered, and after it was given up
    as unconfirmed. False where that is no news: what is known to be sent or refused stays so."""
    if attempt.state in {"sent", "failed"} or not attempt.tries:
        return False
    attempt.confirm_by = None
    attempt.provider_message_id = word.provider_message_id or attempt.provider_message_id
    attempt.failure_code, attempt.failure_detail = word.failure_code, word.failure_detail
    _finish(attempt, "failed" if word.failure_code else "sent", now)
    return True


def stay_unconfirmed(attempt: Attempt, now: datetime) -> None:
    """The platform had its time to tell."""
    attempt.confirm_by = None
    give_up(attempt, now)


def give_up(attempt: Attempt, now: datetime) -> Step:
    """Ends an attempt without the platform's word: unconfirmed when it may have gone out, else failed."""
    if attempt.maybe_sent:
        attempt.failure_code = "unconfirmed"
        return _finish(attempt, "unconfirmed", now)
    attempt.failure_code = attempt.failure_code or "platform_error"
    return _finish(attempt, "failed", now)


def set_aside(attempt: Attempt, now: datetime) -> None:
    """Ends an attempt on which working keeps failing for a fault of ours, so that those behind it have their turn."""
    # Whoever noted a try may have made the call.
    attempt.maybe_sent = attempt.maybe_sent or attempt.state == "sending"
    attempt.failure_code, attempt.failure_detail = "platform_error", "this version cannot send it"
    give_up(attempt, now)


def backoff(tries: int, jitter: float) -> float:
    """Seconds before the next try: doubling from one, at most a minute, spread by a quarter."""
    return min(_LONGEST_PAUSE, 2.0 ** min(6, max(0, tries - 1))) * (0.75 + jitter / 2)


def wait_asked(outcome: Outcome) -> float:
    """Seconds the platform asks to wait, within reason."""
    return min(_LONGEST_WAIT, outcome.retry_after or 0.0)


def _next(attempt: Attempt, outcome: Outcome, limits: Limits, now: datetime, jitter: float) -> Step:
    if outcome.verdict is Verdict.ACCEPTED:
        attempt.provider_message_id = outcome.provider_message_id
        return _finish(attempt, "sent", now)
    park = outcome.code if outcome.verdict is Verdict.AUTH_FAILED else ""
    slow_down = outcome.code == "rate_limited" and not outcome.contact_only
    if attempt.maybe_sent and attempt.method == "push" and not limits.attempt_key_seconds:
        _leave_to_platform(attempt, limits, now)
        return Step(park=park, slow_down=slow_down, asked=wait_asked(outcome))
    if park:
        # Waiting for the account, for days perhaps, does not count as trying.
        attempt.tried_at = attempt.tried_at if attempt.maybe_sent else None
        return Step(again_after=0.0, park=park)
    if outcome.verdict is Verdict.REJECTED:
        return _rejected(attempt, outcome, now)
    if now - (attempt.tried_at or now) > _GIVE_UP_AFTER:
        return give_up(attempt, now)
    asked = wait_asked(outcome)
    pause = max(backoff(attempt.tries, jitter), asked)
    return Step(again_after=pause, slow_down=slow_down, asked=asked)


def _rejected(attempt: Attempt, outcome: Outcome, now: datetime) -> Step:
    proven = attempt.method == "push" and outcome.code in _LOOKED_AT
    if attempt.maybe_sent and not proven:
        # A spent token may have been spent by the try whose answer was lost.
        return give_up(attempt, now)
    if outcome.code == "reply_expired" and attempt.method == "reply":
        attempt.reply_token, attempt.method = "", "push"
        return Step(again_after=0.0)
    return _finish(attempt, "failed", now)


def _leave_to_platform(attempt: Attempt, limits: Limits, now: datetime) -> None:
    """Nothing here can tell any more whether it went out: the platform will, or nobody."""
    if limits.confirms_later:
        attempt.state = "sending"
        attempt.confirm_by = (attempt.last_tried_at or now) + CONFIRMED_WITHIN
    else:
        give_up(attempt, now)


def _window_closed(attempt: Attempt, now: datetime) -> bool:
    closes = attempt.window_closes_at
    return closes is not None and now >= closes and attempt.type != "template"


def _finish(attempt: Attempt, state: str, now: datetime) -> Step:
    attempt.state, attempt.finished_at = state, now
    if state == "sent":
        attempt.failure_code = attempt.failure_detail = ""
    return Step()


def _reply_alive(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    if attempt.reply_token_at is None:
        return False
    return now < attempt.reply_token_at + timedelta(seconds=limits.reply_token_seconds) - _REPLY_MARGIN


def _key_alive(attempt: Attempt, limits: Limits, now: datetime) -> bool:
    if attempt.tried_at is None:
        return False
    return now < attempt.tried_at + timedelta(seconds=limits.attempt_key_seconds) - _KEY_MARGIN
