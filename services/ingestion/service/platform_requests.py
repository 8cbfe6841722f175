"""What Meta asks in a person's name, signed with the app's secret: that their data be deleted, or that they took the
app away.

The id in such a request is the person's own in this app: of somebody who connected pages by the dialog. Nothing is
stored under it, and the tokens it gave end at Meta; accounts that used them turn to "reconnect" at their next call. So
there is nothing left to delete when the answer is given: the request is in the ledger, for the operator, and its code
says when it came.
"""

import base64
import binascii
import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from libs.clock.clock import Clock
from libs.rpc.errors import NotFoundError
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.webhooks import BadSignatureError

DELETION, DEAUTHORIZED = "data_deletion", "deauthorized"
_CODE_BYTES = 12


class UnknownRequestError(NotFoundError):
    """No request has this code."""

    code = "unknown_request"


class PlatformRequests:
    """Takes them. secret: the shared app's; without one, nobody can sign."""

    def __init__(self, ledger: LedgerService, clock: Clock, secret: str, public_url: str) -> None:
        self._ledger = ledger
        self._clock = clock
        self._secret = secret.encode()
        self._public_url = public_url

    async def take(self, kind: str, form: bytes) -> dict[str, str]:
        """Keeps a request; for a deletion, where its state can be seen. BadSignatureError; raises when it cannot be
        kept, so that Meta asks again."""
        payload = self._verified(form)
        now = self._clock.now()
        await self._ledger.keep([self._ledger.request(kind, payload, now)])
        if kind != DELETION:
            return {}
        code = self._code(int(now.timestamp()))
        return {"url": f"{self._public_url}/webhooks/meta/data-deletion/{code}", "confirmation_code": code}

    def received_at(self, code: str) -> datetime:
        """When the request of this code came. UnknownRequestError for a code nobody was given."""
        seconds = code.partition("-")[0]
        known = seconds.isascii() and seconds.isdigit() and len(seconds) < 12
        # Without a secret no code was ever given, and anybody could make one.
        if not self._secret or not known or not hmac.compare_digest(code.encode(), self._code(int(seconds)).encode()):
            raise UnknownRequestError("No request has this code.")
        return datetime.fromtimestamp(int(seconds), UTC)

    def _code(self, seconds: int) -> str:
        """Says when, and cannot be made up."""
        proof = hmac.digest(self._secret, f"data deletion {seconds}".encode(), sha256)[:_CODE_BYTES]
        return f"{seconds}-{proof.hex()}"

    def _verified(self, form: bytes) -> bytes:
        """The request's payload, JSON."""
        refused = BadSignatureError("The request is not signed with the app's secret.")
        if not self._secret:
            raise refused
        try:
            signed = parse_qs(form.decode("ascii"), max_num_fields=10)["signed_request"][0]
            signature, _, payload = signed.partition(".")
            if not hmac.compare_digest(_decode(signature), hmac.digest(self._secret, payload.encode(), sha256)):
                raise refused
            content: Any = json.loads(_decode(payload))
        except (ValueError, KeyError, IndexError, RecursionError, binascii.Error):
            raise refused from None
        if not isinstance(content, dict) or str(content.get("algorithm", "")).upper() != "HMAC-SHA256":
            raise refused
        return _decode(payload)


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
