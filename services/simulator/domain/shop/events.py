"""What a shop's platform tells: in the generic form, in Shopify's and in WooCommerce's."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from services.simulator.domain.events import Event, merge
from services.simulator.domain.shop.accounts import Form, Order, OrderId

_KINDS = {"message": "order.message", "created": "order.created", "updated": "order.updated"}


class ShopDraft(BaseModel):
    """What happens at the shop. message: the customer writes on the order's page; Shopify and WooCommerce have no such
    page, there it is the note of the order. `details` is merged over the event that is made."""

    model_config = ConfigDict(extra="forbid")

    order_id: OrderId
    kind: Literal["message", "created", "updated", "member"] = "message"
    form: Form = "generic"
    text: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    # A picture: bytes that were uploaded before, or a sample.
    upload_id: str | None = None
    picture: bool = False
    status: str | None = None
    # Milliseconds; now when left out.
    timestamp: int | None = None
    details: dict[str, Any] = {}

    @model_validator(mode="after")
    def _says_something(self) -> "ShopDraft":
        if self.kind == "message" and not (self.text or self.upload_id or self.picture):
            raise ValueError("a message has text, upload_id or picture")
        return self


def make(draft: ShopDraft, order: Order, event_id: str, picture_url: str, now_ms: int) -> Event:
    """The event for a draft. picture_url: "" without a picture."""
    at = now_ms if draft.timestamp is None else draft.timestamp
    if draft.status is not None:
        order = replace(order, status=draft.status)
    writers = {"generic": _generic, "shopify": _shopify, "woocommerce": _woocommerce}
    body = merge(writers[draft.form](draft, order, event_id, picture_url, at), draft.details)
    writes = draft.kind == "message"
    return Event(
        event_id=event_id,
        kind="message" if writes else f"order.{draft.kind}",
        user_id=order.order_id,
        chat_id=order.order_id,
        timestamp=at,
        message_id=_message_id(draft, order, event_id, body) if writes else None,
        reply_token=None,
        text=draft.text or "",
        body=body,
    )


def _message_id(draft: ShopDraft, order: Order, event_id: str, body: dict[str, Any]) -> str:
    if draft.form == "shopify":
        return f"order/{order.order_id}/note/{body['created_at']}"
    return f"order/{order.order_id}/note" if draft.form == "woocommerce" else event_id


def _generic(draft: ShopDraft, order: Order, event_id: str, picture_url: str, at: int) -> dict[str, Any]:
    customer = {"id": order.member_id, "name": order.name, "email": order.email, "phone": order.phone}
    told: dict[str, Any] = {"type": _KINDS.get(draft.kind, "member.updated"), "id": event_id, "at": _iso(at)}
    told["customer"] = {name: value for name, value in customer.items() if value}
    if draft.kind == "member":
        return told
    told["order"] = {
        "id": order.order_id,
        "number": order.number,
        "status": order.status,
        "total": str(order.total),
        "currency": order.currency,
        "url": f"https://shop.example/orders/{order.order_id}",
    }
    if draft.kind == "message":
        images = [{"url": picture_url, "file_name": "photo.jpg"}] if picture_url else []
        told["message"] = {"text": draft.text or "", "images": images}
    return told


def _shopify(draft: ShopDraft, order: Order, event_id: str, picture_url: str, at: int) -> dict[str, Any]:
    first, _, last = order.name.rpartition(" ")
    person = {"first_name": first or order.name, "last_name": last if first else "", "phone": order.phone}
    if draft.kind == "member":
        number = order.member_id or order.order_id
        told = {"id": _whole(number), "admin_graphql_api_id": f"gid://shopify/Customer/{number}", "email": order.email}
        return told | person | {"created_at": _iso(order.created_at), "updated_at": _iso(at)}
    return {
        "id": _whole(order.order_id),
        "admin_graphql_api_id": f"gid://shopify/Order/{order.order_id}",
        "name": order.number,
        "created_at": _iso(order.created_at),
        "updated_at": _iso(at if draft.kind == "updated" else order.created_at),
        "financial_status": order.status,
        "total_price": f"{order.total}.00",
        "currency": order.currency,
        "email": order.email,
        "phone": order.phone,
        "note": draft.text if draft.kind == "message" else None,
        "order_status_url": f"https://shop.example/orders/{order.order_id}/authenticate?key=demo",
        "customer": {"id": _whole(order.member_id), **person},
        "line_items": [],
    }


def _woocommerce(draft: ShopDraft, order: Order, event_id: str, picture_url: str, at: int) -> dict[str, Any]:
    first, _, last = order.name.rpartition(" ")
    names = {"first_name": first or order.name, "last_name": last if first else ""}
    billing = names | {"email": order.email, "phone": order.phone}
    if draft.kind == "member":
        number = _whole(order.member_id or order.order_id)
        dates = {"date_created_gmt": _gmt(order.created_at), "date_modified_gmt": _gmt(at)}
        return {"id": number, "username": order.name, "email": order.email, "billing": billing} | names | dates
    return {
        "id": _whole(order.order_id),
        "number": order.order_id,
        "status": order.status,
        "currency": order.currency,
        "date_created_gmt": _gmt(order.created_at),
        "date_modified_gmt": _gmt(at if draft.kind == "updated" else order.created_at),
        "total": f"{order.total}.00",
        "customer_id": _whole(order.member_id),
        "customer_note": draft.text if draft.kind == "message" else "",
        "billing": billing,
        "line_items": [],
    }


def _whole(number: str) -> int:
    return int(number) if number.isdigit() else 0


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


def _gmt(milliseconds: int) -> str:
    return _iso(milliseconds)[:19]
