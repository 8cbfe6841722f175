"""The gRPC edge of connecting accounts. The contract is protos/frontdesk/delivery/v1/connections.proto."""

from typing import Any
from uuid import UUID

from frontdesk.delivery.v1 import connections_pb2 as pb
from frontdesk.delivery.v1 import connections_pb2_grpc as grpc_pb
from libs.rpc.errors import InvalidArgumentError
from libs.rpc.ids import uuid_of
from services.delivery.service.connecting import Connectable, ConnectingService


class ConnectionsServicer(grpc_pb.ConnectionsServiceServicer):
    """Serves ConnectionsService."""

    def __init__(self, connecting: ConnectingService) -> None:
        self._connecting = connecting

    async def ExchangeCode(self, request: pb.ExchangeCodeRequest, context: Any) -> Any:
        """See the proto."""
        token = await self._connecting.exchange(request.channel, request.code, request.redirect_uri)
        return pb.ExchangeCodeResponse(access_token=token)

    async def ListConnectable(self, request: pb.ListConnectableRequest, context: Any) -> Any:
        """See the proto."""
        found = await self._connecting.connectable(request.channel, request.access_token)
        return pb.ListConnectableResponse(accounts=[_connectable(each) for each in found])

    async def CheckCredentials(self, request: pb.CheckCredentialsRequest, context: Any) -> Any:
        """See the proto."""
        check = await self._connecting.check(request.channel, request.provider_id, request.credentials)
        return pb.CheckCredentialsResponse(
            ok=check.ok,
            provider_id=check.provider_id,
            display_name=check.display_name,
            failure_code=check.code,
            failure_detail=check.detail,
            failure_credential=check.credential,
        )

    async def Subscribe(self, request: pb.SubscribeRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id = _tenant(request.tenant_id)
        await self._connecting.subscribe(tenant_id, request.account_id, request.on, request.webhook_url)
        return pb.SubscribeResponse()

    async def ConfigureWebhook(self, request: pb.ConfigureWebhookRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id = _tenant(request.tenant_id)
        state = await self._connecting.configure_webhook(
            tenant_id, request.account_id, request.webhook_url, request.test
        )
        return pb.ConfigureWebhookResponse(
            webhook_url=state.url,
            active=state.active,
            tested=state.reached is not None,
            reached=bool(state.reached),
            detail=state.detail,
        )


def _tenant(text: str) -> UUID:
    return uuid_of(text, InvalidArgumentError("tenant_id is no id.", field="tenant_id"))


def _connectable(each: Connectable) -> pb.Connectable:
    return pb.Connectable(
        provider_id=each.found.provider_id,
        name=each.found.name,
        picture_url=each.found.picture_url,
        credentials=each.credentials,
        handle=each.found.handle,
    )
