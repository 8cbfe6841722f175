"""Delivery as tenants asks it, and with it the platforms: they believe everybody, until a test says otherwise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from google.protobuf.message import Message

from frontdesk.delivery.v1 import connections_pb2 as pb
from frontdesk.delivery.v1 import connections_pb2_grpc as stubs
from libs.rpc.errors import FailedPreconditionError, FrontdeskError, InvalidArgumentError
from libs.rpc.server import RpcServer
from tests.support.stack import Stack


class FakeDelivery(stubs.ConnectionsServiceServicer):
    """asked: every request, in order. The rest is what it answers; an error is raised."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.forget()

    def forget(self) -> None:
        """As it was in the beginning."""
        self.asked.clear()
        self.owner: pb.CheckCredentialsResponse | FrontdeskError | None = None
        self.subscription: FrontdeskError | None = None
        self.webhook: pb.ConfigureWebhookResponse | FrontdeskError = InvalidArgumentError("There is no such call.")
        # Code to token, and token to what it may connect.
        self.codes: dict[str, str] = {}
        self.connectable: dict[str, list[pb.Connectable]] = {}

    def of(self, kind: type[Message]) -> list[Any]:
        """The requests of one kind."""
        return [one for one in self.asked if isinstance(one, kind)]

    async def CheckCredentials(self, request: pb.CheckCredentialsRequest, context: Any) -> Any:
        """The id given is right, unless a test says otherwise."""
        self.asked.append(request)
        return _given(self.owner or pb.CheckCredentialsResponse(ok=True, provider_id=request.provider_id))

    async def Subscribe(self, request: pb.SubscribeRequest, context: Any) -> Any:
        """See the proto."""
        self.asked.append(request)
        return _given(self.subscription or pb.SubscribeResponse())

    async def ConfigureWebhook(self, request: pb.ConfigureWebhookRequest, context: Any) -> Any:
        """See the proto."""
        self.asked.append(request)
        return _given(self.webhook)

    async def ExchangeCode(self, request: pb.ExchangeCodeRequest, context: Any) -> Any:
        """Each code once."""
        self.asked.append(request)
        token = self.codes.pop(request.code, None)
        return _given(
            FailedPreconditionError("This code was used or never given.")
            if token is None
            else pb.ExchangeCodeResponse(access_token=token)
        )

    async def ListConnectable(self, request: pb.ListConnectableRequest, context: Any) -> Any:
        """See the proto."""
        self.asked.append(request)
        return pb.ListConnectableResponse(accounts=self.connectable.get(request.access_token, []))

    @asynccontextmanager
    async def answering(self, stack: Stack) -> AsyncIterator[None]:
        """Serves where the stack's delivery would."""
        runtime = stack.runtime("delivery")
        register = stubs.add_ConnectionsServiceServicer_to_server
        server = RpcServer(runtime.listen("delivery"), runtime.verifier("delivery"), [(register, self)])
        await server.start()
        yield
        await server.stop()


def _given(answer: Any) -> Any:
    if isinstance(answer, FrontdeskError):
        raise answer
    return answer
