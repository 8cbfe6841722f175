"""Connected accounts by what their platform calls them: for webhook addresses that serve many accounts."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.tenants.v1 import tenants_pb2 as tenants
from libs.accounts.directory import (
    AWAY_SECONDS,
    FRESH_SECONDS,
    MOST,
    MOST_UNKNOWN,
    STALE_SECONDS,
    UNKNOWN_SECONDS,
    AccountsAwayError,
    KnownAccount,
)
from libs.clock.clock import Clock
from libs.rpc.errors import FrontdeskError

FindMany = Callable[[str, Sequence[str]], Awaitable[Sequence[tenants.FoundChannelAccount]]]
# As many as one question may name.
_AT_ONCE = 1000


@dataclass(slots=True)
class _Memory:
    account: KnownAccount | None
    at: float
    fresh_until: float


class RecipientDirectory:
    """Answers from memory; asks the tenants service for all that it does not know with one question.

    The accounts come without credentials: whoever uses this has verified the call with the app's secret.
    """

    def __init__(self, find: FindMany, clock: Clock) -> None:
        self._find = find
        self._clock = clock
        self._known: dict[tuple[str, str], _Memory] = {}
        self._unknown: dict[tuple[str, str], _Memory] = {}
        # Raised by every change: an answer that was on its way meanwhile may be older, and is not kept.
        self._changes = 0

    async def find(self, channel: str, provider_ids: Iterable[str]) -> Mapping[str, KnownAccount]:
        """The connected accounts among them, by the platform's ids. AccountsAwayError when nobody can tell of one."""
        answers: dict[str, KnownAccount | None] = {}
        open_ones: list[str] = []
        now = self._now()
        for one in dict.fromkeys(provider_ids):
            memory = self._known.get((channel, one)) or self._unknown.get((channel, one))
            if memory is not None and now < memory.fresh_until:
                answers[one] = memory.account
            else:
                open_ones.append(one)
        for start in range(0, len(open_ones), _AT_ONCE):
            answers |= await self._ask(channel, open_ones[start : start + _AT_ONCE])
        return {one: account for one, account in answers.items() if account is not None}

    def forget(self, channel: str, provider_id: str) -> None:
        """Asks anew at the next call: the account changed. What was known stays, should the tenants service be away."""
        self._changes += 1
        self._unknown.pop((channel, provider_id), None)
        known = self._known.get((channel, provider_id))
        if known is not None:
            known.fresh_until = float("-inf")

    async def _ask(self, channel: str, provider_ids: Sequence[str]) -> dict[str, KnownAccount | None]:
        changes = self._changes
        try:
            found = {one.account.provider_id: _known(one) for one in await self._find(channel, provider_ids)}
        except FrontdeskError as error:
            return self._stale(channel, provider_ids, error)
        answers = {one: found.get(one) for one in provider_ids}
        now = self._now()
        for one, account in answers.items():
            self._remember((channel, one), account, now, fresh=changes == self._changes)
        return answers

    def _remember(self, key: tuple[str, str], account: KnownAccount | None, now: float, fresh: bool) -> None:
        for memories in (self._known, self._unknown):
            memories.pop(key, None)
        memories, most, seconds = (
            (self._known, MOST, FRESH_SECONDS) if account else (self._unknown, MOST_UNKNOWN, UNKNOWN_SECONDS)
        )
        if len(memories) >= most:
            memories.clear()
        memories[key] = _Memory(account, now, now + seconds if fresh else float("-inf"))

    def _stale(
        self, channel: str, provider_ids: Sequence[str], error: FrontdeskError
    ) -> dict[str, KnownAccount | None]:
        now = self._now()
        answers: dict[str, KnownAccount | None] = {}
        for one in provider_ids:
            known = self._known.get((channel, one))
            if known is None or now - known.at >= STALE_SECONDS:
                raise AccountsAwayError(one) from error
            known.fresh_until = now + AWAY_SECONDS
            answers[one] = known.account
        return answers

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _known(found: tenants.FoundChannelAccount) -> KnownAccount:
    account = found.account
    return KnownAccount(
        account_id=account.id,
        tenant_id=account.tenant_id,
        channel=account.channel,
        provider_id=account.provider_id,
        quota=found.daily_message_quota,
        credentials={},
        version=account.version,
    )
