"""Calls that send on WhatsApp, and the signs that somebody read or writes. All go to a number's `messages`."""

from typing import Any

from libs.channels.accounts import Account, Credentials
from libs.channels.contacts import Address
from libs.channels.limits import Limits, MediaRule, ReplyWindow
from libs.channels.meta import requests
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingTemplate, OutgoingText, Part, Send
from libs.channels.text import clean_text
from libs.channels.whatsapp.messages import MADE_UP
from libs.channels.whatsapp.people import GROUP, PHONE, USER
from libs.channels.wire import HttpRequest

_MEGABYTE = 1_000_000
_RECORDINGS = ("audio/ogg", "audio/mp4", "audio/mpeg", "audio/aac", "audio/amr")
LIMITS = Limits(
    text_units=4096,
    measure=len,
    parts_per_call=1,
    body_bytes=1_000_000,
    calls_per_second=80,
    reply_token_seconds=0,
    media={
        "image": MediaRule(("image/jpeg", "image/png"), 5 * _MEGABYTE, caption=True),
        "video": MediaRule(("video/mp4", "video/3gpp"), 16 * _MEGABYTE, caption=True),
        "audio": MediaRule(_RECORDINGS, 16 * _MEGABYTE),
        "file": MediaRule(("*/*",), 100 * _MEGABYTE, caption=True),
    },
    window=ReplyWindow(hours=24, templates=True),
    contact_seconds=6,
    confirms_later=True,
)
_LONGEST_CAPTION = 1024
_LONGEST_REFERENCE = 512
# Our kinds → their types.
_TYPES = {"file": "document"}


def build_send(send: Send, account: Account, credentials: Credentials) -> HttpRequest:
    """One message. Its reference comes back with every status of it."""
    if len(send.parts) != 1:
        raise CannotSend("rejected", f"one call takes one message, not {len(send.parts)}")
    if len(send.reference) > _LONGEST_REFERENCE:
        raise CannotSend("rejected", "the reference is longer than a status carries")
    part = send.parts[0]
    content = _recipient(send.recipient) | _content(part)
    # A name of ours for a message that came without an id means nothing to WhatsApp.
    if part.quoted_id and not part.quoted_id.startswith(MADE_UP):
        content["context"] = {"message_id": part.quoted_id}
    if send.reference:
        content["biz_opaque_callback_data"] = send.reference
    return _post("messages", content, account, credentials)


def build_read_mark(
    contact: Address, provider_message_id: str, token: str, account: Account, credentials: Credentials
) -> HttpRequest | None:
    """Two blue marks on this message and all before it."""
    return _seen("read", {}, provider_message_id, account, credentials)


def build_typing(
    contact: Address, provider_message_id: str, account: Account, credentials: Credentials
) -> HttpRequest | None:
    """Shown until something is sent, 25 seconds at most. WhatsApp marks the message as read along with it."""
    return _seen("typing", {"typing_indicator": {"type": "text"}}, provider_message_id, account, credentials)


def _seen(
    operation: str, more: dict[str, Any], message_id: str, account: Account, credentials: Credentials
) -> HttpRequest | None:
    if not message_id or message_id.startswith(MADE_UP):
        return None
    return _post(operation, {"status": "read", "message_id": message_id} | more, account, credentials)


def _recipient(contact: Address) -> dict[str, Any]:
    """A number is written to with `to`, the id of a person with `recipient`."""
    if contact.value and contact.kind == PHONE:
        return {"recipient_type": "individual", "to": contact.value}
    if contact.value and contact.kind == USER:
        return {"recipient_type": "individual", "recipient": contact.value}
    if contact.value and contact.kind == GROUP:
        return {"recipient_type": "group", "to": contact.value}
    raise CannotSend("invalid_recipient", f"{contact.kind!r} is not an address on WhatsApp")


def _content(part: Part) -> dict[str, Any]:
    if isinstance(part, OutgoingText):
        return {"type": "text", "text": _text(part)}
    if isinstance(part, OutgoingTemplate):
        return {"type": "template", "template": _template(part)}
    name = _TYPES.get(part.kind, part.kind)
    return {"type": name, name: _media(part)}


def _text(part: OutgoingText) -> dict[str, Any]:
    text = clean_text(part.text)
    if not text.strip():
        raise CannotSend("rejected", "an empty text cannot be sent")
    if len(text) > LIMITS.text_units:
        raise CannotSend("text_too_long", f"the text has {len(text)} characters; {LIMITS.text_units} fit")
    # WhatsApp looks at addresses only when it is asked to.
    return {"body": text, "preview_url": "https://" in text or "http://" in text}


def _media(part: OutgoingMedia) -> dict[str, Any]:
    rule = LIMITS.media.get(part.kind)
    if rule is None or not {"*/*", part.content_type} & set(rule.content_types):
        raise CannotSend("media_refused", f"WhatsApp takes no {part.kind} of type {part.content_type}")
    if part.size_bytes > rule.max_bytes:
        raise CannotSend("media_refused", f"the {part.kind} has {part.size_bytes} bytes; {rule.max_bytes} fit")
    if not part.url.startswith(("https://", "http://")):
        raise CannotSend("media_refused", "the file has no address that WhatsApp could fetch")
    content: dict[str, Any] = {"link": part.url}
    if part.caption:
        content["caption"] = _caption(part, rule)
    if part.kind == "file" and part.file_name:
        content["filename"] = clean_text(part.file_name)
    # Only Opus is shown as something spoken.
    if part.voice and part.content_type == "audio/ogg":
        content["voice"] = True
    return content


def _caption(part: OutgoingMedia, rule: MediaRule) -> str:
    caption = clean_text(part.caption)
    if not rule.caption:
        raise CannotSend("rejected", f"WhatsApp sends a text with {part.kind} as a message of its own")
    if len(caption) > _LONGEST_CAPTION:
        raise CannotSend("text_too_long", f"the caption has {len(caption)} characters; {_LONGEST_CAPTION} fit")
    return caption


def _template(part: OutgoingTemplate) -> dict[str, Any]:
    if not part.name or not part.language:
        raise CannotSend("template_refused", "a template needs a name and a language")
    content: dict[str, Any] = {"name": part.name, "language": {"code": part.language}}
    return content | ({"components": list(part.components)} if part.components else {})


def _post(operation: str, content: dict[str, Any], account: Account, credentials: Credentials) -> HttpRequest:
    if not account.provider_id:
        raise CannotSend("rejected", "the account has no phone number id")
    path = requests.node(account.provider_id, "messages")
    body = {"messaging_product": "whatsapp"} | content
    request = requests.post(requests.GRAPH, path, operation, credentials, body)
    if len(request.body) > LIMITS.body_bytes:
        raise CannotSend("rejected", f"the call has {len(request.body)} bytes; {LIMITS.body_bytes} fit")
    return request
