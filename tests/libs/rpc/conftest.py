"""A server with RPCs of the real contracts, and callers of every identity."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import pytest

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.conversations.v1 import conversations_pb2_grpc as stubs
from frontdesk.ingestion.v1 import ingestion_pb2 as ledger_pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as ledger_stubs
from libs.auth.identity import Identity, KeySet
from libs.auth.tokens import TokenIssuer, TokenVerifier
from libs.clock.clock import SystemClock
from libs.rpc.client import channel
from libs.rpc.server import RpcServer

Behaviour = Callable[[], Awaitable[Any]]
CLOCK = SystemClock(None)
IDENTITIES = {name: Identity.generate(name) for name in ("gateway", "operator", "delivery", "stranger")}


async def nothing() -> None:
    """What an RPC does unless a test says otherwise."""


class Servicer(stubs.ConversationsServiceServicer, ledger_stubs.LedgerServiceServicer):
    """Does what the test says. calls: RPCs that were let in."""

    def __init__(self) -> None:
        self.behaviour: Behaviour = nothing
        self.calls: list[str] = []

    async def GetConversation(self, _request: Any, _context: Any) -> Any:
        """For any teammate."""
        return await self._do("GetConversation", pb.GetConversationResponse())

    async def SendMessage(self, _request: Any, _context: Any) -> Any:
        """For those who may send messages."""
        return await self._do("SendMessage", pb.SendMessageResponse())

    async def ListLedgerEntries(self, _request: Any, _context: Any) -> Any:
        """For the operator."""
        return await self._do("ListLedgerEntries", ledger_pb.ListLedgerEntriesResponse())

    async def undeclared(self, _request: bytes, _context: Any) -> bytes:
        """What no contract declares."""
        await self._do("undeclared", None)
        return b""

    async def _do(self, name: str, answer: Any) -> Any:
        self.calls.append(name)
        await self.behaviour()
        return answer


class Rpc:
    """The running server and stubs for it."""

    def __init__(self, server: RpcServer, servicer: Servicer) -> None:
        self.server = server
        self.servicer = servicer
        self._channels: list[grpc.aio.Channel] = []

    def issuer(self, identity: str = "gateway") -> TokenIssuer:
        """Mints this identity's tokens."""
        return TokenIssuer(IDENTITIES[identity], CLOCK)

    def channel(self, identity: str = "gateway", audience: str = "conversations") -> grpc.aio.Channel:
        """A channel in this identity's name."""
        opened = channel(self.server.address, audience, self.issuer(identity))
        self._channels.append(opened)
        return opened

    def bare(self) -> grpc.aio.Channel:
        """A channel of nobody's."""
        opened = grpc.aio.insecure_channel(self.server.address)
        self._channels.append(opened)
        return opened

    async def close(self) -> None:
        """Ends."""
        for opened in self._channels:
            await opened.close(None)
        await self.server.stop()


@pytest.fixture
async def rpc() -> AsyncIterator[Rpc]:
    """A server that knows gateway, operator and delivery."""
    known = {name: key.public_pem() for name, key in IDENTITIES.items() if name != "stranger"}
    servicer = Servicer()
    registrations = [
        (stubs.add_ConversationsServiceServicer_to_server, servicer),
        (ledger_stubs.add_LedgerServiceServicer_to_server, servicer),
        (_register_undeclared, servicer),
    ]
    server = RpcServer("127.0.0.1:0", TokenVerifier("conversations", KeySet.of(known), CLOCK), registrations)
    await server.start()
    running = Rpc(server, servicer)
    yield running
    await running.close()


def _register_undeclared(servicer: Servicer, server: Any) -> None:
    handlers = {
        "Do": grpc.unary_unary_rpc_method_handler(servicer.undeclared),
        "Stream": grpc.unary_stream_rpc_method_handler(servicer.undeclared),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("frontdesk.test.v1.Undeclared", handlers),))


def refusal(error: grpc.aio.AioRpcError) -> str:
    """The code in an error's trailer; "" without one."""
    pairs: Any = error.trailing_metadata() or ()
    return str(json.loads(dict(pairs).get("frontdesk-error", "{}")).get("code", ""))
