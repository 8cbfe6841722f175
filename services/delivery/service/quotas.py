"""How many messages an account may still send this month, remembered for some minutes."""

from datetime import datetime, timedelta
from uuid import UUID

from libs.accounts.directory import AccountDirectory, KnownAccount
from libs.channels.accounts import Quota
from libs.channels.outcomes import Outcome
from libs.channels.registry import channel_named
from libs.channels.sending import CannotSend
from libs.clock.clock import Clock
from services.delivery.service.asking import ask_all, connected, refusal, unsendable
from services.delivery.service.platforms import Platforms

_FRESH = timedelta(minutes=5)
_MOST_REMEMBERED = 10_000


class QuotaService:
    """Asks and remembers."""

    def __init__(self, directory: AccountDirectory, platforms: Platforms, clock: Clock) -> None:
        self._directory = directory
        self._platforms = platforms
        self._clock = clock
        self._quotas: dict[str, tuple[datetime, Quota]] = {}

    async def quota(self, tenant_id: UUID, account_id: str) -> Quota:
        """The month's quota, not older than some minutes."""
        account = await connected(self._directory, tenant_id, account_id)
        now, known = self._clock.now(), self._quotas.get(account_id)
        if known is not None and now - known[0] < _FRESH:
            return known[1]
        quota = await self._ask(account)
        if len(self._quotas) >= _MOST_REMEMBERED:
            self._quotas.clear()
        self._quotas[account_id] = now, quota
        return quota

    async def _ask(self, account: KnownAccount) -> Quota:
        channel = channel_named(account.channel)
        try:
            calls = channel.build_quota(account.credentials)
        except CannotSend as error:
            raise unsendable(error) from error
        quota = channel.read_quota(await ask_all(self._platforms, calls)) if calls else Quota(None, 0)
        if isinstance(quota, Outcome):
            raise refusal(quota)
        return quota
