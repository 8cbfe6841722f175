"""LINE signs the exact bytes of a webhook body with the channel secret."""

import base64
import hmac

from libs.channels.accounts import Credentials
from libs.channels.events import Headers
from libs.channels.headers import header_value

HEADER = "x-line-signature"


def sign(secret: str, body: bytes) -> str:
    """The value of the signature header: base64 of the body's HMAC-SHA256."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def verify(credentials: Credentials, headers: Headers, body: bytes) -> bool:
    """Whether the header signs these bytes, in constant time; never without a secret."""
    secret = credentials.get("channel_secret", "")
    given = header_value(headers, HEADER)
    # Bytes on both sides: compare_digest raises on texts beyond ASCII.
    return bool(secret) and hmac.compare_digest(sign(secret, body).encode(), given)
