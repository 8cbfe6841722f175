"""Questions to platforms on behalf of a connected account, whose asker waits for the answer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.sending import CannotSend
from libs.channels.wire import Answer, HttpRequest, NoAnswer
from libs.rpc.errors import FailedPreconditionError, FrontdeskError, NotFoundError, UnavailableError
from services.delivery.service.platforms import Platforms

# Whoever asks waits for it.
PATIENCE = 6.0
# A look-up is made for webhooks, which cannot wait for a slow one; who waits here can.
_LOOKS = 3


class ChannelAccountNotFoundError(NotFoundError):
    """No connected account of this id in the tenant."""

    code = "channel_account_not_found"


class PlatformRefusedError(FailedPreconditionError):
    """The platform refuses. fields: failure_code, a key of libs/channels/outcomes.py."""

    code = "platform_refused"


async def connected(directory: AccountDirectory, tenant_id: UUID, account_id: str) -> KnownAccount:
    """The tenant's account. ChannelAccountNotFoundError, UnavailableError."""
    account = await _looked_up(directory, account_id)
    if account is None or account.tenant_id != str(tenant_id):
        raise ChannelAccountNotFoundError("No connected account of this id.")
    return account


async def _looked_up(directory: AccountDirectory, account_id: str) -> KnownAccount | None:
    away: AccountsAwayError | None = None
    for _ in range(_LOOKS):
        try:
            return await directory.get(account_id)
        except AccountsAwayError as error:
            away = error
    raise UnavailableError("The account cannot be looked up right now. Try again.") from away


async def ask_all(platforms: Platforms, calls: Sequence[HttpRequest]) -> Mapping[str, Answer | NoAnswer]:
    """Calls one after the other; their answers by operation."""
    return {call.operation: await platforms.call(call, PATIENCE) for call in calls}


def refusal(outcome: Outcome) -> FrontdeskError:
    """What to tell whoever asked."""
    if outcome.verdict in (Verdict.RETRY, Verdict.AMBIGUOUS):
        return UnavailableError(f"The platform does not answer right now: {outcome.detail}")
    return PlatformRefusedError(f"The platform refuses: {outcome.detail}", failure_code=outcome.code)


def unsendable(error: CannotSend) -> PlatformRefusedError:
    """Refused before anything was asked."""
    return PlatformRefusedError(error.message, failure_code=error.code)
