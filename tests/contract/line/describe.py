"""An outcome in one line: its kind and its key fields. Texts appear by their length only."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.events import Parked


def describe(outcome: pb.InboundEvent | Parked, received_at: datetime) -> tuple[str, str]:
    """("message.text", "contact=line_user/U1 key=message/325708 …"), or ("parked", the reason)."""
    if isinstance(outcome, Parked):
        return "parked", f"reason={outcome.reason}"
    field = outcome.WhichOneof("event") or ""
    kind, fields = _MEANINGS[field](getattr(outcome, field))
    return ".".join(filter(None, (field, kind))), _line(_envelope(outcome, received_at) | fields)


def _envelope(event: pb.InboundEvent, received_at: datetime) -> dict[str, str]:
    at = event.occurred_at.ToMilliseconds()
    flags = [name for name in ("redelivery", "standby") if getattr(event, name)]
    account, kind, key = event.dedup_key.split(":", 2)
    assert account == event.account_id
    return {
        "contact": " ".join(f"{alias.kind}/{alias.value}" for alias in event.contact.aliases),
        "key": f"{kind}/{'content' if _is_hash(key) else key}",
        "at": "received" if at == int(received_at.timestamp() * 1000) else str(at),
        "flags": ",".join(flags),
    }


def _message(message: pb.MessageReceived) -> tuple[str, dict[str, str]]:
    return message.type, {
        "id": message.provider_message_id,
        "sender": message.sender.provider_user_id,
        "chars": _count(message.text),
        "reply": message.reply_token,
        "quote": message.quote_token,
        "entities": _listed(_entity, message.entities),
        "attachment": _listed(_attachment, message.attachments),
        "location": f"{message.location.latitude}/{message.location.longitude}" if message.HasField("location") else "",
        "place": "/".join((_count(message.location.title) or "0", _count(message.location.address) or "0"))
        if message.HasField("location")
        else "",
        "sticker": "/".join((message.sticker.package_id, message.sticker.sticker_id)).strip("/"),
        "keywords": _count(message.sticker.keywords),
    }


def _entity(entity: pb.TextEntity) -> str:
    return f"{entity.kind}@{entity.offset}+{entity.length}={entity.value}"


def _attachment(item: pb.Attachment) -> str:
    where = item.provider_content_id or f"external{'+preview' if item.preview_url else ''}"
    numbers = (item.file_name and "named", item.size_bytes and f"{item.size_bytes}B", item.duration_ms)
    group = f"set:{item.set_id[:8]}:{item.set_index}/{item.set_total}" if item.set_id else ""
    return ",".join(str(part) for part in (item.kind, where, *numbers, group) if part)


def _edited(edit: pb.MessageEdited) -> tuple[str, dict[str, str]]:
    return "", {
        "id": edit.provider_message_id,
        "chars": _count(edit.text),
        "reply": edit.reply_token,
        "quote": edit.quote_token,
        "entities": _listed(_entity, edit.entities),
    }


def _followed(followed: pb.Followed) -> tuple[str, dict[str, str]]:
    return "", {"unblocked": "yes" if followed.unblocked else "", "reply": followed.reply_token}


def _postback(postback: pb.Postback) -> tuple[str, dict[str, str]]:
    return "", {
        "data": _count(postback.data),
        "params": _pairs(postback.params),
        "sender": postback.sender.provider_user_id,
        "reply": postback.reply_token,
    }


def _chat_changed(change: pb.ChatChanged) -> tuple[str, dict[str, str]]:
    members = ",".join(member.provider_user_id for member in change.members)
    return change.change, {"members": members, "reply": change.reply_token}


def _notice(notice: pb.Notice) -> tuple[str, dict[str, str]]:
    return notice.kind, {"fields": _pairs(notice.fields), "reply": notice.reply_token}


_MEANINGS: dict[str, Callable[[Any], tuple[str, dict[str, str]]]] = {
    "message": _message,
    "edited": _edited,
    "unsent": lambda unsent: ("", {"id": unsent.provider_message_id}),
    "followed": lambda followed: (
        "",
        {"unblocked": "yes" if followed.unblocked else "", "reply": followed.reply_token},
    ),
    "unfollowed": lambda unfollowed: ("", {}),
    "postback": _postback,
    "chat_changed": _chat_changed,
    "notice": _notice,
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
