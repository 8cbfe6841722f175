"""WooCommerce's orders and customers."""

from datetime import datetime

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields, Unreadable
from libs.channels.order.meaning import Meaning, full_name, iso_time, order_contact, present


def recognises(fields: Fields) -> bool:
    """Whether WooCommerce made it: everything it sends of people and orders has a billing section."""
    return "billing" in fields.values and ("line_items" in fields.values or "username" in fields.values)


def read(fields: Fields, received_at: datetime) -> Meaning:
    """An order (its note, where the customer left one, is what they wrote), or a customer."""
    number = fields.whole("id")
    if not number:
        raise Unreadable("id is missing or not a number")
    billing = fields.optional("billing")
    changed = fields.text("date_modified_gmt") or fields.text("date_created_gmt")
    name = full_name(billing.text("first_name"), billing.text("last_name"))
    at = iso_time(changed, received_at)
    if "line_items" not in fields.values:
        name = full_name(fields.text("first_name"), fields.text("last_name")) or name
        told = present(name=name, email=fields.text("email"), phone=billing.text("phone"))
        return Meaning("member_updated", f"customer/{number}/{changed}", at, fields={"member_id": str(number), **told})
    member = str(fields.whole("customer_id") or "")
    contact = order_contact(str(number), name, billing.text("email"), billing.text("phone"), member)
    if note := fields.text("customer_note").strip():
        key = f"order/{number}/note"
        message = pb.MessageReceived(
            provider_message_id=key, type="text", text=note, subject=f"#{fields.text('number') or number}"
        )
        return Meaning("message", key, iso_time(fields.text("date_created_gmt"), received_at), contact, message)
    return _order(fields, number, changed, received_at, contact)


def _order(fields: Fields, number: int, changed: str, received_at: datetime, contact: pb.Contact) -> Meaning:
    told = present(
        number=f"#{fields.text('number') or number}",
        status=fields.text("status"),
        total=fields.text("total"),
        currency=fields.text("currency"),
        url=fields.text("payment_url"),
    )
    kind = "order_created" if changed == fields.text("date_created_gmt") else "order_updated"
    return Meaning(kind, f"order/{number}/{changed}", iso_time(changed, received_at), contact, fields=told)
