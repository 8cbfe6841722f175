"""Calls of the Send API: what customers get, and the signs that somebody read or writes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from libs.channels.accounts import Account, AccountNeeds, Credentials
from libs.channels.contacts import Address
from libs.channels.limits import Limits, MediaRule, ReplyWindow
from libs.channels.meta import requests
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingTemplate, OutgoingText, Send
from libs.channels.text import clean_text
from libs.channels.wire import HttpRequest

# Optional: what an account has that does not use the shared app, and Meta's leave to answer late.
NEEDS = AccountNeeds(
    required=frozenset({"access_token"}), optional=frozenset({"app_secret", "verify_token", "human_agent"})
)
_MOST_METADATA = 1000


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an account's calls go: a host of HttpRequest and the id, or "me" for the token's own page."""

    host: str
    account: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """What tells Messenger and Instagram apart in what can be sent. `name` is for people."""

    name: str
    alias: str
    limits: Limits
    seat: Callable[[Account, Credentials], Seat]


def limits(text_units: int, measure: Callable[[str], int], media: dict[str, MediaRule], window: ReplyWindow) -> Limits:
    """Both take one message a call, know no call again, and echo what they took."""
    return Limits(
        text_units=text_units,
        measure=measure,
        parts_per_call=1,
        body_bytes=1_000_000,
        calls_per_second=300,
        reply_token_seconds=0,
        media=media,
        window=window,
        confirms_later=True,
    )


def build_send(send: Send, outlet: Outlet, account: Account, credentials: Credentials) -> HttpRequest:
    """One message. Its reference comes back with the echo."""
    if len(send.parts) != 1:
        raise CannotSend("rejected", f"one call takes one message, not {len(send.parts)}")
    if len(send.reference) > _MOST_METADATA:
        raise CannotSend("rejected", "the reference is longer than the echo carries")
    part = send.parts[0]
    if isinstance(part, OutgoingText):
        message = _text(part, outlet)
    elif isinstance(part, OutgoingMedia):
        message = _media(part, outlet)
    else:
        message = _template(part, outlet)
    content = _recipient(send.recipient, outlet) | _purpose(send) | {"message": message}
    if send.reference:
        message["metadata"] = send.reference
    if part.quoted_id:
        content["reply_to"] = {"mid": part.quoted_id}
    return _post("messages", content, outlet, account, credentials)


def build_action(
    action: str, contact: Address, outlet: Outlet, account: Account, credentials: Credentials
) -> HttpRequest | None:
    """ "mark_seen" or "typing_on"; None for who has no address here."""
    if contact.kind != outlet.alias or not contact.value:
        return None
    return _post(action, _recipient(contact, outlet) | {"sender_action": action}, outlet, account, credentials)


def _recipient(contact: Address, outlet: Outlet) -> dict[str, Any]:
    if contact.kind != outlet.alias or not contact.value:
        raise CannotSend("invalid_recipient", f"{contact.kind!r} is not an address on {outlet.name}")
    return {"recipient": {"id": contact.value}}


def _purpose(send: Send) -> dict[str, str]:
    """An answer within the window; after it, a template, or a person's where Meta allowed the account that."""
    if isinstance(send.parts[0], OutgoingTemplate):
        return {"messaging_type": "UTILITY"}
    if send.human_agent:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def _text(part: OutgoingText, outlet: Outlet) -> dict[str, Any]:
    text = clean_text(part.text)
    if not text.strip():
        raise CannotSend("rejected", "an empty text cannot be sent")
    length = outlet.limits.measure(text)
    if length > outlet.limits.text_units:
        said = f"the text has a length of {length} as {outlet.name} counts; {outlet.limits.text_units} fit"
        raise CannotSend("text_too_long", said)
    return {"text": text}


def _media(part: OutgoingMedia, outlet: Outlet) -> dict[str, Any]:
    rule = outlet.limits.media.get(part.kind)
    if rule is None:
        raise CannotSend("media_refused", f"{outlet.name} takes no {part.kind}")
    if "*/*" not in rule.content_types and part.content_type not in rule.content_types:
        raise CannotSend("media_refused", f"{outlet.name} takes no {part.kind} of type {part.content_type}")
    if part.size_bytes > rule.max_bytes:
        raise CannotSend("media_refused", f"the {part.kind} has {part.size_bytes} bytes; {rule.max_bytes} fit")
    if part.caption:
        raise CannotSend("rejected", f"{outlet.name} sends a text with a {part.kind} as a message of its own")
    if not part.url.startswith("https://") and not part.url.startswith("http://"):
        raise CannotSend("media_refused", "the file has no address that the platform could fetch")
    return {"attachment": {"type": part.kind, "payload": {"url": part.url}}}


def _template(part: OutgoingTemplate, outlet: Outlet) -> dict[str, Any]:
    if outlet.limits.window is None or not outlet.limits.window.templates:
        raise CannotSend("rejected", f"{outlet.name} has no templates")
    if not part.name or not part.language:
        raise CannotSend("template_refused", "a template needs a name and a language")
    content: dict[str, Any] = {"name": part.name, "language": {"code": part.language}}
    return {"template": content | ({"components": list(part.components)} if part.components else {})}


def _post(operation: str, content: Any, outlet: Outlet, account: Account, credentials: Credentials) -> HttpRequest:
    seat = outlet.seat(account, credentials)
    request = requests.post(seat.host, requests.node(seat.account, "messages"), operation, credentials, content)
    if len(request.body) > outlet.limits.body_bytes:
        raise CannotSend("rejected", f"the call has {len(request.body)} bytes; {outlet.limits.body_bytes} fit")
    return request
