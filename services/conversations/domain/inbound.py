"""What one platform event does to one conversation. Pure: time and ids are passed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from google.protobuf.json_format import MessageToDict

from frontdesk.channels.v1 import inbound_pb2 as inbound
from libs.clock.ids import time_of_id
from services.conversations.domain.conversation import note_message, show_latest
from services.conversations.domain.order import inbound_time, sort_key
from services.conversations.models import Case, Conversation, HistoryEntry, Message

NewId = Callable[[], UUID]


@dataclass
class Effects:
    """What applying events made, to be written and announced in this order."""

    messages: list[Message] = field(default_factory=list)
    changed_messages: list[Message] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)


def effect_key(event: inbound.InboundEvent) -> str:
    """The key under which the event may take effect once; "" where repeating it changes nothing."""
    kind = event.WhichOneof("event")
    if kind == "message":
        return f"message:{event.message.provider_message_id}"
    if kind in {"edited", "unsent"}:
        return ""
    return f"event:{event.dedup_key}"


def makes_message(event: inbound.InboundEvent) -> bool:
    """Whether the event shows in the thread."""
    return event.WhichOneof("event") in {"message", "postback"}


def changed_message_key(event: inbound.InboundEvent) -> str:
    """The key of the message an edit or unsend speaks of, "" for other events."""
    kind = event.WhichOneof("event")
    if kind == "edited":
        return f"message:{event.edited.provider_message_id}"
    if kind == "unsent":
        return f"message:{event.unsent.provider_message_id}"
    return ""


class Applier:
    """Applies events to one conversation, collecting effects."""

    def __init__(self, row: Conversation, effects: Effects, new_id: NewId, now: datetime) -> None:
        self.row = row
        self.effects = effects
        self._new_id = new_id
        self._now = now

    def apply(self, event: inbound.InboundEvent, message_id: UUID) -> Message | None:
        """Everything but edits and unsends. Returns the message it made, if any, under the given id."""
        occurred_at = event.occurred_at.ToDatetime(self._now.tzinfo)
        self._note_reach(event, occurred_at)
        match event.WhichOneof("event"):
            case "message":
                content = _content(event.message)
                return self._message(event, message_id, content, event.message.sender, event.message.reply_token)
            case "postback":
                content = _Content("postback", event.postback.text, details={"data": event.postback.data})
                content.provider_id = event.postback.provider_event_id
                return self._message(event, message_id, content, event.postback.sender, event.postback.reply_token)
            case "followed":
                _keep_reply_token(self.row, event.followed.reply_token, occurred_at)
                self._history("followed", occurred_at, {"unblocked": str(event.followed.unblocked).lower()})
            case "unfollowed":
                self._history("unfollowed", occurred_at, {})
            case "chat_changed":
                _keep_reply_token(self.row, event.chat_changed.reply_token, occurred_at)
                names = ", ".join(member.provider_user_id for member in event.chat_changed.members)
                self._history(event.chat_changed.change, occurred_at, {"members": names} if names else {})
            case "notice":
                _keep_reply_token(self.row, event.notice.reply_token, occurred_at)
                self._history(event.notice.kind, occurred_at, dict(event.notice.fields))
        return None

    def _message(
        self,
        event: inbound.InboundEvent,
        message_id: UUID,
        content: "_Content",
        sender: inbound.Sender,
        reply_token: str,
    ) -> Message:
        self._ensure_case()
        sent_at = inbound_time(event.occurred_at.ToDatetime(self._now.tzinfo), self._now)
        sequence = self.row.last_sequence + 1
        message = Message(
            tenant_id=self.row.tenant_id,
            id=message_id,
            stored_at=time_of_id(message_id),
            conversation_id=self.row.id,
            case_id=self.row.case_id,
            direction="inbound",
            type=content.type,
            text=content.text,
            attachments=content.attachments,
            details=content.details,
            provider_message_id=content.provider_id,
            sequence=sequence,
            sort_key=sort_key(sent_at, sequence),
            sent_at=sent_at,
            sender_id=sender.provider_user_id,
            sender_name=sender.display_name,
        )
        note_message(self.row, message, self._now)
        _keep_reply_token(self.row, reply_token, sent_at)
        self.row.version += 1
        self.effects.messages.append(message)
        return message

    def _ensure_case(self) -> None:
        """A message to a closed conversation opens a new case, unassigned."""
        if self.row.case_id is not None and self.row.status != "closed":
            return
        case = Case(self.row.tenant_id, self._new_id(), self.row.id, "customer", self._now)
        self.row.case_id, self.row.status, self.row.assignee_id = case.id, "open", None
        self.effects.cases.append(case)
        self._history("case_opened", self._now, {"by": "customer"})

    def _note_reach(self, event: inbound.InboundEvent, occurred_at: datetime) -> None:
        """Whether answers can arrive, by the newest event that tells."""
        kind = event.WhichOneof("event")
        if kind == "unfollowed":
            reach = "blocked"
        elif kind == "chat_changed" and event.chat_changed.change == "account_left":
            reach = "left"
        else:
            reach = "standby" if event.standby else ""
        newest = self.row.reach_changed_at
        if reach != self.row.reach and (newest is None or occurred_at >= newest):
            self.row.reach, self.row.reach_changed_at = reach, occurred_at
        elif newest is None or occurred_at > newest:
            self.row.reach_changed_at = occurred_at

    def _history(self, kind: str, at: datetime, fields: dict[str, str]) -> None:
        self.row.version += 1
        self.effects.history.append(
            HistoryEntry(self.row.tenant_id, self._new_id(), self.row.id, self.row.case_id, kind, at, fields=fields)
        )


def change_message(message: Message, event: inbound.InboundEvent, row: Conversation, now: datetime) -> bool:
    """Applies an edit or unsend to its message; False when a newer one was applied before. What was unsent is
    forgotten: its words and media are not kept."""
    at = event.occurred_at.ToDatetime(now.tzinfo)
    if event.WhichOneof("event") == "unsent":
        if message.unsent_at is not None:
            return False
        message.unsent_at, message.edited_at = at, None
        message.text, message.attachments, message.details = "", [], {}
    else:
        if message.unsent_at is not None or (message.edited_at is not None and at <= message.edited_at):
            return False
        message.edited_at, message.text = at, event.edited.text
        message.details = {**message.details, "entities": _entities(event.edited.entities)}
        if event.edited.quote_token:
            message.details["quote_token"] = event.edited.quote_token
        _keep_reply_token(row, event.edited.reply_token, at)
    message.version += 1
    row.version += 1
    show_latest(row, message)
    return True


def _keep_reply_token(row: Conversation, token: str, at: datetime) -> None:
    if token and (row.reply_token_at is None or at >= row.reply_token_at):
        row.reply_token, row.reply_token_at = token, at


@dataclass
class _Content:
    type: str
    text: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    provider_id: str = ""


def _content(message: inbound.MessageReceived) -> _Content:
    details: dict[str, Any] = {}
    if message.entities:
        details["entities"] = _entities(message.entities)
    if message.HasField("location"):
        details["location"] = MessageToDict(message.location, preserving_proto_field_name=True)
    if message.HasField("sticker"):
        details["sticker"] = MessageToDict(message.sticker, preserving_proto_field_name=True)
    if message.quoted_provider_message_id:
        details["quoted_provider_message_id"] = message.quoted_provider_message_id
    if message.quote_token:
        details["quote_token"] = message.quote_token
    attachments = [_attachment(index, item) for index, item in enumerate(message.attachments)]
    return _Content(message.type, message.text, attachments, details, message.provider_message_id)


def _attachment(index: int, item: inbound.Attachment) -> dict[str, Any]:
    return {
        "id": item.provider_content_id or str(index),
        "kind": item.kind,
        "file_name": item.file_name,
        "size_bytes": item.size_bytes,
        "duration_ms": item.duration_ms,
    }


def _entities(entities: Any) -> list[dict[str, Any]]:
    return [
        {"kind": entity.kind, "offset": entity.offset, "length": entity.length, "value": entity.value}
        for entity in entities
    ]
