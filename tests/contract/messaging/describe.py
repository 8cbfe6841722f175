"""An outcome in one line: its kind and its key fields. Texts appear by their length only."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.events import Parked
from libs.channels.keys import hash_text

Fields = dict[str, str]


def describe(outcome: pb.InboundEvent | Parked, received_at: datetime) -> tuple[str, str]:
    """("message.text", "contact=141 key=message/mid …"), or ("parked", the reason and what it is about)."""
    if isinstance(outcome, Parked):
        return "parked", f"reason={outcome.reason} detail={outcome.detail}"
    field = outcome.WhichOneof("event") or ""
    kind, fields = _MEANINGS[field](getattr(outcome, field))
    return ".".join(filter(None, (field, kind))), _line(_envelope(outcome, received_at, fields) | fields)


def _envelope(event: pb.InboundEvent, received_at: datetime, told: Fields) -> Fields:
    at = event.occurred_at.ToMilliseconds()
    account, kind, key = event.dedup_key.split(":", 2)
    assert account == event.account_id
    by_id = key in (told.get("id"), hash_text(told.get("id", "")))
    assert all(alias.kind == f"{event.channel}_user" for alias in event.contact.aliases)
    return {
        "contact": ",".join(alias.value for alias in event.contact.aliases),
        "key": f"{kind}/{'id' if by_id else 'content'}",
        "at": "received" if at == int(received_at.timestamp() * 1000) else str(at),
        "flags": "standby" if event.standby else "",
    }


def _message(message: pb.MessageReceived) -> tuple[str, Fields]:
    return message.type, {
        "id": message.provider_message_id,
        "chars": _count(message.text),
        "quoted": message.quoted_provider_message_id,
        "attachment": ";".join(_attachment(item) for item in message.attachments),
        "sticker": message.sticker.sticker_id,
        "location": f"{message.location.latitude}/{message.location.longitude}" if message.HasField("location") else "",
        "chosen": f"{message.selection.kind}/{len(message.selection.id)}" if message.HasField("selection") else "",
        "story": f"{message.story.kind}/{message.story.id or '-'}" if message.HasField("story") else "",
        "page": _count(message.page_url),
        "title": _count(message.page_title),
        "product": message.product_id,
        "ad": _ad(message.ad) if message.HasField("ad") else "",
    }


def _attachment(item: pb.Attachment) -> str:
    assert item.url
    return ",".join(filter(None, (item.kind, item.file_name, "never_store" if item.never_store else "")))


def _ad(ad: pb.AdReferral) -> str:
    named = (("ad", ad.ad_id), ("post", ad.post_id), ("ref", ad.ref), ("url", ad.url), ("product", ad.product_id))
    seen = (("title", ad.title), ("picture", ad.picture_url), ("video", ad.video_url))
    parts = [f"{name}:{value}" for name, value in named if value] + [name for name, value in seen if value]
    return ",".join((ad.source, *parts))


def _postback(postback: pb.Postback) -> tuple[str, Fields]:
    return "", {
        "id": postback.provider_event_id if len(postback.provider_event_id) != 40 else "",
        "data": _count(postback.data),
        "chars": _count(postback.text),
        "ad": _ad(postback.ad) if postback.HasField("ad") else "",
    }


def _echoed(echo: pb.MessageEchoed) -> tuple[str, Fields]:
    kind, fields = _message(echo.message)
    return kind, fields | {"reference": echo.reference, "app": echo.app_id}


def _receipt(receipt: pb.Receipt) -> tuple[str, Fields]:
    moment = str(receipt.watermark_ms) if receipt.watermark_ms else ""
    return receipt.state, {"ids": ",".join(receipt.provider_message_ids), "until": moment}


_MEANINGS: dict[str, Callable[[Any], tuple[str, Fields]]] = {
    "message": _message,
    "echoed": _echoed,
    "edited": lambda edit: ("", {"id": edit.provider_message_id, "chars": _count(edit.text)}),
    "unsent": lambda unsent: ("", {"id": unsent.provider_message_id}),
    "reacted": lambda reaction: ("", {"id": reaction.provider_message_id, "emoji": reaction.emoji or "none"}),
    "postback": _postback,
    "receipt": _receipt,
    "referred": lambda ad: ("", {"ad": _ad(ad)}),
    "notice": lambda notice: (notice.kind, {"fields": _pairs(notice.fields)}),
}


def _line(fields: Fields) -> str:
    return " ".join(f"{name}={value}" for name, value in fields.items() if value)


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{name}:{value}" for name, value in sorted(values.items()))


def _count(items: Iterable[Any]) -> str:
    found = len(list(items))
    return str(found) if found else ""
