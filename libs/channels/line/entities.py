"""Emojis and mentions of a text: LINE counts UTF-16 units of the text it sent, we code points of the clean one."""

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields
from libs.channels.text import Utf16Offsets, clean_text


def clean_with_entities(content: Fields) -> tuple[str, list[pb.TextEntity]]:
    """The clean text and what its parts mean, in the order of the text."""
    raw = content.raw_text("text")
    found = [("emoji", _emoji_value(item), item) for item in content.sections("emojis")]
    found += [("mention", _mention_value(item), item) for item in content.optional("mention").sections("mentionees")]
    if not found:
        return clean_text(raw), []
    offsets = Utf16Offsets(raw)
    entities = (_entity(offsets, kind, value, item) for kind, value, item in found)
    return clean_text(raw), sorted((entity for entity in entities if entity), key=lambda entity: entity.offset)


def _emoji_value(item: Fields) -> str:
    return f"{item.text('productId')}/{item.text('emojiId')}"


def _mention_value(item: Fields) -> str:
    return "all" if item.text("type") == "all" else item.text("userId")


def _entity(offsets: Utf16Offsets, kind: str, value: str, item: Fields) -> pb.TextEntity | None:
    """None where the offsets point outside the text or into the middle of a character."""
    index, length = item.whole("index", default=-1), item.whole("length")
    start, end = offsets.place(index), offsets.place(index + length)
    if start is None or end is None or end <= start:
        return None
    return pb.TextEntity(kind=kind, offset=start, length=end - start, value=value, is_self=item.flag("isSelf"))
