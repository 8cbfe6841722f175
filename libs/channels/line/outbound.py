"""Calls that send on LINE: a free reply with a token, or a billed push under a retry key."""

import json
from typing import Any
from urllib.parse import urlsplit

from libs.channels.accounts import Account, Credentials
from libs.channels.limits import Limits, MediaRule
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingText, Part, Send
from libs.channels.text import clean_text, utf16_length
from libs.channels.wire import HttpRequest

HOST = "line_api"
# LINE fetches everything from an address; there is no message for other files.
MEDIA = {
    "image": MediaRule(("image/jpeg", "image/png"), 10_000_000, preview_bytes=1_000_000),
    "video": MediaRule(("video/mp4",), 200_000_000, preview_bytes=1_000_000),
    "audio": MediaRule(("audio/mp4", "audio/mpeg"), 200_000_000),
}
LIMITS = Limits(
    text_units=5000,
    measure=utf16_length,
    parts_per_call=5,
    body_bytes=2_000_000,
    calls_per_second=2000,
    reply_token_seconds=60,
    attempt_key_seconds=24 * 3600,
    media=MEDIA,
)
_LONGEST_ADDRESS = 2000
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
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
    return [_message(part) for part in send.parts]


def _message(part: Part) -> dict[str, Any]:
    if isinstance(part, OutgoingText):
        return _text(part)
    if isinstance(part, OutgoingMedia):
        return _media(part)
    raise CannotSend("rejected", "LINE has no templates; send a text")


def _media(part: OutgoingMedia) -> dict[str, Any]:
    """A picture, video or recording; quotes and captions are for texts alone."""
    rule = MEDIA.get(part.kind)
    if rule is None:
        raise CannotSend("rejected", "LINE takes no files: send a picture of it, or a link in a text")
    if part.content_type not in rule.content_types:
        raise CannotSend("rejected", f"LINE takes {', '.join(rule.content_types)}, not {part.content_type}")
    if part.size_bytes > rule.max_bytes:
        raise CannotSend("rejected", f"it has {part.size_bytes} bytes; LINE takes {rule.max_bytes}")
    message = {"type": part.kind, "originalContentUrl": _address(part.url)}
    if part.kind == "audio":
        # LINE shows the length it is told, and refuses none.
        return message | {"duration": max(1, part.duration_ms)}
    return message | {"previewImageUrl": _address(part.preview_url)}


def _address(url: str) -> str:
    """An address LINE can fetch from; one of this machine is for development."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure or not parts.hostname or len(url) > _LONGEST_ADDRESS:
        raise CannotSend("rejected", "LINE fetches files over https alone: set FRONTDESK_PUBLIC_URL to such an address")
    return url


def _text(part: OutgoingText) -> dict[str, Any]:
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
