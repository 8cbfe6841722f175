"""Messages of a thread."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from frontdesk.conversations.v1 import conversations_pb2 as pb
from services.gateway.domain.present.common import NO_NUL, LivePage, Model, Text, moment, names
from services.gateway.domain.present.links import web_link, with_web_links
from services.gateway.domain.present.media import MediaLinks, media_url

Direction = Literal["inbound", "outbound"]
DeliveryState = Literal["queued", "sending", "sent", "delivered", "read", "failed", "unconfirmed"]

DIRECTIONS = names(pb.Direction, "DIRECTION_")
DELIVERY_STATES = names(pb.DeliveryState, "DELIVERY_STATE_")
ADDRESS_CONFIRMED = {"claimed": False, "proven": True}
_ORIGINS: dict[str, Any] = {name: name for name in ("desk", "native_app", "other_app")}


class Attachment(Model):
    """A file of a message."""

    id: str
    kind: str = Field(examples=["image", "video", "audio", "file"])
    state: str = Field(examples=["fetching", "ready", "failed", "not_kept"])
    failure_code: str | None = Field(examples=["expired", "too_large", "not_allowed", "platform_error"])
    content_type: str | None = Field(description="Decided by the content.")
    file_name: str
    size_bytes: int
    duration_ms: int
    width: int
    height: int
    voice: bool = Field(description="Recorded by speaking.")
    url: str | None = Field(
        description="Holds for 15 minutes at least: read the message again for a new one. Null until the content was "
        "fetched; of what must not be kept, the platform's own address."
    )
    thumbnail_url: str | None


class QuotedMessage(Model):
    """The message that another one answers."""

    id: str
    direction: Direction
    type: str
    preview: str = Field(description="At most 200 characters.")


class Reaction(Model):
    """An emoji on a message."""

    emoji: str
    by: Literal["customer", "account"]


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
    details: dict[str, Any] = Field(
        description="What a client needs to draw a location, a sticker, mentions, … Addresses in it (url, …_url) are "
        "of http or https, or null."
    )
    attempt: int = Field(description="Which try at sending this is, from 1; 0 for inbound messages.")
    case_id: str
    quoted: QuotedMessage | None = Field(description="What it answers, where that is known.")
    reactions: list[Reaction]
    origin: Literal["desk", "native_app", "other_app"] | None = Field(
        description="Of outbound messages: written here, in the platform's own app, or by another application."
    )
    address_confirmed: bool | None = Field(
        description="False for a form of a guest, who may have typed anybody's address: details.claimed has what was "
        "typed. True when the writer is proven, null where the platform says who writes."
    )


class MessagePage(LivePage):
    """Newest first."""

    messages: list[Message]


_Values = Annotated[list[Annotated[str, Field(max_length=2000, pattern=NO_NUL)]], Field(max_length=50)]


class TemplateVariables(Model):
    """What stands in for a template's variables, by component, in their order."""

    header: _Values = Field(default_factory=list)
    body: _Values = Field(default_factory=list)
    buttons: _Values = Field(default_factory=list)


class TemplateChoice(Model):
    """An approved template of the account."""

    name: str = Field(min_length=1, max_length=512, pattern=NO_NUL)
    language: str = Field(min_length=1, max_length=20, pattern=NO_NUL)
    variables: TemplateVariables = TemplateVariables()


class NewMessage(Model):
    """What to send to the customer."""

    type: Literal["text", "image", "video", "audio", "file", "template"]
    text: Text = Field(
        "", max_length=20_000, description="Of a text, or beside a file. Channels take less; they say how much."
    )
    upload_id: UUID | None = Field(None, description="With a file: an upload of yours that is ready.")
    template: TemplateChoice | None = None
    quoted_message_id: UUID | None = Field(None, description="A message of this conversation that this one answers.")


def message(row: pb.Message, links: MediaLinks) -> Message:
    """One message, as lists, answers and socket events show it."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        direction=DIRECTIONS[row.direction],
        type=row.type,
        text=row.text,
        attachments=[_attachment(one, links) for one in row.attachments],
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
        details=with_web_links(json.loads(row.details_json)) if row.details_json else {},
        attempt=row.attempt,
        case_id=row.case_id,
        quoted=_quoted(row.quoted) if row.HasField("quoted") else None,
        reactions=[
            Reaction(emoji=one.emoji, by="account" if one.by == "account" else "customer") for one in row.reactions
        ],
        origin=_ORIGINS.get(row.origin),
        address_confirmed=ADDRESS_CONFIRMED.get(row.address_proof),
    )


def messages(page: pb.ListMessagesResponse, cursor: str, links: MediaLinks) -> MessagePage:
    """One page of a thread."""
    rows = [message(row, links) for row in page.messages]
    return MessagePage(messages=rows, next_page_token=page.next_page_token or None, cursor=cursor)


def _quoted(row: pb.QuotedMessage) -> QuotedMessage:
    return QuotedMessage(id=row.id, direction=DIRECTIONS[row.direction], type=row.type, preview=row.preview)


def _attachment(row: pb.MessageAttachment, links: MediaLinks) -> Attachment:
    """Where the file lies is nobody's business: signed addresses stand for it."""
    return Attachment(
        id=row.id,
        kind=row.kind,
        state=row.state or "fetching",
        failure_code=row.failure_code or None,
        content_type=row.content_type or None,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        duration_ms=row.duration_ms,
        width=row.width,
        height=row.height,
        voice=row.voice,
        url=web_link(row.url) or media_url(links, row.storage_key, row.file_name),
        thumbnail_url=media_url(links, row.thumbnail_key),
    )
