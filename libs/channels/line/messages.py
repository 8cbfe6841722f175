"""What a customer wrote: one function per message type of LINE."""

from collections.abc import Callable

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields
from libs.channels.line.entities import clean_with_entities
from libs.channels.line.source import sender_of

_INT32 = 2**31 - 1


def message(event: Fields, reply_token: str) -> pb.MessageReceived:
    """A message of any type; one of a type not listed here becomes "unsupported", so that staff see it came."""
    content = event.section("message")
    kind = content.identifier("type")
    fill = _TYPES.get(kind)
    received = pb.MessageReceived(
        provider_message_id=content.identifier("id"),
        type=kind if fill else "unsupported",
        sender=sender_of(event),
        reply_token=reply_token,
        quote_token=content.text("quoteToken"),
        quoted_provider_message_id=content.text("quotedMessageId"),
        mark_as_read_token=content.text("markAsReadToken"),
    )
    if fill:
        fill(content, received)
    return received


def edited(event: Fields, reply_token: str) -> pb.MessageEdited:
    """New words for a message that came before; only texts can be edited."""
    content = event.section("message")
    text, entities = clean_with_entities(content)
    return pb.MessageEdited(
        provider_message_id=content.identifier("id"),
        text=text,
        reply_token=reply_token,
        quote_token=content.text("quoteToken"),
        entities=entities,
    )


def unsent(event: Fields, reply_token: str) -> pb.MessageUnsent:
    """The customer took a message back."""
    return pb.MessageUnsent(provider_message_id=event.section("unsend").identifier("messageId"))


def _text(content: Fields, received: pb.MessageReceived) -> None:
    received.text, entities = clean_with_entities(content)
    received.entities.extend(entities)


def _media(content: Fields, received: pb.MessageReceived) -> None:
    """LINE keeps the content under the message's id, unless a provider outside of it does."""
    provider, images = content.optional("contentProvider"), content.optional("imageSet")
    external = provider.text("type") == "external"
    received.attachments.add(
        kind=content.text("type"),
        provider_content_id="" if external else content.identifier("id"),
        url=provider.text("originalContentUrl") if external else "",
        preview_url=provider.text("previewImageUrl") if external else "",
        duration_ms=content.whole("duration"),
        set_id=images.text("id"),
        set_index=images.whole("index", _INT32),
        set_total=images.whole("total", _INT32),
    )


def _file(content: Fields, received: pb.MessageReceived) -> None:
    received.attachments.add(
        kind="file",
        provider_content_id=content.identifier("id"),
        file_name=content.text("fileName"),
        size_bytes=content.whole("fileSize"),
    )


def _location(content: Fields, received: pb.MessageReceived) -> None:
    received.location.CopyFrom(
        pb.Location(
            title=content.text("title"),
            address=content.text("address"),
            latitude=content.coordinate("latitude", 90),
            longitude=content.coordinate("longitude", 180),
        )
    )


def _sticker(content: Fields, received: pb.MessageReceived) -> None:
    received.text = content.text("text")
    received.sticker.CopyFrom(
        pb.Sticker(
            package_id=content.identifier("packageId"),
            sticker_id=content.identifier("stickerId"),
            keywords=content.texts("keywords"),
        )
    )


_TYPES: dict[str, Callable[[Fields, pb.MessageReceived], None]] = {
    "text": _text,
    "image": _media,
    "video": _media,
    "audio": _media,
    "file": _file,
    "location": _location,
    "sticker": _sticker,
}
