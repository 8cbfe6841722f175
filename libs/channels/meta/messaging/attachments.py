"""What hangs on a message: one function per attachment type of Messenger and Instagram."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields, Unreadable
from libs.channels.meta.messaging.people import identity
from libs.channels.text import clean_text

# Addresses for people; any other address of a shared post is its picture or video.
_PAGES = re.compile(r"(?:^|\.)(?:facebook\.com|instagram\.com|fb\.watch|fb\.me|fb\.com)$")
_LONGEST_NAME = 200
_MOST_PICTURES = 10

# Reads one attachment into the message; the message's type, or "" where the attachment does not make it one.
Reader = Callable[[Fields, pb.MessageReceived], str]


def attach(content: Fields, message: pb.MessageReceived) -> list[str]:
    """Reads all attachments; the types they make of the message, in their order."""
    attachments = content.sections("attachments")
    # For a while a sticker came twice, the second time as a mere picture.
    twice = any(item.text("type") == "sticker" for item in attachments)
    kinds = (
        READERS[item.text("type")](item, message)
        for item in attachments
        if item.text("type") in READERS and not (twice and _is_sticker_picture(item))
    )
    return [kind for kind in kinds if kind]


def _file(kind: str) -> Reader:
    def read(item: Fields, message: pb.MessageReceived) -> str:
        payload = item.optional("payload")
        if kind == "image" and (payload.values.get("sticker_id") or message.HasField("sticker")):
            return _sticker(item, message)
        if not payload.text("url"):
            return ""
        name = _file_name(payload.text("url")) if kind == "file" else ""
        message.attachments.add(kind=kind, url=payload.text("url"), file_name=name)
        return kind

    return read


def _sticker(item: Fields, message: pb.MessageReceived) -> str:
    """The number means nothing to staff, so the picture comes along."""
    payload = item.optional("payload")
    number = identity(payload.values.get("sticker_id")) or message.sticker.sticker_id
    if not number and not payload.text("url"):
        return ""
    message.sticker.CopyFrom(pb.Sticker(sticker_id=number))
    if payload.text("url"):
        message.attachments.add(kind="image", url=payload.text("url"))
    return "sticker"


def _is_sticker_picture(item: Fields) -> bool:
    return item.text("type") == "image" and bool(item.optional("payload").values.get("sticker_id"))


def _shared(kind: str) -> Reader:
    """Somebody's post or reel: its content where Meta gives that, else where it can be seen."""

    def read(item: Fields, message: pb.MessageReceived) -> str:
        payload = item.optional("payload")
        address = payload.text("url") or _link_of(item)
        message.page_title = message.page_title or payload.text("title") or item.text("title")
        if address and _PAGES.search(_host(address)):
            message.page_url = address
        elif address:
            message.attachments.add(kind=kind, url=address)
        return "post"

    return read


def _link(item: Fields, message: pb.MessageReceived) -> str:
    """A link, which Messenger shows as a card. What the customer typed with it stays a text."""
    payload = item.optional("payload")
    message.page_url = payload.text("url") or _link_of(item)
    message.page_title = payload.text("title") or item.text("title")
    if not (message.page_url or message.page_title):
        return ""
    return "" if message.text else "post"


def _story(kind: str) -> Reader:
    """Somebody's story. Its media must not be kept, only where it is."""

    def read(item: Fields, message: pb.MessageReceived) -> str:
        payload = item.optional("payload")
        address = payload.text("url")
        message.story.CopyFrom(pb.Story(kind=kind, id=identity(payload.values.get("story_media_id")), url=address))
        if address:
            message.attachments.add(kind="image", url=address, never_store=True)
        return "story"

    return read


def _location(item: Fields, message: pb.MessageReceived) -> str:
    coordinates = item.optional("payload").optional("coordinates")
    try:
        place = pb.Location(
            title=item.text("title"),
            latitude=_degrees(coordinates, "lat", 90),
            longitude=_degrees(coordinates, "long", 180),
        )
    except Unreadable:
        return ""
    message.location.CopyFrom(place)
    return "location"


def _template(item: Fields, message: pb.MessageReceived) -> str:
    """A card with pictures and buttons, or a product of the shop: its words, its pictures, and which product."""
    payload = item.optional("payload")
    products = payload.optional("product").sections("elements")
    elements = payload.sections("elements") + products
    lines = [payload.text("text"), *_buttons(payload)]
    for element in elements:
        lines += [element.text("title"), element.text("subtitle"), *_buttons(element)]
    said = "\n".join(filter(None, lines)) or item.text("title")
    message.text = message.text or said
    pictures = [element.text("image_url") for element in elements if element.text("image_url")]
    for picture in pictures[:_MOST_PICTURES]:
        message.attachments.add(kind="image", url=picture)
    if products:
        message.product_id = identity(products[0].values.get("retailer_id")) or identity(products[0].values.get("id"))
    return "template" if message.text or pictures else ""


def _booking(item: Fields, message: pb.MessageReceived) -> str:
    """An appointment: when, in the time zone it was made in, and what became of it."""
    payload = item.optional("payload")
    zone = payload.text("timezone")
    times = [_local(payload.whole(name), zone) for name in ("start_time", "end_time") if payload.whole(name)]
    words = (" – ".join(times), zone if times else "", payload.text("status"))
    message.text = message.text or ", ".join(filter(None, words))
    return "template" if message.text else ""


def _buttons(content: Fields) -> list[str]:
    return [f"[{button.text('title')}]" for button in content.sections("buttons") if button.text("title")]


def _link_of(item: Fields) -> str:
    return item.text("url") or item.text("URL")


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _file_name(address: str) -> str:
    """Meta names a file at the end of its address."""
    try:
        last = urlsplit(address).path.rpartition("/")[2]
    except ValueError:
        return ""
    return clean_text(unquote(last)).strip()[-_LONGEST_NAME:]


def _degrees(coordinates: Fields, name: str, largest: float) -> float:
    """Degrees as a number, or as the text some events hold."""
    value = coordinates.values.get(name)
    if isinstance(value, str):
        try:
            return Fields({name: float(value)}, coordinates.path).coordinate(name, largest)
        except ValueError as error:
            raise Unreadable(coordinates.named(name)) from error
    return coordinates.coordinate(name, largest)


def _local(seconds: int, zone: str) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, ZoneInfo(zone) if zone else UTC):%Y-%m-%d %H:%M}"
    except (ValueError, OSError, OverflowError, KeyError):
        return ""


READERS: dict[str, Reader] = {
    "image": _file("image"),
    "video": _file("video"),
    "audio": _file("audio"),
    "file": _file("file"),
    "media": _file("image"),
    "sticker": _sticker,
    "share": _shared("image"),
    "post": _shared("image"),
    "ig_post": _shared("image"),
    "reel": _shared("video"),
    "ig_reel": _shared("video"),
    "story_mention": _story("mention"),
    "story": _story("share"),
    "ig_story": _story("share"),
    "fallback": _link,
    "location": _location,
    "template": _template,
    "appointment_booking": _booking,
}
