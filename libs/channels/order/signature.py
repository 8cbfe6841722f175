"""Who may speak for a shop: each platform signs the exact bytes in its own way, and its header tells which."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from libs.channels.accounts import Credentials
from libs.channels.events import Headers
from libs.channels.headers import header_value

_SHOPIFY, _WOOCOMMERCE = "x-shopify-hmac-sha256", "x-wc-webhook-signature"
_MOST_DIGITS = 11
# Of a key that a text happens to mean as base64: of one full of signs a byte may be left, which anybody
# finds by trying.
_LEAST_KEY = 8
# With this WooCommerce asks, unsigned, whether a new address answers 200. It says nothing, so anybody may.
_GREETING = re.compile(rb"webhook_id=[0-9]{1,20}")


def verify(credentials: Credentials, headers: Headers, body: bytes) -> bool:
    """Whether the shop's platform signed exactly these bytes. How old they are does not matter: an event is known by
    its id, and takes effect once. WooCommerce's greeting is signed by nobody."""
    secret = credentials.get("webhook_secret", "")
    if not secret:
        return False
    if is_greeting(body):
        return True
    for name in (_SHOPIFY, _WOOCOMMERCE):
        if given := header_value(headers, name):
            mine = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
            return hmac.compare_digest(mine, given)
    return _standard(secret, headers, body)


def is_greeting(body: bytes) -> bool:
    """Whether it is what WooCommerce sends to a new address: a form instead of JSON."""
    return _GREETING.fullmatch(body) is not None


def sign(secret: str, message_id: str, at: int, body: str) -> str:
    """Standard Webhooks' signature of a call of ours. at: seconds since 1970."""
    return Webhook(standard_keys(secret)[0]).sign(message_id, datetime.fromtimestamp(at, UTC), body)


def standard_keys(secret: str) -> list[bytes]:
    """Keys a secret may mean: base64 after "whsec_", as Standard Webhooks writes it; any other text as it is, or, as
    its libraries read it, as base64."""
    try:
        coded = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except ValueError:
        coded = b""
    plain = [] if secret.startswith("whsec_") else [secret.encode()]
    return plain + ([coded] if len(coded) >= _LEAST_KEY else []) or [secret.encode()]


def _standard(secret: str, headers: Headers, body: bytes) -> bool:
    message_id, at, given = (
        header_value(headers, name).decode("latin-1")
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    # A number with zeros before it could be of any length.
    if not (message_id and at.isascii() and at.isdigit() and len(at) <= _MOST_DIGITS):
        return False
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    time = datetime.fromtimestamp(int(at), UTC)
    mine = [Webhook(key).sign(message_id, time, text).encode() for key in standard_keys(secret)]
    # Several signatures may stand side by side while a secret is changed. All are compared, whatever was found.
    pairs = [hmac.compare_digest(one, other.encode("latin-1")) for one in mine for other in given.split(" ")[:10]]
    return any(pairs)
