"""Telling an app that somebody took it away, or wants their data deleted: a signed form, posted to its address."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from libs.clock.clock import Clock
from services.simulator.service.http_client import CallFailed, HttpPool

_SECONDS = 10.0


class Callbacks:
    """Posts Meta's signed_request."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pool = HttpPool(8)

    async def post(self, url: str, secret: str, user_id: str) -> dict[str, Any]:
        """→ {status, body}, or {status: null, error}"""
        form = urlencode({"signed_request": self.sign(secret, user_id)}).encode()
        try:
            answer = await self._pool.post(url, "Content-Type: application/x-www-form-urlencoded\r\n", form, _SECONDS)
        except CallFailed as failure:
            return {"status": None, "error": f"{failure.reason}: {failure.detail}"}
        return {"status": answer.status, "body": answer.body.decode(errors="replace")}

    def sign(self, secret: str, user_id: str) -> str:
        """signature.payload, both in base64 for addresses, without padding."""
        issued = int(self._clock.now().timestamp())
        payload = _encode(json.dumps({"user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": issued}).encode())
        return f"{_encode(hmac.digest(secret.encode(), payload.encode(), hashlib.sha256))}.{payload}"

    async def close(self) -> None:
        """Ends the connections."""
        await self._pool.close()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
