"""What LINE refuses in the body of a reply or push."""

import json
import re
from typing import Any
from uuid import UUID

from services.simulator.domain.errors import LineError, invalid_request

MAX_BODY = 2 * 1024 * 1024
_CHAT_ID = re.compile(r"[UCR][0-9a-f]{32}")
_REQUIRED = {
    "text": ("text",),
    "textV2": ("text",),
    "sticker": ("packageId", "stickerId"),
    "image": ("originalContentUrl", "previewImageUrl"),
    "video": ("originalContentUrl", "previewImageUrl"),
    "audio": ("originalContentUrl", "duration"),
    "location": ("title", "address", "latitude", "longitude"),
    "imagemap": ("baseUrl", "altText", "baseSize", "actions"),
    "template": ("altText", "template"),
    "flex": ("altText", "contents"),
    "coupon": ("couponId",),
}
_LONGEST = {"text": 5000, "title": 100, "address": 100, "altText": 1500}
_URLS = frozenset({"originalContentUrl", "previewImageUrl", "baseUrl"})
# LINE takes https alone; a desk on this machine has no certificate.
_FETCHABLE = ("https://", "http://127.0.0.1:", "http://localhost:")

Details = list[dict[str, str]]


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """The request's JSON object."""
    if len(body) > MAX_BODY:
        raise LineError(413, "The request exceeds the max size of 2MB. Reduce the size of the request and try again.")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise LineError(415, f"The content type, {content_type or 'none'}, is not supported")
    try:
        value = json.loads(body)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        message = f"The request body could not be parsed as JSON (line: {line}, column: {column})"
        raise LineError(400, message) from None
    if not isinstance(value, dict):
        raise LineError(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    return value


def check_recipient(body: dict[str, Any]) -> str:
    """The chat a push goes to."""
    recipient = body.get("to")
    if not isinstance(recipient, str) or not _CHAT_ID.fullmatch(recipient):
        raise LineError(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
    return recipient


def check_reply_token(body: dict[str, Any]) -> str:
    """The token of a reply."""
    token = body.get("replyToken")
    if not isinstance(token, str) or not token:
        raise invalid_request([_detail("replyToken", "May not be empty")])
    return token


def check_retry_key(key: str | None) -> str | None:
    """The retry key, when it is a UUID in hexadecimal with dashes."""
    if key is None:
        return None
    try:
        if str(UUID(key)) == key.lower():
            return key.lower()
    except ValueError:
        pass
    raise LineError(400, "The value of the X-Line-Retry-Key header is not a valid UUID")


def check_messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    """One to five message objects."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= 5:
        raise invalid_request([_detail("messages", "Size must be between 1 and 5")])
    details: Details = []
    for index, message in enumerate(messages):
        details += _check_message(message, f"messages[{index}]")
    if details:
        raise invalid_request(details)
    return messages


def utf16_length(text: str) -> int:
    """How LINE counts: characters outside the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def _check_message(message: Any, path: str) -> Details:
    if not isinstance(message, dict):
        return [_detail(path, "Must be an object")]
    kind = message.get("type")
    if kind not in _REQUIRED:
        allowed = ", ".join(_REQUIRED)
        return [_detail(f"{path}/type", f"Must be one of the following values: [{allowed}]")]
    details = [_detail(f"{path}.{name}", "May not be empty") for name in _REQUIRED[kind] if _is_empty(message, name)]
    for name, value in message.items():
        details += _check_value(f"{path}.{name}", name, value)
    return details + _check_quick_reply(message, path)


def _check_value(path: str, name: str, value: Any) -> Details:
    if name in _LONGEST and isinstance(value, str) and utf16_length(value) > _LONGEST[name]:
        return [_detail(path, f"Length must be between 0 and {_LONGEST[name]}")]
    if name in (*_LONGEST, *_URLS) and not isinstance(value, str):
        return [_detail(path, "Must be a string")]
    if name in _URLS and not value.startswith(_FETCHABLE):
        return [_detail(path, "Must be a valid HTTPS URL")]
    if name == "duration" and (not isinstance(value, int) or isinstance(value, bool) or value <= 0):
        return [_detail(path, "Must be a positive number")]
    return []


def _check_quick_reply(message: dict[str, Any], path: str) -> Details:
    quick_reply = message.get("quickReply")
    items = quick_reply.get("items") if isinstance(quick_reply, dict) else None
    if quick_reply is not None and (not isinstance(items, list) or not 1 <= len(items) <= 13):
        return [_detail(f"{path}.quickReply.items", "Size must be between 1 and 13")]
    return []


def _is_empty(message: dict[str, Any], name: str) -> bool:
    value = message.get(name)
    return value is None or value in ("", [], {})


def _detail(path: str, message: str) -> dict[str, str]:
    return {"message": message, "property": path}
