"""One name, many replicas: calls spread over all of them and go on when one is gone."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc
from libs.auth.identity import Identity, KeySet
from libs.auth.tokens import TokenIssuer, TokenVerifier
from libs.clock.clock import SystemClock
from libs.rpc.client import channel
from libs.rpc.server import RpcServer
from tests.support.wait import PATIENCE_SECONDS

_CLOCK = SystemClock(None)
_OPERATOR = Identity.generate("operator")


class _Named(ingestion_pb2_grpc.LedgerServiceServicer):
    """Answers with its own name."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def ListLedgerEntries(self, _request: pb.ListLedgerEntriesRequest, _context: Any) -> Any:
        return pb.ListLedgerEntriesResponse(next_page_token=self._name)


@pytest.fixture
async def replicas() -> AsyncIterator[dict[str, RpcServer]]:
    verifier = TokenVerifier("ingestion", KeySet.of({"operator": _OPERATOR.public_pem()}), _CLOCK)
    register = ingestion_pb2_grpc.add_LedgerServiceServicer_to_server
    servers = {name: RpcServer("127.0.0.1:0", verifier, [(register, _Named(name))]) for name in ("a", "b", "c")}
    for server in servers.values():
        await server.start()
    yield servers
    for server in servers.values():
        await server.stop()


@pytest.fixture
async def stub(replicas: dict[str, RpcServer]) -> AsyncIterator[ingestion_pb2_grpc.LedgerServiceStub]:
    """Knows the replicas as a name with three addresses would tell them."""
    addresses = ",".join(server.address for server in replicas.values())
    opened: grpc.aio.Channel = channel(f"ipv4:{addresses}", "ingestion", TokenIssuer(_OPERATOR, _CLOCK))
    yield ingestion_pb2_grpc.LedgerServiceStub(opened)
    await opened.close(None)


async def _answers(stub: ingestion_pb2_grpc.LedgerServiceStub, calls: int) -> Counter[str]:
    request = pb.ListLedgerEntriesRequest()
    return Counter([(await stub.ListLedgerEntries(request, wait_for_ready=True)).next_page_token for _ in range(calls)])


async def _until_all(stub: ingestion_pb2_grpc.LedgerServiceStub, names: set[str]) -> None:
    """Connections are made one after another: calls until each replica has answered once."""
    seen: set[str] = set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while seen < names:
            seen |= set(await _answers(stub, 1))


async def test_calls_spread_over_all_replicas(
    stub: ingestion_pb2_grpc.LedgerServiceStub, replicas: dict[str, RpcServer]
) -> None:
    await _until_all(stub, set(replicas))
    assert await _answers(stub, 30) == {"a": 10, "b": 10, "c": 10}


async def test_a_stopped_replica_costs_no_call(
    stub: ingestion_pb2_grpc.LedgerServiceStub, replicas: dict[str, RpcServer]
) -> None:
    await _until_all(stub, set(replicas))
    await replicas["b"].stop()
    answers = await _answers(stub, 30)
    assert answers.keys() == {"a", "c"}
    assert sum(answers.values()) == 30
