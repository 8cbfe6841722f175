"""LINE's webhook events, of every kind, as JSON objects."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.simulator.domain.accounts import ChatId
from services.simulator.domain.ids import Ids
from services.simulator.domain.messages import content

# Kinds that cannot be replied to; every other kind carries a reply token while the channel is active.
_WITHOUT_TOKEN = frozenset(
    {"unsend", "unfollow", "leave", "memberLeft", "module", "delivery"}
    | {"activated", "deactivated", "botSuspended", "botResumed"}
)


class Draft(BaseModel):
    """What happens on a customer's side. Only a user is needed; `details` is merged over the event that is made.

    kind is a LINE event type; a type LINE does not have makes an unknown event. For kind message (and
    messageEdited), type and text say what is written. chat_id is a group or room the user writes in.
    message_id names the message an unsend or messageEdited is about.
    """

    model_config = ConfigDict(extra="forbid")

    user_id: ChatId | None = None
    chat_id: ChatId | None = None
    kind: Annotated[str, Field(min_length=1, max_length=40)] = "message"
    type: Annotated[str, Field(min_length=1, max_length=40)] = "text"
    text: str | None = None
    message_id: str | None = None
    quoted_message_id: str | None = None
    # Bytes uploaded before, to be the content of an image, video, audio or file; a sample when left out.
    upload_id: str | None = None
    mode: Literal["active", "standby"] = "active"
    # Milliseconds; now when left out.
    timestamp: int | None = None
    details: dict[str, Any] = {}

    @property
    def chat(self) -> str:
        """Where it happens: the group or room, else the one-to-one chat of the user."""
        return self.chat_id or self.user_id or ""


@dataclass(slots=True, frozen=True)
class Event:
    """An event ready to be sent."""

    event_id: str
    kind: str
    user_id: str | None
    chat_id: str
    timestamp: int
    message_id: str | None
    reply_token: str | None
    text: str | None
    body: dict[str, Any]


def make(draft: Draft, ids: Ids, now_ms: int) -> Event:
    """The event for a draft."""
    timestamp = now_ms if draft.timestamp is None else draft.timestamp
    body = _envelope(draft, ids, timestamp, now_ms)
    if draft.mode == "active" and draft.kind not in _WITHOUT_TOKEN:
        body["replyToken"] = ids.token()
    body = merge(body | _specifics(draft, ids, now_ms), draft.details)
    message = body.get("message")
    message = message if isinstance(message, dict) else {}
    return Event(
        event_id=body["webhookEventId"],
        kind=draft.kind,
        user_id=draft.user_id,
        chat_id=draft.chat,
        timestamp=body["timestamp"],
        message_id=message.get("id") or draft.message_id,
        reply_token=body.get("replyToken"),
        text=message.get("text"),
        body=body,
    )


def encode(body: dict[str, Any]) -> bytes:
    """The bytes that are sent: compact, with text as UTF-8 (half a surrogate pair stays an escape)."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """base with over's values; objects are merged deeply, None removes a property."""
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def source(user_id: str | None, chat_id: str | None) -> dict[str, str]:
    """Who sent it, and where."""
    if chat_id is None or chat_id == user_id:
        return {"type": "user", "userId": user_id or ""}
    kind = "room" if chat_id.startswith("R") else "group"
    return {"type": kind, f"{kind}Id": chat_id} | ({"userId": user_id} if user_id else {})


def _envelope(draft: Draft, ids: Ids, timestamp: int, now_ms: int) -> dict[str, Any]:
    return {
        "type": draft.kind,
        "timestamp": timestamp,
        "source": source(draft.user_id, draft.chat_id),
        "mode": draft.mode,
        "webhookEventId": ids.event_id(now_ms),
        # A redelivery swaps these bytes, so the object stays as it is here.
        "deliveryContext": {"isRedelivery": False},
    }


def _specifics(draft: Draft, ids: Ids, now_ms: int) -> dict[str, Any]:
    members = {"members": [source(draft.user_id, None)]}
    match draft.kind:
        case "message":
            return {"message": _message(draft, draft.message_id or ids.message_id(now_ms), ids)}
        case "messageEdited":
            return {"message": _message(draft, draft.message_id or "", ids)}
        case "unsend":
            return {"unsend": {"messageId": draft.message_id or ""}}
        case "follow":
            return {"follow": {"isUnblocked": False}}
        case "memberJoined":
            return {"joined": members}
        case "memberLeft":
            return {"left": members}
        case "postback":
            return {"postback": {"data": "action=buy&item=1"}}
        case _:
            return json_copy(_RARE.get(draft.kind, {}))


def _message(draft: Draft, message_id: str, ids: Ids) -> dict[str, Any]:
    message = content(draft.type, message_id, ids)
    if draft.text is not None:
        message["text"] = draft.text
    if draft.quoted_message_id is not None:
        message["quotedMessageId"] = draft.quoted_message_id
    return message


def json_copy(value: dict[str, Any]) -> dict[str, Any]:
    """A copy that may be changed."""
    return {key: json_copy(item) if isinstance(item, dict) else item for key, item in value.items()}


_RARE: dict[str, dict[str, Any]] = {
    "videoPlayComplete": {"videoPlayComplete": {"trackingId": "track-1"}},
    "beacon": {"beacon": {"hwid": "d41d8cd98f", "type": "enter"}},
    "accountLink": {"link": {"result": "ok", "nonce": "nonce-1"}},
    "membership": {"membership": {"type": "joined", "membershipId": 1}},
    "module": {"module": {"type": "attached", "botId": "U" + "0" * 32, "scopes": ["message:receive"]}},
    "activated": {"chatControl": {"expireAt": 4_102_444_800_000}},
    "delivery": {"delivery": {"data": "15034552939884E28681A7D668CEA94C147C716C0EC9DFE8B80B44EF3B57F6BD"}},
}
