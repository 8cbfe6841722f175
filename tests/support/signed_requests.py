"""What Meta posts in people's names: a signed_request in a form."""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

FORM = {"content-type": "application/x-www-form-urlencoded"}


def signed_request(user_id: str, secret: str, **changes: object) -> str:
    """Signed with an app's secret."""
    content = {"user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": 1_790_000_000, **changes}
    payload = _encode(json.dumps(content).encode())
    return f"{_encode(hmac.digest(secret.encode(), payload.encode(), hashlib.sha256))}.{payload}"


def form(signed: str) -> str:
    """The body that it is posted in."""
    return urlencode({"signed_request": signed})


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
