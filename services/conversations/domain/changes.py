"""What an event does to a message that is there already: edits, unsends, reactions, receipts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from services.conversations.domain.content import entities, fetching, stored_keys
from services.conversations.domain.conversation import keep_reply_token, show_latest
from services.conversations.domain.delivery import Report, apply_report
from services.conversations.models import Conversation, Message

# A change that comes before its message waits under its kind; of several of one kind the newest does.
_KINDS = {"edited": "edit", "unsent": "unsend", "reacted": "reaction"}
# How long after it was written an answer may leave, and how far the platform's clock may be behind ours.
_SENDING, _CLOCKS = timedelta(minutes=10), timedelta(seconds=5)
# What platforms tell besides ("played") says nothing that is shown.
_TOLD = frozenset({"sent", "delivered", "read", "failed"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files that nobody may see any more, and fetches that are to be given up."""

    tenant_id: UUID
    conversation_id: UUID
    message_id: UUID
    storage_keys: list[str]
    attachment_ids: list[str]


def changed_keys(event: inbound.InboundEvent) -> list[str]:
    """Keys of the messages the event changes, by the platform's ids; [] for other events."""
    match event.WhichOneof("event"):
        case "edited":
            return [message_key(event.edited.provider_message_id)]
        case "unsent":
            return [message_key(event.unsent.provider_message_id)]
        case "reacted":
            return [message_key(event.reacted.provider_message_id)]
        case "receipt" if event.receipt.state in _TOLD:
            return [message_key(one) for one in dict.fromkeys(event.receipt.provider_message_ids)]
    return []


def message_key(provider_message_id: str) -> str:
    """The key under which a platform's message is claimed."""
    return f"message:{provider_message_id}"


def waiting_kind(event: inbound.InboundEvent) -> str:
    """Under what a change waits that came before its message."""
    kind = event.WhichOneof("event") or ""
    return f"receipt_{event.receipt.state}" if kind == "receipt" else _KINDS[kind]


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
            changed = _edit(message, event.edited, at)
            if changed:
                keep_reply_token(row, event.edited.reply_token, at)
        case "reacted":
            changed = _react(message, event.reacted.emoji, event.occurred_at.ToMilliseconds())
        case "receipt":
            return apply_receipt(message, event, row, None, key.removeprefix(message_key("")))
        case _:
            changed = False
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
    report = Report(
        "refused" if receipt.state == "failed" else receipt.state,
        attempt,
        event.occurred_at.ToDatetime(UTC),
        receipt.failure_code,
        receipt.failure_detail,
        provider_message_id,
    )
    changed = apply_report(message, report, row)
    if message.delivery_state and receipt.pricing and message.details.get("pricing") != dict(receipt.pricing):
        message.details = {**message.details, "pricing": dict(receipt.pricing)}
        message.version += 0 if changed else 1
        changed = True
    if changed:
        row.version += 1
        show_latest(row, message)
    return changed


def dropped(message: Message, before: list[dict[str, Any]]) -> Dropped | None:
    """What is left over of a message's files once it was taken back; `before`: its attachments until then."""
    keys, waiting = stored_keys(before), [str(one["id"]) for one in fetching(before)]
    if message.unsent_at is None or not (keys or waiting):
        return None
    return Dropped(message.tenant_id, message.conversation_id, message.id, keys, waiting)


def _unsend(message: Message, at: datetime) -> bool:
    """What was unsent is forgotten: its words and media are not kept."""
    if message.unsent_at is not None:
        return False
    message.unsent_at, message.edited_at = at, None
    message.text, message.attachments, message.details = "", [], {}
    return True


def _edit(message: Message, edit: inbound.MessageEdited, at: datetime) -> bool:
    if message.unsent_at is not None or (message.edited_at is not None and at <= message.edited_at):
        return False
    message.edited_at, message.text = at, edit.text
    message.details = {**message.details, "entities": entities(edit.entities)}
    if edit.quote_token:
        message.details["quote_token"] = edit.quote_token
    return True


def _react(message: Message, emoji: str, at_ms: int) -> bool:
    """The customer's one reaction. One that was taken back leaves its time, so that an older one does not return. Some
    platforms tell whole seconds: within one the later to come counts."""
    known = message.details.get("reaction", {"emoji": "", "at_ms": -1})
    if message.unsent_at is not None or at_ms < known["at_ms"] or (at_ms, emoji) == (known["at_ms"], known["emoji"]):
        return False
    message.details = {**message.details, "reaction": {"emoji": emoji, "at_ms": at_ms}}
    return True
