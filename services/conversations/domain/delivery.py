"""How an outbound message's state moves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.conversations.models import Conversation, Message

# "refused" is the platform's own failure, told after it had taken the message; it is stored as "failed".
_RANK = {"queued": 0, "sending": 1, "unconfirmed": 2, "failed": 3, "sent": 4, "refused": 5, "delivered": 6, "read": 7}
# The platform has it: true whichever attempt says so.
_ARRIVED = {"sent", "delivered", "read"}
# Delivery may still wait for the platform's word.
_AWAITED = {"queued", "sending", "unconfirmed", "failed"}
# An answer's moment is noted here, a watermark at the platform: so far may the clocks and the wires be apart.
_SLACK = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says of an attempt. state: one of delivery's or the platform's words, "refused" for a failure the
    platform tells afterwards. attempt None: the one that sent provider_message_id."""

    state: str
    attempt: int | None
    at: datetime
    failure_code: str = ""
    failure_detail: str = ""
    provider_message_id: str = ""


def next_state(current: str, current_attempt: int, reported: str, reported_attempt: int) -> str | None:
    """The state after a report, None when it changes nothing. States only move forward; reports of an earlier
    attempt count only when they prove that the message went out."""
    if reported not in _RANK:
        return None
    if reported_attempt != current_attempt and reported not in _ARRIVED:
        return None
    return reported if _RANK[reported] > _RANK[current] else None


def apply_report(message: Message, report: Report, row: Conversation) -> bool:
    """Notes a report on its message; False when it changes nothing. What the customer had read by then is read."""
    if message.delivery_state is None:
        return False
    attempt = report.attempt
    if attempt is None:
        attempt = message.attempt if report.provider_message_id == message.provider_message_id else 0
    before = (message.delivery_state, message.provider_message_id, message.failure_code)
    moved = next_state(_state_of(message), message.attempt, report.state, attempt)
    if moved is not None:
        _move(message, moved, report.failure_code, report.failure_detail)
    if report.provider_message_id and (attempt == message.attempt or moved is not None):
        message.provider_message_id = report.provider_message_id
    if report.state == "sent" and attempt == message.attempt and "accepted_at_ms" not in message.details:
        message.details = {**message.details, "accepted_at_ms": (report.at - _EPOCH) // _MILLISECOND}
    settle(message, row)
    if before == (message.delivery_state, message.provider_message_id, message.failure_code):
        return False
    message.version += 1
    return True


def settle(message: Message, row: Conversation) -> bool:
    """Moves what the platform has to "delivered" or "read" if the conversation's watermarks reach it."""
    for state, until in (("read", row.read_until), ("delivered", row.delivered_until)):
        if message.delivery_state not in {"sent", "delivered"} or until is None or not _reaches(until, message):
            continue
        if next_state(message.delivery_state, 1, state, 1) is not None:
            _move(message, state, "", "")
            return True
    return False


def awaited(message: Message, attempt: int) -> bool:
    """Whether delivery may still be waiting for the platform's word on an attempt."""
    return message.delivery_state in _AWAITED or attempt != message.attempt


def may_retry(state: str) -> bool:
    """Whether a person may start a new attempt."""
    return state in {"failed", "unconfirmed"}


def begin_attempt(message: Message) -> None:
    """The message under its next attempt's number; what was told of the one before is told of it no more."""
    message.attempt += 1
    message.delivery_state, message.failure_code, message.failure_detail = "queued", "", ""
    message.provider_message_id = ""
    message.details = {name: value for name, value in message.details.items() if name != "accepted_at_ms"}
    message.version += 1


def _state_of(message: Message) -> str:
    refused = message.delivery_state == "failed" and message.details.get("refused_attempt") == message.attempt
    return "refused" if refused else message.delivery_state or ""


def _move(message: Message, state: str, failure_code: str, failure_detail: str) -> None:
    if state == "refused":
        message.details = {**message.details, "refused_attempt": message.attempt}
    message.delivery_state = "failed" if state == "refused" else state
    message.failure_code, message.failure_detail = failure_code, failure_detail


def _reaches(until: datetime, message: Message) -> bool:
    """A message that waited in the queue after it was written was not read before it was sent."""
    accepted = _EPOCH + int(message.details.get("accepted_at_ms", 0)) * _MILLISECOND
    return message.sent_at <= until and accepted <= until + _SLACK
