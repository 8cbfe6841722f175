"""Shopify's orders and customers. Its topic travels in a header alone, so the object's own id tells what it is."""

from datetime import datetime

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.fields import Fields
from libs.channels.order.meaning import Meaning, UnknownEvent, full_name, iso_time, order_contact, present

_PREFIX = "gid://shopify/"


def recognises(fields: Fields) -> bool:
    """Whether Shopify made it."""
    return fields.text("admin_graphql_api_id").startswith(_PREFIX)


def read(fields: Fields, received_at: datetime) -> Meaning:
    """An order (its note, where the customer left one, is what they wrote), or a customer."""
    kind, _, number = fields.text("admin_graphql_api_id").removeprefix(_PREFIX).partition("/")
    at = iso_time(fields.text("updated_at") or fields.text("created_at"), received_at)
    key = f"{kind}/{number}/{fields.text('updated_at') or fields.text('created_at')}"
    if kind == "Customer":
        return Meaning("member_updated", key, at, fields=present(member_id=number, **_person(fields)))
    if kind != "Order":
        raise UnknownEvent(kind[:80])
    return _order(fields, number, key, received_at)


def _order(fields: Fields, number: str, key: str, received_at: datetime) -> Meaning:
    customer = fields.optional("customer")
    person = _person(customer)
    contact = order_contact(
        number,
        person["name"] or full_name(*_names(fields.optional("billing_address"))),
        fields.text("email") or person["email"],
        fields.text("phone") or person["phone"],
        str(customer.whole("id") or ""),
    )
    if note := fields.text("note").strip():
        message = pb.MessageReceived(
            provider_message_id=f"order/{number}/note/{fields.text('created_at')}",
            type="text",
            text=note,
            subject=fields.text("name"),
            page_url=fields.text("order_status_url"),
        )
        written = iso_time(fields.text("created_at"), received_at)
        return Meaning("message", message.provider_message_id, written, contact, message)
    told = present(
        number=fields.text("name"),
        status=fields.text("financial_status"),
        total=fields.text("total_price"),
        currency=fields.text("currency"),
        url=fields.text("order_status_url"),
    )
    updated = fields.text("updated_at") not in {"", fields.text("created_at")}
    moment = iso_time(fields.text("updated_at") or fields.text("created_at"), received_at)
    return Meaning("order_updated" if updated else "order_created", key, moment, contact, fields=told)


def _person(customer: Fields) -> dict[str, str]:
    return {
        "name": full_name(*_names(customer)),
        "email": customer.text("email"),
        "phone": customer.text("phone"),
    }


def _names(person: Fields) -> tuple[str, str]:
    return person.text("first_name"), person.text("last_name")
