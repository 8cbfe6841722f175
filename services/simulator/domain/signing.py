"""Bodies of webhook calls, and who signed them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

_FIRST_DELIVERY = b'"deliveryContext":{"isRedelivery":false}'
_COMPACT = json.JSONEncoder(separators=(",", ":"))
_REDELIVERY = b'"deliveryContext":{"isRedelivery":true}'


def line_signature(secret: bytes, body: bytes) -> str:
    """What x-line-signature carries: base64 of the HMAC-SHA256 of the raw body."""
    return base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()


def line_body(bot_user_id: str, events: Sequence[bytes], redelivery: bool = False) -> bytes:
    """LINE's envelope; no events is how a webhook's address is verified."""
    if redelivery:
        events = [event.replace(_FIRST_DELIVERY, _REDELIVERY) for event in events]
    return b'{"destination":"%s","events":[%s]}' % (bot_user_id.encode(), b",".join(events))


def meta_signature(secret: bytes, body: bytes) -> str:
    """What X-Hub-Signature-256 carries: the HMAC-SHA256 of the raw body in hexadecimal."""
    return f"sha256={hmac.digest(secret, body, hashlib.sha256).hex()}"


def meta_json(value: Any) -> bytes:
    """JSON in Meta's spelling: compact, lowercase \\u escapes for all but ASCII, and slashes escaped, too."""
    return _COMPACT.encode(value).replace("/", "\\/").encode()


def meta_body(kind: str, entries: Sequence[bytes]) -> bytes:
    """Meta's envelope: kind is page, instagram or whatsapp_business_account."""
    return b'{"object":"%s","entry":[%s]}' % (kind.encode(), b",".join(entries))
