"""The gRPC edge of channel accounts."""

from typing import Any

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.rpc.context import current_caller
from services.tenants.domain import channels
from services.tenants.domain.errors import AccountNotFoundError
from services.tenants.service.channel_accounts import ChannelAccounts, NewAccount
from services.tenants.service.connecting import Connecting
from services.tenants.servicer import messages
from services.tenants.servicer.actor import current_actor


class ChannelAccountsServicer(tenants_pb2_grpc.ChannelAccountsServiceServicer):
    """See ChannelAccountsService in tenants.proto."""

    def __init__(self, accounts: ChannelAccounts, connecting: Connecting) -> None:
        self._accounts = accounts
        self._connecting = connecting

    async def ListChannelAccounts(
        self, request: pb.ListChannelAccountsRequest, context: Any
    ) -> pb.ListChannelAccountsResponse:
        """Those in use first."""
        page = await self._accounts.page(current_actor().tenant_id, request.page_size, request.page_token)
        return pb.ListChannelAccountsResponse(
            accounts=map(messages.channel_account, page.rows), next_page_token=page.next_token
        )

    async def CreateChannelAccount(
        self, request: pb.CreateChannelAccountRequest, context: Any
    ) -> pb.CreateChannelAccountResponse:
        """channel_account_connected, credentials_refused, credentials_of_another_account, address_not_allowed."""
        new = NewAccount(request.channel, request.name, request.provider_id, request.credentials)
        account = await self._connecting.create(current_actor(), new)
        return pb.CreateChannelAccountResponse(account=messages.channel_account(account))

    async def RotateChannelCredentials(
        self, request: pb.RotateChannelCredentialsRequest, context: Any
    ) -> pb.RotateChannelCredentialsResponse:
        """channel_account_not_found, channel_account_disconnected."""
        account = await self._connecting.rotate(current_actor(), _id(request.account_id), request.credentials)
        return pb.RotateChannelCredentialsResponse(account=messages.channel_account(account))

    async def ReconnectChannelAccount(
        self, request: pb.ReconnectChannelAccountRequest, context: Any
    ) -> pb.ReconnectChannelAccountResponse:
        """channel_account_not_found, channel_account_active, and as CreateChannelAccount."""
        account = await self._connecting.reconnect(current_actor(), _id(request.account_id), request.credentials)
        return pb.ReconnectChannelAccountResponse(account=messages.channel_account(account))

    async def SetUpWebhook(self, request: pb.SetUpWebhookRequest, context: Any) -> pb.SetUpWebhookResponse:
        """channel_account_not_found, channel_account_disconnected."""
        account = await self._connecting.set_up(current_actor(), _id(request.account_id))
        return pb.SetUpWebhookResponse(account=messages.channel_account(account))

    async def DisconnectChannelAccount(
        self, request: pb.DisconnectChannelAccountRequest, context: Any
    ) -> pb.DisconnectChannelAccountResponse:
        """channel_account_not_found."""
        account = await self._connecting.disconnect(current_actor(), _id(request.account_id))
        return pb.DisconnectChannelAccountResponse(account=messages.channel_account(account))

    async def GetChannelCredentials(
        self, request: pb.GetChannelCredentialsRequest, context: Any
    ) -> pb.GetChannelCredentialsResponse:
        """channel_account_not_found. A call made for a tenant finds that tenant's accounts alone."""
        opened = await self._accounts.credentials(_id(request.account_id), current_caller().tenant_id)
        return pb.GetChannelCredentialsResponse(
            account=messages.channel_account(opened.account),
            credentials=opened.credentials,
            daily_message_quota=opened.daily_message_quota,
        )

    async def FindChannelAccounts(
        self, request: pb.FindChannelAccountsRequest, context: Any
    ) -> pb.FindChannelAccountsResponse:
        """invalid_argument."""
        ids = [value for value in request.provider_ids if "\0" not in value]
        found = await self._accounts.find(request.channel, ids)
        return pb.FindChannelAccountsResponse(
            accounts=[
                pb.FoundChannelAccount(account=messages.channel_account(account), daily_message_quota=quota)
                for account, quota in found
            ]
        )


def _id(text: str) -> str:
    """What cannot be an account's id names none, and never reaches the database."""
    if not channels.is_id(text):
        raise AccountNotFoundError
    return text
