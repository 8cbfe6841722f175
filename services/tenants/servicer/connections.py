"""The gRPC edge of connecting by a platform's dialog."""

from typing import Any
from uuid import UUID

from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.clock.stamps import timestamp
from libs.rpc.ids import uuid_of
from services.tenants.domain.errors import ConnectionNotFoundError
from services.tenants.service.connections import Connections, Result, Shown
from services.tenants.servicer import messages
from services.tenants.servicer.actor import current_actor


class ConnectionsServicer(tenants_pb2_grpc.ConnectionsServiceServicer):
    """See ConnectionsService in tenants.proto."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def StartConnection(self, request: pb.StartConnectionRequest, context: Any) -> pb.StartConnectionResponse:
        """no_platform_app."""
        opened = await self._connections.start(current_actor(), _id(request.for_session), request.channel)
        return pb.StartConnectionResponse(
            id=str(opened.connection.id),
            authorize_url=opened.authorize_url,
            browser_key=opened.browser_key,
            expires_at=timestamp(opened.connection.expires_at),
        )

    async def FinishConnection(self, request: pb.FinishConnectionRequest, context: Any) -> pb.FinishConnectionResponse:
        """connection_not_found."""
        found = await self._connections.finish(request.state, request.browser_key, request.code, request.error)
        return pb.FinishConnectionResponse(id=str(found))

    async def GetConnection(self, request: pb.GetConnectionRequest, context: Any) -> pb.GetConnectionResponse:
        """connection_not_found."""
        shown = await self._connections.get(current_actor(), _id(request.session_id), _id(request.id))
        return pb.GetConnectionResponse(connection=_connection(shown))

    async def ConnectFound(self, request: pb.ConnectFoundRequest, context: Any) -> pb.ConnectFoundResponse:
        """connection_not_found, connection_not_ready."""
        results = await self._connections.connect(
            current_actor(), _id(request.session_id), _id(request.id), request.provider_ids
        )
        return pb.ConnectFoundResponse(results=map(_result, results))


def _connection(shown: Shown) -> pb.Connection:
    row = shown.connection
    accounts = [
        pb.FoundAccount(
            provider_id=one.provider_id,
            name=one.name,
            picture_url=one.picture_url,
            handle=one.handle,
            account_id=account_id,
        )
        for one, account_id in shown.found
    ]
    return pb.Connection(
        id=str(row.id),
        channel=row.channel,
        state=row.state,
        failure_code=row.failure_code,
        failure_detail=row.failure_detail,
        accounts=accounts,
        expires_at=timestamp(row.expires_at),
    )


def _result(result: Result) -> pb.ConnectedAccount:
    return pb.ConnectedAccount(
        provider_id=result.provider_id,
        account=messages.channel_account(result.account) if result.account else None,
        failure_code=result.error.code if result.error else "",
        failure_detail=result.error.message if result.error else "",
    )


def _id(text: str) -> UUID:
    return uuid_of(text, ConnectionNotFoundError())
