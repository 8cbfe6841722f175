"""Meta signs the exact bytes of a webhook body with the app's secret."""

import hmac

from libs.channels.accounts import Credentials
from libs.channels.events import Headers
from libs.channels.headers import header_value

HEADER = "x-hub-signature-256"


def sign(secret: str, body: bytes) -> str:
    """The value of the signature header: "sha256=" and the body's HMAC-SHA256 in hexadecimal digits."""
    return f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"


def verify(credentials: Credentials, headers: Headers, body: bytes) -> bool:
    """Whether the header signs these bytes with `app_secret`, in constant time; never without a secret."""
    secret = credentials.get("app_secret", "")
    given = header_value(headers, HEADER)
    # Bytes on both sides: compare_digest raises on texts beyond ASCII.
    return bool(secret) and hmac.compare_digest(sign(secret, body).encode(), given)
