"""The gateway over a real broker and stand-ins for the other services."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from google.protobuf.message import Message
from websockets.asyncio.client import ClientConnection, connect

from cli.run.embedded import Urls
from frontdesk.conversations.v1 import conversations_pb2 as conversations_pb
from frontdesk.conversations.v1 import conversations_pb2_grpc, events_pb2
from frontdesk.delivery.v1 import delivery_pb2_grpc
from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.bus.bus import Bus
from libs.bus.subjects import subject_of
from libs.rpc.server import Registration, RpcServer
from services.gateway.app import Gateway, build
from services.gateway.service.access import Access, AccessTokens
from tests.services.gateway.fakes import FakeConversations, FakeDelivery, FakeSessions
from tests.support.desk import Desk
from tests.support.wait import PATIENCE_SECONDS, eventually


class Alone(Desk):
    """gateway may be stopped and started anew: start_gateway()."""

    def __init__(self, root: Path, nats_url: str, variables: Mapping[str, str]) -> None:
        super().__init__(root, Urls(database="", nats=nats_url, redis=""), variables)
        self.sessions = FakeSessions()
        self.conversations = FakeConversations()
        self.bus = Bus(nats_url, "test")
        self.gateway: Gateway
        self.tenant_id = uuid4()
        self._numbers = itertools.count(1)
        registrations: dict[str, Registration] = {
            "tenants": (tenants_pb2_grpc.add_SessionsServiceServicer_to_server, self.sessions),
            "conversations": (conversations_pb2_grpc.add_ConversationsServiceServicer_to_server, self.conversations),
            "delivery": (delivery_pb2_grpc.add_DeliveryServiceServicer_to_server, FakeDelivery()),
        }
        self._servers = {name: self._server(name, one) for name, one in registrations.items()}

    async def start(self) -> None:
        """Everything."""
        await self.bus.connect()
        await asyncio.gather(*(server.start() for server in self._servers.values()))
        await self.start_gateway()

    async def start_gateway(self) -> None:
        """A new one; ready when this returns."""
        self.gateway = build(self.runtime("gateway"))
        await self.gateway.start()

        async def ready() -> bool:
            problems = await self.gateway.ready()
            assert not problems, problems
            return True

        await eventually(ready)

    async def stop(self) -> None:
        """Everything."""
        await self.gateway.stop()
        await asyncio.gather(*(server.stop() for server in self._servers.values()))
        await self.bus.close()

    async def stop_service(self, name: str) -> None:
        """Takes one of the stand-ins away."""
        await self._servers[name].stop()

    def token(self, principal: pb.Principal, seconds: float = 600) -> str:
        """An access token, as signing in gives it."""
        runtime = self.runtime("gateway")
        access = Access(
            tenant_id=UUID(principal.tenant.id),
            teammate_id=UUID(principal.teammate.id),
            session_id=principal.session_id,
            generation=principal.generation,
            expires_at=runtime.clock.now().timestamp() + seconds,
        )
        return AccessTokens(runtime.identity("gateway"), runtime.clock).mint(access)

    def client(self, principal: pb.Principal | None = None) -> httpx.AsyncClient:
        """An HTTP client, signed in where a principal is given."""
        headers = {} if principal is None else {"Authorization": f"Bearer {self.token(principal)}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=30)

    @asynccontextmanager
    async def listening(self, principal: pb.Principal, cursor: str = "", token: str = "") -> AsyncIterator["Listener"]:
        """An open socket, after its hello."""
        headers = {"Authorization": f"Bearer {token or self.token(principal)}"}
        async with self.socket(cursor, additional_headers=headers) as socket:
            listener = Listener(socket)
            listener.hello = await listener.next("hello")
            yield listener

    def socket(self, cursor: str = "", **options: Any) -> Any:
        """A socket, not yet opened; options as in websockets.connect."""
        query = f"?cursor={cursor}" if cursor else ""
        return connect(f"{self.url.replace('http', 'ws', 1)}/api/v1/stream{query}", proxy=None, **options)

    async def publish(self, message: Message, tenant_id: UUID | None = None) -> int:
        """A fact; its sequence in the stream."""
        tenant = tenant_id or self.tenant_id
        ack = await self.bus.publish(subject_of(tenant, message), message, str(uuid4()), tenant)
        return ack.sequence

    def stored(self, text: str = "", tenant_id: UUID | None = None, **bindings: Any) -> events_pb2.MessageStored:
        """A fact about a new message. bindings: fields of the conversation."""
        conversation = conversations_pb.Conversation(
            id=str(uuid4()),
            tenant_id=str(tenant_id or self.tenant_id),
            channel="line",
            status=conversations_pb.STATUS_OPEN,
            handler=conversations_pb.HANDLER_PERSON,
        )
        conversation.MergeFrom(conversations_pb.Conversation(**bindings))
        conversation.created_at.GetCurrentTime()
        message = conversations_pb.Message(
            id=str(uuid4()),
            tenant_id=conversation.tenant_id,
            conversation_id=conversation.id,
            direction=conversations_pb.DIRECTION_INBOUND,
            type="text",
            text=text or f"message {next(self._numbers)}",
        )
        message.sent_at.GetCurrentTime()
        return events_pb2.MessageStored(message=message, conversation=conversation)

    def _server(self, name: str, registration: Registration) -> RpcServer:
        runtime = self.runtime(name)
        return RpcServer(runtime.listen(name), runtime.verifier(name), [registration])


class Listener:
    """A client of the stream."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.hello: dict[str, Any] = {}
        self.cursor = ""

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next frame of one of these types; of any, but pings, when none is named. Other frames fail the test."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                frame = self.note(await self.socket.recv())
                if frame["type"] in kinds or (not kinds and frame["type"] != "ping"):
                    return frame
                assert frame["type"] == "ping", f"wanted {kinds}, got {frame}"

    def note(self, text: str | bytes) -> dict[str, Any]:
        """Reads a frame, and keeps its cursor."""
        frame: dict[str, Any] = json.loads(text)
        self.cursor = frame.get("cursor") or self.cursor
        return frame

    async def texts(self, count: int) -> list[str]:
        """The texts of the next messages."""
        return [(await self.next("message.created"))["data"]["message"]["text"] for _ in range(count)]

    async def closed(self) -> int:
        """The close code, once the server has closed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.socket.wait_closed()
        return self.socket.close_code or 0
