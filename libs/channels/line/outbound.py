"""Calls that send on LINE: a free reply with a token, or a billed push under a retry key."""

import json
from typing import Any

from libs.channels.base import Account, CannotSend, Credentials, Limits, OutgoingText, Part, Send
from libs.channels.text import clean_text, utf16_length
from libs.channels.wire import HttpRequest

HOST = "line_api"
LIMITS = Limits(
    text_units=5000,
    measure=utf16_length,
    parts_per_call=5,
    body_bytes=2_000_000,
    calls_per_second=2000,
    reply_token_seconds=60,
    attempt_key_seconds=24 * 3600,
)
_RECIPIENTS = frozenset({"line_user", "line_group", "line_room"})


def build_send(send: Send, account: Account, credentials: Credentials) -> HttpRequest:
    """A reply where there is a reply token, else a push. LINE refuses a reply that carries a retry key."""
    messages = _messages(send)
    if send.reply_token:
        return _post("reply", {"replyToken": send.reply_token, "messages": messages}, credentials)
    if send.recipient.kind not in _RECIPIENTS or not send.recipient.value:
        raise CannotSend("invalid_recipient", f"{send.recipient.kind!r} is not an address on LINE")
    keyed = {"X-Line-Retry-Key": str(send.attempt_key)}
    return _post("push", {"to": send.recipient.value, "messages": messages}, credentials, keyed)


def bearer(credentials: Credentials) -> dict[str, str]:
    """The header that names the account to LINE."""
    token = credentials.get("access_token", "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise CannotSend("token_expired", "no usable channel access token is stored for this account")
    return {"Authorization": f"Bearer {token}"}


def _messages(send: Send) -> list[dict[str, Any]]:
    if not 1 <= len(send.parts) <= LIMITS.parts_per_call:
        raise CannotSend("rejected", f"one call takes 1 to {LIMITS.parts_per_call} messages, not {len(send.parts)}")
    return [_text(part) for part in send.parts]


def _text(part: Part) -> dict[str, Any]:
    if not isinstance(part, OutgoingText):
        raise CannotSend("rejected", "this cannot be sent on LINE")
    text = clean_text(part.text)
    if not text.strip():
        raise CannotSend("rejected", "an empty text cannot be sent")
    length = utf16_length(text)
    if length > LIMITS.text_units:
        raise CannotSend("text_too_long", f"the text has {length} characters as LINE counts; {LIMITS.text_units} fit")
    return {"type": "text", "text": text} | ({"quoteToken": part.quote_token} if part.quote_token else {})


def _post(operation: str, content: Any, credentials: Credentials, extra: dict[str, str] | None = None) -> HttpRequest:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > LIMITS.body_bytes:
        raise CannotSend("rejected", f"the call has {len(body)} bytes; LINE takes {LIMITS.body_bytes}")
    headers = bearer(credentials) | {"Content-Type": "application/json"} | (extra or {})
    return HttpRequest("POST", HOST, f"/v2/bot/message/{operation}", operation, headers, body)
