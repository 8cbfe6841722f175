"""Delivery, the only service that calls platforms, as connecting an account asks it."""

from collections.abc import Mapping, Sequence
from typing import Any

from frontdesk.delivery.v1 import connections_pb2 as pb
from frontdesk.delivery.v1 import connections_pb2_grpc as grpc_pb
from libs.app.runtime import Runtime
from libs.observe.log import get_logger
from libs.rpc.client import channel
from libs.rpc.errors import FrontdeskError, InvalidArgumentError
from services.tenants.domain.errors import AddressRefusedError, CredentialsRefusedError, OtherAccountError
from services.tenants.models import ChannelAccount

_log = get_logger(__name__)
# Whoever connects an account waits for all of these, one after the other.
_CHECK_SECONDS = 8.0
_WEBHOOK_SECONDS = 5.0
_DIALOG_SECONDS = 15.0


class Platforms:
    """What platforms say. Errors of delivery come through: UnavailableError where a platform or delivery is away."""

    def __init__(self, runtime: Runtime, public_url: str) -> None:
        self._runtime = runtime
        self._public_url = public_url
        self._opened: Any = None

    async def owner(self, channel_name: str, provider_id: str, credentials: Mapping[str, str]) -> str:
        """Whose these credentials are, by the platform's word; provider_id again where there is nobody to ask.
        AddressRefusedError, CredentialsRefusedError, OtherAccountError."""
        request = pb.CheckCredentialsRequest(channel=channel_name, provider_id=provider_id, credentials=credentials)
        answer = await self._stub.CheckCredentials(request, timeout=_CHECK_SECONDS)
        if not answer.ok and answer.failure_code == "address_not_allowed":
            raise AddressRefusedError(answer.failure_credential, answer.failure_detail)
        if not answer.ok:
            raise CredentialsRefusedError(answer.failure_code, answer.failure_detail)
        if provider_id and answer.provider_id and answer.provider_id != provider_id:
            raise OtherAccountError(answer.display_name or answer.provider_id)
        return str(answer.provider_id or provider_id)

    async def set_up(self, account: ChannelAccount) -> str:
        """Has the platform send the account's events here and try the address; why it does not, "" when it does or
        cannot be told."""
        url = f"{self._public_url}/webhooks/{account.channel}/{account.id}"
        tenant, seconds = str(account.tenant_id), _WEBHOOK_SECONDS
        subscription = pb.SubscribeRequest(tenant_id=tenant, account_id=account.id, on=True, webhook_url=url)
        setting = pb.ConfigureWebhookRequest(tenant_id=tenant, account_id=account.id, webhook_url=url, test=True)
        try:
            await _if_there_is_one(self._stub.Subscribe(subscription, timeout=seconds))
            told = await _if_there_is_one(self._stub.ConfigureWebhook(setting, timeout=seconds))
        except FrontdeskError as error:
            return error.message
        if told is None or (told.active and (told.reached or not told.tested)):
            return ""
        return str(told.detail or "The platform does not use the webhook: switch it on there.")

    async def leave(self, account: ChannelAccount) -> None:
        """Has the platform send no more events. What it says to that keeps nobody from disconnecting."""
        request = pb.SubscribeRequest(tenant_id=str(account.tenant_id), account_id=account.id, on=False)
        try:
            await _if_there_is_one(self._stub.Subscribe(request, timeout=_WEBHOOK_SECONDS))
        except FrontdeskError as error:
            _log.warning("a platform was not told to end", account=account.id, code=error.code)

    async def exchange(self, channel_name: str, code: str, redirect_uri: str) -> str:
        """The token that a dialog's code stands for."""
        request = pb.ExchangeCodeRequest(channel=channel_name, code=code, redirect_uri=redirect_uri)
        return str((await self._stub.ExchangeCode(request, timeout=_DIALOG_SECONDS)).access_token)

    async def connectable(self, channel_name: str, token: str) -> Sequence[pb.Connectable]:
        """Accounts that this token may connect."""
        request = pb.ListConnectableRequest(channel=channel_name, access_token=token)
        return list((await self._stub.ListConnectable(request, timeout=_DIALOG_SECONDS)).accounts)

    @property
    def _stub(self) -> Any:
        if self._opened is None:
            issuer = self._runtime.issuer("tenants")
            self._opened = grpc_pb.ConnectionsServiceStub(
                channel(self._runtime.address("delivery"), "delivery", issuer)
            )
        return self._opened


async def _if_there_is_one(call: Any) -> Any:
    """The answer; None where the channel has no such call."""
    try:
        return await call
    except InvalidArgumentError:
        return None
