"""Connected channel accounts with their secrets, as ingestion and delivery remember them, so that no message waits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from frontdesk.tenants.v1 import tenants_pb2 as tenants
from libs.clock.clock import Clock
from libs.rpc.errors import FrontdeskError, NotFoundError

_FRESH_SECONDS = 300.0
# While the tenants service is away, what was known this long ago still verifies.
_STALE_SECONDS = 86400.0
_UNKNOWN_SECONDS = 30.0

Fetch = Callable[[str], Awaitable[tenants.GetChannelCredentialsResponse]]


class AccountsAwayError(Exception):
    """Whether the account exists cannot be told right now."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """A connected account. credentials are secrets: never log them."""

    account_id: str
    tenant_id: str
    channel: str
    provider_id: str
    quota: int
    credentials: Mapping[str, str]

    def __repr__(self) -> str:
        return f"KnownAccount({self.account_id})"


class AccountDirectory:
    """Answers from memory; asks the tenants service for what it does not know, once however many ask."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, tuple[KnownAccount | None, float]] = {}
        self._asking: dict[str, asyncio.Task[KnownAccount | None]] = {}

    async def get(self, account_id: str) -> KnownAccount | None:
        """The account, None when there is none of this id; AccountsAwayError when nobody can tell."""
        now = self._now()
        account, at = self._known.get(account_id, (None, float("-inf")))
        fresh = _FRESH_SECONDS if account else _UNKNOWN_SECONDS
        if now - at < fresh:
            return account
        try:
            return await asyncio.shield(self._ask(account_id))
        except FrontdeskError as error:
            if account and now - at < _STALE_SECONDS:
                return account
            raise AccountsAwayError(account_id) from error

    def forget(self, account_id: str) -> None:
        """Asks anew at the next call: the account changed."""
        known = self._known.get(account_id)
        if known is not None:
            # Kept as stale, so that it still serves should the tenants service be away.
            self._known[account_id] = (known[0], self._now() - _FRESH_SECONDS - 1)

    def _ask(self, account_id: str) -> asyncio.Task[KnownAccount | None]:
        task = self._asking.get(account_id)
        if task is None:
            task = asyncio.create_task(self._load(account_id))
            self._asking[account_id] = task
            task.add_done_callback(lambda _done: self._asking.pop(account_id, None))
        return task

    async def _load(self, account_id: str) -> KnownAccount | None:
        try:
            answer = await self._fetch(account_id)
        except NotFoundError:
            account = None
        else:
            account = KnownAccount(
                account_id=answer.account.id,
                tenant_id=answer.account.tenant_id,
                channel=answer.account.channel,
                provider_id=answer.account.provider_id,
                quota=answer.daily_message_quota,
                credentials=dict(answer.credentials),
            )
        if len(self._known) > 50_000:
            self._known.clear()
        self._known[account_id] = (account, self._now())
        return account

    def _now(self) -> float:
        return self._clock.now().timestamp()
