"""What Meta asks in a person's name, signed with an app's secret: that their data be deleted, or that they took the app
away.

The id in such a request is the person's own in that app; no page's customers can be found by it. So people find out
what is meant and delete it, and then mark the request as done (deletions.py). One that the shared app signed may
concern any tenant, and is the operator's; one that the app of a tenant's own signed is that tenant's.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from libs.accounts.directory import AccountsAwayError, KnownAccount
from libs.clock.clock import Clock
from libs.rpc.errors import NotFoundError, UnavailableError
from services.ingestion.service.apps import SharedApp, has_own_app
from services.ingestion.service.deletions import DeletionService
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.webhooks import BadSignatureError

_CODE_BYTES = 12
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class _Signer:
    """The app that a request must be signed by; the account is of a tenant's own app, None for the shared one."""

    secret: bytes
    account: KnownAccount | None = None

    @property
    def account_id(self) -> str:
        return self.account.account_id if self.account else ""

    @property
    def tenant_id(self) -> UUID | None:
        return UUID(self.account.tenant_id) if self.account else None


class PlatformRequests:
    """Takes them. find: a connected account by its id, or None. Without a secret nobody can sign."""

    def __init__(
        self,
        ledger: LedgerService,
        deletions: DeletionService,
        find: Callable[[str], Awaitable[KnownAccount | None]],
        clock: Clock,
        shared: SharedApp,
        public_url: str,
    ) -> None:
        self._ledger = ledger
        self._deletions = deletions
        self._find = find
        self._clock = clock
        self._shared = shared
        self._public_url = public_url

    async def deauthorize(self, form: bytes) -> None:
        """Keeps in the ledger who took the shared app away. BadSignatureError; raises when it cannot be kept, so that
        Meta asks again."""
        payload, _ = _verified(form, self._shared.app_secret.encode())
        await self._ledger.keep([self._ledger.request("deauthorized", payload, self._clock.now())])

    async def delete(self, form: bytes, account_id: str = "") -> dict[str, str]:
        """Keeps a request and tells where its state can be seen: the same however often it comes. account_id: whose
        own app has signed it, "" for the shared app. BadSignatureError; NotFoundError for no such account; raises when
        it cannot be kept."""
        signer = await self._signer(account_id)
        payload, content = _verified(form, signer.secret)
        user_id = str(content.get("user_id", ""))
        if not 0 < len(user_id) <= _LONGEST_ID or "\0" in user_id:
            raise _refused()
        told = b"data deletion " + signer.account_id.encode() + b" " + payload
        code = hmac.digest(signer.secret, told, sha256)[:_CODE_BYTES].hex()
        await self._deletions.keep(code, signer.tenant_id, signer.account_id, user_id)
        return {"url": f"{self._public_url}/webhooks/meta/data-deletion/{code}", "confirmation_code": code}

    async def _signer(self, account_id: str) -> _Signer:
        if not account_id:
            return _Signer(self._shared.app_secret.encode())
        try:
            account = await self._find(account_id)
        except AccountsAwayError as error:
            raise UnavailableError("The account cannot be asked for right now. Try again.") from error
        if account is None or not has_own_app(account):
            raise NotFoundError("No account with an app of its own has this id.")
        return _Signer(account.credentials["app_secret"].encode(), account)


def _verified(form: bytes, secret: bytes) -> tuple[bytes, dict[str, Any]]:
    """The request's payload, as it came and read."""
    if not secret:
        raise _refused()
    try:
        signed = parse_qs(form.decode("ascii"), max_num_fields=10)["signed_request"][0]
        signature, _, payload = signed.partition(".")
        if not hmac.compare_digest(_decode(signature), hmac.digest(secret, payload.encode(), sha256)):
            raise _refused()
        content: Any = json.loads(_decode(payload))
    except (ValueError, KeyError, IndexError, RecursionError, binascii.Error):
        raise _refused() from None
    if not isinstance(content, dict) or str(content.get("algorithm", "")).upper() != "HMAC-SHA256":
        raise _refused()
    return _decode(payload), content


def _refused() -> BadSignatureError:
    return BadSignatureError("The request is not signed with the app's secret.")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
