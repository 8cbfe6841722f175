"""A real call to the platform, to see whether an account's credentials work."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from libs.accounts.directory import AccountDirectory
from libs.channels.accounts import Account
from libs.channels.base import Channel
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.registry import channel_named
from libs.channels.sending import CannotSend
from services.delivery.service.asking import PATIENCE, connected, refusal
from services.delivery.service.platforms import Platforms
from services.delivery.service.queue import QueueService


@dataclass(frozen=True, slots=True)
class Check:
    """What came of it. provider_id: the platform's own. code and detail say why when not ok, credential which one is at
    fault where that is known; asked: somebody was."""

    ok: bool
    display_name: str = ""
    code: str = ""
    detail: str = ""
    provider_id: str = ""
    asked: bool = True
    # Nobody can tell right now.
    away: Outcome | None = None
    credential: str = ""


class CheckService:
    """Checks accounts on demand."""

    def __init__(self, directory: AccountDirectory, platforms: Platforms, queue: QueueService) -> None:
        self._directory = directory
        self._platforms = platforms
        self._queue = queue

    async def check(self, tenant_id: UUID, account_id: str) -> Check:
        """Asks the platform who the account is, with the credentials stored now. Where they work, a queue that was
        stopped goes on."""
        self._directory.forget(account_id)
        account = await connected(self._directory, tenant_id, account_id)
        check = await check_with(self._platforms, channel_named(account.channel), account.owner, account.credentials)
        if check.ok and check.asked:
            await self._queue.resume(tenant_id, account_id)
        return check


async def check_with(platforms: Platforms, channel: Channel, account: Account, credentials: Mapping[str, str]) -> Check:
    """What the platform says of these credentials, and the desk of addresses among them."""
    for name in sorted(channel.needs.addresses):
        if objection := credentials.get(name) and await platforms.objection(credentials[name]):
            return Check(False, code="address_not_allowed", detail=objection, asked=False, credential=name)
    try:
        request = channel.build_check(account, credentials)
    except CannotSend as error:
        return Check(False, code=error.code, detail=error.message)
    if request is None:
        return Check(True, asked=False)
    result = channel.read_check(await platforms.call(request, PATIENCE))
    if isinstance(result, Outcome):
        away = result if result.verdict in (Verdict.RETRY, Verdict.AMBIGUOUS) else None
        return Check(False, code=result.code, detail=result.detail, away=away)
    return Check(True, result.display_name, provider_id=result.provider_id)


def answered(check: Check) -> Check:
    """The same; UnavailableError where nobody could tell."""
    if check.away is not None:
        raise refusal(check.away)
    return check
