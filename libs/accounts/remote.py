"""Asks the tenants service for accounts, and hears when one changed."""

from collections.abc import Sequence

from nats.aio.msg import Msg

from frontdesk.tenants.v1 import tenants_pb2 as tenants
from frontdesk.tenants.v1 import tenants_pb2_grpc as tenants_grpc
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.accounts.directory import AccountDirectory
from libs.accounts.recipients import RecipientDirectory
from libs.app.runtime import Runtime
from libs.rpc.client import channel

ACCOUNT_SUBJECT = "events.*.tenants.channel_account_changed"
_TIMEOUT_SECONDS = 1.0


def remote_directory(runtime: Runtime, service: str) -> AccountDirectory:
    """A directory that asks the tenants service in this service's name."""
    address = channel(runtime.address("tenants"), "tenants", runtime.issuer(service))
    stub = tenants_grpc.ChannelAccountsServiceStub(address)

    async def fetch(account_id: str) -> tenants.GetChannelCredentialsResponse:
        request = tenants.GetChannelCredentialsRequest(account_id=account_id)
        answer: tenants.GetChannelCredentialsResponse = await stub.GetChannelCredentials(
            request, timeout=_TIMEOUT_SECONDS
        )
        return answer

    return AccountDirectory(fetch, runtime.clock)


def remote_recipients(runtime: Runtime, service: str) -> RecipientDirectory:
    """The same by what platforms call the accounts; for ingestion."""
    address = channel(runtime.address("tenants"), "tenants", runtime.issuer(service))
    stub = tenants_grpc.ChannelAccountsServiceStub(address)

    async def find(name: str, provider_ids: Sequence[str]) -> Sequence[tenants.FoundChannelAccount]:
        request = tenants.FindChannelAccountsRequest(channel=name, provider_ids=provider_ids)
        return list((await stub.FindChannelAccounts(request, timeout=_TIMEOUT_SECONDS)).accounts)

    return RecipientDirectory(find, runtime.clock)


class AccountListener:
    """Heard live by every replica. One that missed it (the broker was away) is right again when its memory ages."""

    def __init__(self, directory: AccountDirectory, recipients: RecipientDirectory | None = None) -> None:
        self._directory = directory
        self._recipients = recipients

    async def handle(self, message: Msg) -> None:
        """Drops what is remembered of the account."""
        fact = ChannelAccountChanged.FromString(message.data)
        self._directory.forget(fact.account_id)
        if self._recipients is not None:
            self._recipients.forget(fact.channel, fact.provider_id)
