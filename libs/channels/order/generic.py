"""The documented form for every other shop platform (docs/guides/order-webhooks.md):

{"type": "order.message" | "order.created" | "order.updated" | "member.updated", "id", "at",
 "order": {"id", "number", "status", "total", "currency", "url"}, "customer": {"id", "name", "email", "phone"},
 "message": {"text", "images": [{"url", "file_name"}]}}
"""

from datetime import datetime

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields, Unreadable
from libs.channels.order.meaning import Meaning, UnknownEvent, iso_time, order_contact, present

_NOTICES = {"order.created": "order_created", "order.updated": "order_updated"}


def recognises(fields: Fields) -> bool:
    """Whether it is of this form."""
    return "." in fields.text("type") and fields.text("type").split(".")[0] in {"order", "member"}


def read(fields: Fields, received_at: datetime) -> Meaning:
    """What it means."""
    kind, key = fields.identifier("type"), fields.identifier("id")
    at = iso_time(fields.text("at"), received_at)
    customer = fields.optional("customer")
    if kind == "member.updated":
        return Meaning("member_updated", key, at, fields=_person(customer))
    if kind != "order.message" and kind not in _NOTICES:
        raise UnknownEvent(kind[:80])
    order = fields.section("order")
    contact = order_contact(order.identifier("id"), *(customer.text(name) for name in ("name", "email", "phone", "id")))
    if kind == "order.message":
        return Meaning("message", key, at, contact, _message(fields.section("message"), order, key))
    told = {name: order.text(name) for name in ("number", "status", "total", "currency", "url")}
    return Meaning(_NOTICES[kind], key, at, contact, fields=present(**told))


def _message(message: Fields, order: Fields, key: str) -> pb.MessageReceived:
    text, images = message.text("text"), message.sections("images")
    if not text and not images:
        raise Unreadable("message has neither text nor images")
    return pb.MessageReceived(
        provider_message_id=key,
        type="image" if images and not text else "text",
        text=text,
        subject=order.text("number"),
        page_url=order.text("url"),
        attachments=[
            pb.Attachment(kind="image", url=image.identifier("url"), file_name=image.text("file_name"))
            for image in images
        ],
    )


def _person(customer: Fields) -> dict[str, str]:
    return present(member_id=customer.identifier("id"), **{n: customer.text(n) for n in ("name", "email", "phone")})
