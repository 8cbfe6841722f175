"""Connected channel accounts with their secrets, as ingestion and delivery remember them, so that no message waits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from frontdesk.tenants.v1 import tenants_pb2 as tenants
from libs.channels.accounts import Account
from libs.clock.clock import Clock
from libs.rpc.errors import FrontdeskError, NotFoundError

FRESH_SECONDS = 300.0
# While the tenants service is away, what was known this long ago still verifies.
STALE_SECONDS = 86400.0
UNKNOWN_SECONDS = 30.0
# How long nobody waits for a tenants service again that did not answer, where something older is known.
AWAY_SECONDS = 2.0
MOST = 50_000
# Ids that are none: anybody may make them up, and they must never push out what is known of real accounts.
MOST_UNKNOWN = 10_000

Fetch = Callable[[str], Awaitable[tenants.GetChannelCredentialsResponse]]


class AccountsAwayError(Exception):
    """Whether the account exists cannot be told right now."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """A connected account as of its version. credentials are secrets: never log them."""

    account_id: str
    tenant_id: str
    channel: str
    provider_id: str
    quota: int
    credentials: Mapping[str, str]
    version: int = 0
    # What the team calls it.
    name: str = ""

    @property
    def owner(self) -> Account:
        """The account as channels know it, without its secrets."""
        return Account(self.tenant_id, self.account_id, self.provider_id)

    def __repr__(self) -> str:
        return f"KnownAccount({self.account_id})"


@dataclass(slots=True)
class _Memory:
    """What is known of one id, and until when it needs no asking. account None: there is none of this id."""

    account: KnownAccount | None
    at: float
    fresh_until: float


class AccountDirectory:
    """Answers from memory; asks the tenants service for what it does not know, once however many ask."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, _Memory] = {}
        self._unknown: dict[str, _Memory] = {}
        self._asking: dict[str, asyncio.Task[KnownAccount | None]] = {}

    async def get(self, account_id: str) -> KnownAccount | None:
        """The account, None when there is none of this id; AccountsAwayError when nobody can tell."""
        known = self._known.get(account_id) or self._unknown.get(account_id)
        if known is not None and self._now() < known.fresh_until:
            return known.account
        try:
            return await asyncio.shield(self._ask(account_id))
        except FrontdeskError as error:
            return self._stale(account_id, error)

    def forget(self, account_id: str) -> None:
        """Asks anew at the next call: the account changed. An answer that is on its way may be older than the change:
        it is not kept."""
        self._asking.pop(account_id, None)
        self._unknown.pop(account_id, None)
        known = self._known.get(account_id)
        if known is not None:
            # Kept as stale, so that it still serves should the tenants service be away.
            known.fresh_until = float("-inf")

    def _stale(self, account_id: str, error: FrontdeskError) -> KnownAccount:
        known, now = self._known.get(account_id), self._now()
        if known is None or known.account is None or now - known.at >= STALE_SECONDS:
            raise AccountsAwayError(account_id) from error
        known.fresh_until = now + AWAY_SECONDS
        return known.account

    def _ask(self, account_id: str) -> asyncio.Task[KnownAccount | None]:
        task = self._asking.get(account_id)
        if task is None:
            task = asyncio.create_task(self._load(account_id))
            self._asking[account_id] = task
            task.add_done_callback(lambda done: self._answered(account_id, done))
        return task

    def _answered(self, account_id: str, task: asyncio.Task[KnownAccount | None]) -> None:
        """Remembers the answer, unless the account was forgotten meanwhile."""
        failed = task.cancelled() or task.exception() is not None
        if self._asking.get(account_id) is not task:
            return
        del self._asking[account_id]
        if failed:
            return
        self._remember(account_id, task.result(), self._now())

    def _remember(self, account_id: str, account: KnownAccount | None, now: float) -> None:
        for memories in (self._known, self._unknown):
            memories.pop(account_id, None)
        memories, most = (self._known, MOST) if account else (self._unknown, MOST_UNKNOWN)
        if len(memories) >= most:
            memories.clear()
        memories[account_id] = _Memory(account, now, now + (FRESH_SECONDS if account else UNKNOWN_SECONDS))

    async def _load(self, account_id: str) -> KnownAccount | None:
        try:
            answer = await self._fetch(account_id)
        except NotFoundError:
            return None
        return KnownAccount(
            account_id=answer.account.id,
            tenant_id=answer.account.tenant_id,
            channel=answer.account.channel,
            provider_id=answer.account.provider_id,
            quota=answer.daily_message_quota,
            credentials=dict(answer.credentials),
            version=answer.account.version,
            name=answer.account.name,
        )

    def _now(self) -> float:
        return self._clock.now().timestamp()
