"""What an event does to a message that is there already: edits, unsends, reactions, receipts, replays."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from services.conversations.domain.content import entities, fetching, stored_keys
from services.conversations.domain.conversation import keep_reply_token, show_latest
from services.conversations.domain.delivery import Report, apply_report
from services.conversations.domain.keys import message_key
from services.conversations.domain.renewal import renew
from services.conversations.models import Conversation, Message

# A change that comes before its message waits under its kind; of several of one kind the newest does.
_KINDS = {"edited": "edit", "unsent": "unsend", "reacted": "reaction"}
# What is told of a message's way, not of what it says.
_OF_SENDING = frozenset({"pricing", "accepted_at_ms", "refused_attempt"})
# How long after it was written an answer may leave, and how far the platform's clock may be behind ours.
_SENDING, _CLOCKS = timedelta(minutes=10), timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files that nobody may see any more, and fetches that are to be given up."""

    tenant_id: UUID
    conversation_id: UUID
    message_id: UUID
    storage_keys: list[str]
    attachment_ids: list[str]


def waiting_kind(event: inbound.InboundEvent) -> str:
    """Under what a change waits that came before its message; "" for what waits for none."""
    kind = event.WhichOneof("event") or ""
    return f"receipt_{event.receipt.state}" if kind == "receipt" else _KINDS.get(kind, "")


def waiting_event(event: inbound.InboundEvent, key: str) -> inbound.InboundEvent:
    """The event as it concerns one message alone."""
    if event.WhichOneof("event") != "receipt":
        return event
    copy = inbound.InboundEvent()
    copy.CopyFrom(event)
    copy.receipt.ClearField("watermark_ms")
    copy.receipt.provider_message_ids[:] = [key.removeprefix(message_key(""))]
    return copy


def is_unnamed(event: inbound.InboundEvent) -> bool:
    """Whether it is the echo of an application's message that names no attempt: it may be ours all the same."""
    return event.WhichOneof("event") == "echoed" and bool(event.echoed.app_id) and not event.echoed.reference


def is_echo_of(event: inbound.InboundEvent, answer: Message) -> bool:
    """Whether an application's echo says what an answer says that was written shortly before."""
    echo, at = event.echoed.message, event.occurred_at.ToDatetime(UTC)
    same = (echo.type, echo.text) == (answer.type, answer.text)
    return same and answer.sent_at - _CLOCKS <= at <= answer.sent_at + _SENDING


def change_message(message: Message, event: inbound.InboundEvent, row: Conversation, key: str = "") -> bool:
    """Applies a change to its message; False when it changes nothing, or a newer one was applied before. key: the
    message's, for receipts of several."""
    at = event.occurred_at.ToDatetime(UTC)
    match event.WhichOneof("event"):
        case "unsent":
            changed = _unsend(message, at)
        case "edited":
            changed = _edit(message, event, at)
            if changed and not event.replayed:
                keep_reply_token(row, event.edited.reply_token, at)
        case "reacted":
            changed = _react(message, event)
        case "receipt":
            return apply_receipt(message, event, row, None, key.removeprefix(message_key("")))
        case _:
            changed = renew(message, event, row)
    if changed:
        message.version += 1
        row.version += 1
        show_latest(row, message)
    return changed


def apply_receipt(
    message: Message, event: inbound.InboundEvent, row: Conversation, attempt: int | None, provider_message_id: str
) -> bool:
    """What the platform tells of an outbound message. attempt None: the one that has this id."""
    receipt = event.receipt
    named = message.attempt if provider_message_id == message.provider_message_id else 0
    if event.replayed and (named if attempt is None else attempt) != message.attempt:
        # Of an earlier attempt all was told that counts.
        return False
    report = Report(
        "refused" if receipt.state == "failed" else receipt.state,
        attempt,
        event.occurred_at.ToDatetime(UTC),
        receipt.failure_code,
        receipt.failure_detail,
        provider_message_id,
    )
    changed = apply_report(message, report, row)
    priced = message.details.get("pricing")
    newer = bool(receipt.pricing) and priced != dict(receipt.pricing) and not (event.replayed and priced)
    if message.delivery_state and newer:
        message.details = {**message.details, "pricing": dict(receipt.pricing)}
        message.version += 0 if changed else 1
        changed = True
    if changed:
        row.version += 1
        show_latest(row, message)
    return changed


def dropped(message: Message, before: list[dict[str, Any]]) -> Dropped | None:
    """What is left over of files that a message has no more, taken back or replaced; `before`: its attachments until
    then."""
    kept, held = set(stored_keys(message.attachments)), {one["id"] for one in message.attachments}
    keys = [key for key in stored_keys(before) if key not in kept]
    waiting = [str(one["id"]) for one in fetching(before) if one["id"] not in held]
    if not (keys or waiting):
        return None
    return Dropped(message.tenant_id, message.conversation_id, message.id, keys, waiting)


def _unsend(message: Message, at: datetime) -> bool:
    """What was unsent is forgotten: its words and media are not kept."""
    if message.unsent_at is not None:
        return False
    message.unsent_at, message.edited_at = at, None
    message.text, message.attachments = "", []
    message.details = {name: value for name, value in message.details.items() if name in _OF_SENDING}
    return True


def _edit(message: Message, event: inbound.InboundEvent, at: datetime) -> bool:
    """The newest edit counts; of two of one moment the first to come. Replayed it may correct what it made itself."""
    if message.unsent_at is not None or (message.edited_at is not None and at < message.edited_at):
        return False
    again = message.edited_at == at
    if again and not (event.replayed and message.details.get("edit_key") == event.dedup_key):
        return False
    edit = event.edited
    details = {**message.details, "entities": entities(edit.entities), "edit_key": event.dedup_key}
    if edit.quote_token:
        details["quote_token"] = edit.quote_token
    if again and (message.text, message.details) == (edit.text, details):
        return False
    message.edited_at, message.text, message.details = at, edit.text, details
    return True


def _react(message: Message, event: inbound.InboundEvent) -> bool:
    """The customer's one reaction. One that was taken back leaves its time, so that an older one does not return. Some
    platforms tell whole seconds: within one the later to come counts, and a replay brings no other back."""
    emoji, at_ms = event.reacted.emoji, event.occurred_at.ToMilliseconds()
    known = message.details.get("reaction", {"emoji": "", "at_ms": -1})
    if message.unsent_at is not None or at_ms < known["at_ms"] or (at_ms, emoji) == (known["at_ms"], known["emoji"]):
        return False
    if event.replayed and at_ms == known["at_ms"] and known.get("key") != event.dedup_key:
        return False
    reaction = {"emoji": emoji, "at_ms": at_ms, "key": event.dedup_key}
    message.details = {**message.details, "reaction": reaction}
    return True
