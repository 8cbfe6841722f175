"""What a message holds, from the platform's event to what is stored of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

from google.protobuf.json_format import MessageToDict

from frontdesk.channels.v1 import inbound_pb2 as inbound

# Parts of a message that are kept as they come, under their own names.
_PARTS = ("location", "sticker", "order", "selection", "story", "ad")
_WORDS = (
    "quoted_provider_message_id",
    "quote_token",
    "mark_as_read_token",
    "product_id",
    "subject",
    "page_url",
    "page_title",
)
# What of a message's details its event says; the rest was told later.
TOLD_DETAILS = frozenset({*_PARTS, *_WORDS, "entities", "contacts", "forwarded", "data", "params"})


@dataclass
class Content:
    """The part of a message that its writer made."""

    type: str
    text: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    provider_id: str = ""
    sender: inbound.Sender = field(default_factory=inbound.Sender)
    reply_token: str = ""


def of_event(event: inbound.InboundEvent, message_id: UUID) -> Content | None:
    """The content of the message an event makes; None for events that make none."""
    match event.WhichOneof("event"):
        case "message":
            return of_message(event.message, message_id)
        case "echoed":
            return of_message(event.echoed.message, message_id)
        case "postback":
            return of_postback(event.postback)
    return None


def of_message(message: inbound.MessageReceived, message_id: UUID) -> Content:
    """A message's content."""
    details: dict[str, Any] = {}
    if message.entities:
        details["entities"] = entities(message.entities)
    for name in _PARTS:
        if message.HasField(name):
            details[name] = plain(getattr(message, name))
    for name in _WORDS:
        if value := getattr(message, name):
            details[name] = value
    if message.contacts:
        details["contacts"] = [plain(card) for card in message.contacts]
    if message.forwarded:
        details["forwarded"] = True
    return Content(
        message.type,
        message.text,
        [_attachment(message_id, index, item) for index, item in enumerate(message.attachments, 1)],
        details,
        message.provider_message_id,
        message.sender,
        message.reply_token,
    )


def of_postback(postback: inbound.Postback) -> Content:
    """A pressed button's."""
    details: dict[str, Any] = {"data": postback.data}
    if postback.params:
        details["params"] = dict(postback.params)
    if postback.HasField("ad"):
        details["ad"] = plain(postback.ad)
    return Content(
        "postback",
        postback.text,
        details=details,
        provider_id=postback.provider_event_id,
        sender=postback.sender,
        reply_token=postback.reply_token,
    )


def entities(found: Iterable[inbound.TextEntity]) -> list[dict[str, Any]]:
    """What parts of a text mean."""
    return [
        {"kind": entity.kind, "offset": entity.offset, "length": entity.length, "value": entity.value}
        for entity in found
    ]


def plain(message: Any) -> dict[str, Any]:
    """A protobuf message as JSON, fields by their own names."""
    return MessageToDict(message, preserving_proto_field_name=True)


def fetching(attachments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those whose content is still to come."""
    return [attachment for attachment in attachments if attachment.get("state") == "fetching"]


def stored_keys(attachments: Iterable[dict[str, Any]]) -> list[str]:
    """Where contents and thumbnails lie."""
    names = ("storage_key", "thumbnail_key")
    return [attachment[name] for attachment in attachments for name in names if attachment.get(name)]


def _attachment(message_id: UUID, index: int, item: inbound.Attachment) -> dict[str, Any]:
    """`source` is for delivery, which fetches the content, and gone once it is here; `source_hash` still tells then
    what it came from. Neither is shown. The id is unique among all messages."""
    source = f"{item.provider_content_id} {item.url} {item.never_store}"
    made: dict[str, Any] = {
        "id": f"{message_id.hex}-{index}",
        "kind": item.kind,
        "file_name": item.file_name,
        "size_bytes": item.size_bytes,
        "duration_ms": item.duration_ms,
        "content_type": item.content_type,
        "voice": item.voice,
        "source_hash": blake2b(source.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(),
    }
    if item.never_store:
        return made | {"state": "not_kept", "url": item.url}
    if item.provider_content_id or item.url:
        return made | {"state": "fetching", "source": {"id": item.provider_content_id, "url": item.url}}
    return made | {"state": "failed", "failure_code": "platform_error"}
