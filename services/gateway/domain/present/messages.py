"""Messages of a thread."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from frontdesk.conversations.v1 import conversations_pb2 as pb
from services.gateway.domain.present.common import LivePage, Model, Text, moment, names

Direction = Literal["inbound", "outbound"]
DeliveryState = Literal["queued", "sending", "sent", "delivered", "read", "failed", "unconfirmed"]

DIRECTIONS = names(pb.Direction, "DIRECTION_")
DELIVERY_STATES = names(pb.DeliveryState, "DELIVERY_STATE_")


class Attachment(Model):
    """A file of a message."""

    id: str
    kind: str = Field(examples=["image"])
    file_name: str
    size_bytes: int
    duration_ms: int
    url: str | None = Field(description="Null until the content was fetched from the platform.")


class Message(Model):
    """One message. A client that does not know its type shows it as unsupported."""

    id: str = Field(description="A UUID.")
    conversation_id: str
    direction: Direction
    type: str = Field(examples=["text", "image", "sticker", "unsupported"])
    text: str
    attachments: list[Attachment]
    provider_message_id: str | None
    sequence: int = Field(description="Arrival in the conversation, from 1; never changes.")
    sent_at: datetime
    delivery_state: DeliveryState | None = Field(description="Outbound messages only.")
    failure_code: str | None = Field(description="Why it failed or stayed unconfirmed.", examples=["blocked"])
    failure_detail: str | None = Field(description="The platform's own words.")
    author_id: str | None = Field(description="The teammate who wrote it.")
    sender_name: str | None = Field(description="In groups and rooms: who wrote.")
    edited: bool
    unsent: bool
    version: int = Field(description="Raised by every change; of two copies the higher one is true.")
    sort_key: str = Field(description="Place in the thread: sorts as text, ascending is older first.")
    details: dict[str, Any] = Field(description="What a client needs to draw a location, a sticker, mentions, …")
    attempt: int = Field(description="Which try at sending this is, from 1; 0 for inbound messages.")
    case_id: str


class MessagePage(LivePage):
    """Newest first."""

    messages: list[Message]


class NewMessage(Model):
    """What to send to the customer."""

    type: Literal["text"]
    text: Text = Field(min_length=1, max_length=20_000, description="Channels take less; they say how much.")


def message(row: pb.Message) -> Message:
    """One message, as lists, answers and socket events show it."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        direction=DIRECTIONS[row.direction],
        type=row.type,
        text=row.text,
        attachments=[_attachment(one) for one in row.attachments],
        provider_message_id=row.provider_message_id or None,
        sequence=row.sequence,
        sent_at=moment(row.sent_at),
        delivery_state=DELIVERY_STATES[row.delivery_state],
        failure_code=row.failure_code or None,
        failure_detail=row.failure_detail or None,
        author_id=row.author_id or None,
        sender_name=row.sender_name or None,
        edited=row.edited,
        unsent=row.unsent,
        version=row.version,
        sort_key=row.sort_key,
        details=json.loads(row.details_json) if row.details_json else {},
        attempt=row.attempt,
        case_id=row.case_id,
    )


def messages(page: pb.ListMessagesResponse, cursor: str) -> MessagePage:
    """One page of a thread."""
    rows = [message(row) for row in page.messages]
    return MessagePage(messages=rows, next_page_token=page.next_page_token or None, cursor=cursor)


def _attachment(row: pb.MessageAttachment) -> Attachment:
    return Attachment(
        id=row.id,
        kind=row.kind,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        duration_ms=row.duration_ms,
        url=row.url or None,
    )
