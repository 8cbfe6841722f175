"""A real call to the platform, to see whether an account's credentials work."""

from dataclasses import dataclass
from uuid import UUID

from libs.accounts.directory import AccountDirectory, AccountsAwayError
from libs.channels.base import CannotSend
from libs.channels.outcomes import Outcome
from libs.channels.registry import channel_named
from libs.rpc.errors import NotFoundError, UnavailableError
from services.delivery.service.platforms import Platforms
from services.delivery.service.queue import QueueService

# Whoever asks waits for it.
_PATIENCE = 6.0


class ChannelAccountNotFoundError(NotFoundError):
    """No connected account of this id in the tenant."""

    code = "channel_account_not_found"


@dataclass(frozen=True, slots=True)
class Check:
    """What came of it. code and detail say why when not ok."""

    ok: bool
    display_name: str = ""
    code: str = ""
    detail: str = ""


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
        try:
            account = await self._directory.get(account_id)
        except AccountsAwayError as error:
            raise UnavailableError("The account cannot be looked up right now. Try again.") from error
        if account is None or account.tenant_id != str(tenant_id):
            raise ChannelAccountNotFoundError("No connected account of this id.")
        channel = channel_named(account.channel)
        try:
            request = channel.build_check(account.owner, account.credentials)
        except CannotSend as error:
            return Check(False, code=error.code, detail=error.message)
        if request is None:
            return Check(True)
        result = channel.read_check(await self._platforms.call(request, _PATIENCE))
        if isinstance(result, Outcome):
            return Check(False, code=result.code, detail=result.detail)
        await self._queue.resume(tenant_id, account_id)
        return Check(True, display_name=result.display_name)
