"""What somebody wrote: one function per message type of WhatsApp.

A message that came is never hidden: where its own part cannot be read, or nobody here knows its type, it becomes
"unsupported", so that staff see that much.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields, Unreadable
from libs.channels.keys import content_key
from libs.channels.text import clean_text

_INT32 = 2**31 - 1
# How a name begins that we give to a message without an id.
MADE_UP = "content-"
# Their names for attachments → ours.
_KINDS = {"document": "file", "sticker": "image"}


def message_id(item: Fields) -> str:
    """The platform's id; for what has none, a name made of its content, so that it comes only once."""
    return item.text("id") or MADE_UP + content_key(item.values, ())


def message(item: Fields) -> pb.MessageReceived:
    """A message of any type."""
    received = _typed(item.identifier("type"), item)
    context = item.optional("context")
    received.provider_message_id = message_id(item)
    received.quoted_provider_message_id = context.text("id")
    received.forwarded = context.flag("forwarded") or context.flag("frequently_forwarded")
    received.product_id = context.optional("referred_product").text("product_retailer_id")
    if item.optional("referral").values:
        received.ad.CopyFrom(_ad(item.optional("referral")))
    return received


def edited(item: Fields) -> pb.MessageEdited:
    """New words for a message, or for what stands under its picture."""
    edit = item.section("edit")
    written = edit.section("message")
    now = _typed(written.identifier("type"), written)
    if now.type == "unsupported":
        raise Unreadable("nothing in edit.message can be read")
    return pb.MessageEdited(provider_message_id=edit.identifier("original_message_id"), text=now.text)


def revoked(item: Fields) -> pb.MessageUnsent:
    """A message was taken back."""
    return pb.MessageUnsent(provider_message_id=item.section("revoke").identifier("original_message_id"))


def reacted(item: Fields) -> pb.MessageReacted:
    """An emoji on a message; none takes it back."""
    reaction = item.section("reaction")
    return pb.MessageReacted(provider_message_id=reaction.identifier("message_id"), emoji=reaction.text("emoji"))


def _typed(name: str, item: Fields) -> pb.MessageReceived:
    fill, received = _TYPES.get(name), pb.MessageReceived()
    try:
        if fill:
            fill(item, received)
            return received
    except Unreadable:
        # Half of it may be filled in.
        return pb.MessageReceived(type="unsupported")
    return pb.MessageReceived(type="unsupported")


def _text(item: Fields, received: pb.MessageReceived) -> None:
    received.type = "text"
    received.text = clean_text(item.section("text").raw_text("body"))


def _media(name: str) -> Callable[[Fields, pb.MessageReceived], None]:
    kind = _KINDS.get(name, name)

    def read(item: Fields, received: pb.MessageReceived) -> None:
        content = item.section(name)
        received.type = name if name == "sticker" else kind
        received.text = content.text("caption")
        received.attachments.add(
            kind=kind,
            provider_content_id=content.text("id"),
            url="" if content.text("id") else content.identifier("url"),
            file_name=content.text("filename"),
            content_type=content.text("mime_type"),
            voice=content.flag("voice"),
        )

    return read


def _location(item: Fields, received: pb.MessageReceived) -> None:
    place = item.section("location")
    received.type = "location"
    received.page_url = place.text("url")
    received.location.CopyFrom(
        pb.Location(
            title=place.text("name"),
            address=place.text("address"),
            latitude=place.coordinate("latitude", 90),
            longitude=place.coordinate("longitude", 180),
        )
    )


def _contacts(item: Fields, received: pb.MessageReceived) -> None:
    received.type = "contacts"
    received.contacts.extend(_card(card) for card in item.sections("contacts"))
    if not received.contacts:
        raise Unreadable("contacts is empty")


def _card(card: Fields) -> pb.ContactCard:
    name = card.optional("name")
    parts = (name.text("first_name"), name.text("last_name"))
    return pb.ContactCard(
        name=name.text("formatted_name") or " ".join(filter(None, parts)),
        phones=filter(None, (phone.text("phone") or phone.text("wa_id") for phone in card.sections("phones"))),
        emails=filter(None, (email.text("email") for email in card.sections("emails"))),
        organisation=card.optional("org").text("company"),
    )


def _button(item: Fields, received: pb.MessageReceived) -> None:
    """A button of a template."""
    button = item.section("button")
    _select(received, button.text("payload"), button.identifier("text"), "quick_reply")


def _interactive(item: Fields, received: pb.MessageReceived) -> None:
    chosen = item.section("interactive")
    name = chosen.identifier("type")
    reply = chosen.section(name)
    if name == "nfm_reply":
        _select(received, reply.text("name"), reply.text("body"), "form")
        received.selection.form_json = _json(reply.values.get("response_json"))
    elif name in ("button_reply", "list_reply"):
        _select(received, reply.text("id"), reply.identifier("title"), name.removesuffix("_reply"))
        received.selection.description = reply.text("description")
    else:
        raise Unreadable(f"interactive.type {name[:40]!r} is not known")


def _select(received: pb.MessageReceived, chosen: str, title: str, kind: str) -> None:
    received.type, received.text = "text", title
    received.selection.CopyFrom(pb.Selection(id=chosen, title=title, kind=kind))


def _order(item: Fields, received: pb.MessageReceived) -> None:
    order = item.section("order")
    received.type = "order"
    received.text = order.text("text")
    items = [_ordered(product) for product in order.sections("product_items")]
    received.order.CopyFrom(pb.OrderedItems(catalog_id=order.text("catalog_id"), items=items, note=order.text("text")))


def _ordered(product: Fields) -> pb.OrderedItem:
    quantity = product.values.get("quantity")
    digits = isinstance(quantity, str) and quantity.isascii() and quantity.isdigit() and len(quantity) < 10
    return pb.OrderedItem(
        product_id=product.text("product_retailer_id"),
        quantity=int(str(quantity)) if digits else product.whole("quantity", _INT32),
        price=_decimal(product.values.get("item_price")),
        currency=product.text("currency"),
    )


def _decimal(value: Any) -> str:
    """A price as it was written, "" for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    try:
        price = Decimal(str(value))
    except ArithmeticError:
        return ""
    return f"{price:f}" if price.is_finite() and abs(price.adjusted()) < 16 and price >= 0 else ""


def _json(value: Any) -> str:
    """The answers of a form; "" where they are no JSON object."""
    try:
        answers = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return ""
    return clean_text(value) if isinstance(answers, dict) else ""


def _ad(referral: Fields) -> pb.AdReferral:
    """The ad or the post whose button brought the person here."""
    source = "post" if referral.text("source_type") == "post" else "ad"
    return pb.AdReferral(
        ad_id=referral.text("source_id") if source == "ad" else "",
        post_id=referral.text("source_id") if source == "post" else "",
        source=source,
        title=referral.text("headline"),
        body=referral.text("body"),
        url=referral.text("source_url"),
        picture_url=referral.text("image_url") or referral.text("thumbnail_url"),
        video_url=referral.text("video_url"),
        click_id=referral.text("ctwa_clid"),
    )


_TYPES: dict[str, Callable[[Fields, pb.MessageReceived], None]] = {
    "text": _text,
    **{name: _media(name) for name in ("image", "video", "audio", "document", "sticker")},
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
}
