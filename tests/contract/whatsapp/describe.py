"""An outcome in one line: its kind and its key fields. Texts appear by their length only."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.events import Parked


def describe(outcome: pb.InboundEvent | Parked, received_at: datetime) -> tuple[str, str]:
    """("message.text", "contact=whatsapp_phone/1650… key=message/wamid.… …"), or ("parked", the reason)."""
    if isinstance(outcome, Parked):
        return "parked", f"reason={outcome.reason}"
    field = outcome.WhichOneof("event") or ""
    kind, fields = _MEANINGS[field](getattr(outcome, field))
    return ".".join(filter(None, (field, kind))), _line(_envelope(outcome, received_at) | fields)


def _envelope(event: pb.InboundEvent, received_at: datetime) -> dict[str, str]:
    at = event.occurred_at.ToMilliseconds()
    account, kind, key = event.dedup_key.split(":", 2)
    assert account == event.account_id
    return {
        "contact": ",".join(f"{alias.kind.removeprefix('whatsapp_')}/{alias.value}" for alias in event.contact.aliases),
        "name": event.contact.display_name,
        "number": event.contact.phone,
        "key": f"{kind}/{'hash' if _is_hash(key) else key}",
        "at": "received" if at == int(received_at.timestamp() * 1000) else str(at),
    }


def _message(message: pb.MessageReceived) -> tuple[str, dict[str, str]]:
    return message.type, {
        "id": message.provider_message_id,
        "sender": message.sender.provider_user_id,
        "chars": _count(message.text),
        "quoted": message.quoted_provider_message_id,
        "forwarded": "yes" if message.forwarded else "",
        "product": message.product_id,
        "attachment": _listed(_attachment, message.attachments),
        "location": _location(message.location) if message.HasField("location") else "",
        "page": message.page_url,
        "cards": _listed(_card, message.contacts),
        "order": _listed(_ordered, message.order.items),
        "catalog": message.order.catalog_id,
        "chosen": _selection(message.selection) if message.HasField("selection") else "",
        "ad": _ad(message.ad) if message.HasField("ad") else "",
    }


def _attachment(item: pb.Attachment) -> str:
    where = item.provider_content_id or "address"
    marks = (item.content_type, item.file_name and "named", item.voice and "voice")
    return ",".join(str(part) for part in (item.kind, where, *marks) if part)


def _location(place: pb.Location) -> str:
    return f"{place.latitude}/{place.longitude}/{len(place.title)}/{len(place.address)}"


def _card(card: pb.ContactCard) -> str:
    return f"{card.name}/{len(card.phones)}/{len(card.emails)}/{card.organisation}"


def _ordered(item: pb.OrderedItem) -> str:
    return f"{item.quantity}x{item.product_id}@{item.price}{item.currency}"


def _selection(chosen: pb.Selection) -> str:
    return "/".join(
        (chosen.kind, chosen.id, _count(chosen.title), _count(chosen.description), _count(chosen.form_json))
    )


def _ad(ad: pb.AdReferral) -> str:
    parts = (ad.source, ad.ad_id or ad.post_id, _count(ad.title), _count(ad.body), ad.url, ad.click_id[:12])
    return "/".join((*parts, "+".join(filter(None, (ad.picture_url and "picture", ad.video_url and "video")))))


def _receipt(receipt: pb.Receipt) -> tuple[str, dict[str, str]]:
    return receipt.state, {
        "ids": ",".join(receipt.provider_message_ids),
        "reference": receipt.reference,
        "failure": receipt.failure_code,
        "detail": _count(receipt.failure_detail),
        "pricing": _pairs(receipt.pricing),
    }


def _echoed(echo: pb.MessageEchoed) -> tuple[str, dict[str, str]]:
    kind, fields = _message(echo.message)
    return kind, fields | {"reference": echo.reference, "app": echo.app_id}


def _alias_changed(change: pb.AliasChanged) -> tuple[str, dict[str, str]]:
    aliases = ",".join(f"{alias.kind.removeprefix('whatsapp_')}/{alias.value}" for alias in change.aliases)
    return "", {"now": aliases, "chars": _count(change.text)}


_MEANINGS: dict[str, Callable[[Any], tuple[str, dict[str, str]]]] = {
    "message": _message,
    "edited": lambda edit: ("", {"id": edit.provider_message_id, "chars": _count(edit.text)}),
    "unsent": lambda unsent: ("", {"id": unsent.provider_message_id}),
    "reacted": lambda reaction: ("", {"id": reaction.provider_message_id, "emoji": reaction.emoji or "none"}),
    "echoed": _echoed,
    "receipt": _receipt,
    "alias_changed": _alias_changed,
    "notice": lambda notice: (notice.kind, {"fields": _pairs(notice.fields)}),
}


def _line(fields: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in fields.items() if value)


def _pairs(values: Any) -> str:
    return ",".join(f"{name}:{value}" for name, value in sorted(values.items()))


def _listed(write: Callable[[Any], str], items: Iterable[Any]) -> str:
    return ";".join(write(item) for item in items)


def _count(items: Any) -> str:
    return str(len(items)) if len(items) else ""


def _is_hash(key: str) -> bool:
    return len(key) == 40 and all(digit in "0123456789abcdef" for digit in key)
