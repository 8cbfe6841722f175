"""Answers go back to the shop's platform by a signed call that it may repeat in safety: webhook-id stays the same."""

import json
from typing import Any

from libs.channels.accounts import Account, Credentials
from libs.channels.limits import Limits, MediaRule
from libs.channels.order.signature import sign
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingTemplate, Part, Send
from libs.channels.text import clean_text
from libs.channels.wire import HttpRequest

LIMITS = Limits(
    text_units=4000,
    measure=len,
    parts_per_call=1,
    body_bytes=1_000_000,
    calls_per_second=20,
    reply_token_seconds=0,
    attempt_key_seconds=24 * 3600,
    media={"image": MediaRule(("image/jpeg", "image/png"), 10_000_000, caption=True)},
)


def build_send(send: Send, account: Account, credentials: Credentials) -> HttpRequest:
    """POST to the credential `answer_url`, in Standard Webhooks' form: {"type": "order.answer", "id", "account_id",
    "order_id", "text", "images": [{"url"}]}. The shop shows it on the order's page."""
    address = credentials.get("answer_url", "")
    if not address:
        raise CannotSend("rejected", "no answer_url is stored for this account: answers have nowhere to go")
    if send.recipient.kind != "order" or not send.recipient.value:
        raise CannotSend("invalid_recipient", f"{send.recipient.kind!r} is not an order")
    if len(send.parts) != 1:
        raise CannotSend("rejected", f"one call takes one message, not {len(send.parts)}")
    key = str(send.attempt_key)
    content = {
        "type": "order.answer",
        "id": key,
        "account_id": account.account_id,
        "order_id": send.recipient.value,
        **_part(send.parts[0]),
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(send.made_at),
        "webhook-signature": sign(credentials.get("webhook_secret", ""), key, send.made_at, body),
    }
    return HttpRequest("POST", "foreign", address, "answer", headers, body.encode())


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, OutgoingTemplate):
        raise CannotSend("rejected", "templates are for WhatsApp")
    if isinstance(part, OutgoingMedia):
        if part.kind not in LIMITS.media:
            raise CannotSend("rejected", "only pictures can be sent about an order")
        return {"text": clean_text(part.caption), "images": [{"url": part.url}]}
    text = clean_text(part.text)
    if not text.strip():
        raise CannotSend("rejected", "an empty text cannot be sent")
    if len(text) > LIMITS.text_units:
        raise CannotSend("text_too_long", f"the text has {len(text)} characters; {LIMITS.text_units} fit")
    return {"text": text, "images": []}
