"""Who gets in: what the contract declares, and nobody where it declares nothing."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.conversations.v1 import conversations_pb2_grpc as stubs
from frontdesk.ingestion.v1 import ingestion_pb2 as ledger_pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as ledger_stubs
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.rpc.access import declared_access
from libs.rpc.client import Metadata, on_behalf
from libs.rpc.errors import FrontdeskError
from tests.libs.rpc.conftest import Rpc, refusal

pytestmark = pytest.mark.promise(5)
_PROTOS = Path(__file__).parents[3] / "protos"
_SERVICES = {"gateway", "ingestion", "delivery", "conversations", "tenants", "operator"}


def _methods() -> Iterator[str]:
    for proto in sorted(_PROTOS.glob("frontdesk/**/*.proto")):
        name = str(proto.relative_to(_PROTOS).with_suffix("")).replace("/", ".")
        contract = importlib.import_module(f"{name}_pb2")
        for service in contract.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                yield f"/{service.full_name}/{method.name}"


def _teammate(role: str = "admin") -> TeammateClaims:
    return TeammateClaims(uuid4(), role, ROLE_PERMISSIONS[role], 1)


def _as(rpc: Rpc, teammate: TeammateClaims | None = None, identity: str = "gateway") -> Metadata:
    return on_behalf(rpc.issuer(identity), "conversations", uuid4(), teammate)


@pytest.mark.parametrize("method", sorted(_methods()))
def test_every_rpc_declares_who_may_call_it(method: str) -> None:
    access = declared_access(method)
    assert access.callers, "declares nobody, so nobody gets in"
    assert set(access.callers) <= _SERVICES


@pytest.mark.parametrize("method", ["/a.B/C", "/frontdesk.conversations.v1.ConversationsService/No", "", "/", "x"])
def test_what_no_contract_knows_declares_nobody(method: str) -> None:
    assert not declared_access(method).callers


async def test_an_rpc_that_declares_nothing_is_refused(rpc: Rpc) -> None:
    for identity in ("gateway", "operator", "delivery"):
        call = rpc.bare().unary_unary("/frontdesk.test.v1.Undeclared/Do", bytes, bytes)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call(b"", metadata=_as(rpc, _teammate(), identity))
        assert refusal(error.value) == "permission_denied"
    assert rpc.servicer.calls == []


async def test_a_kind_of_rpc_that_is_not_guarded_is_not_served(rpc: Rpc) -> None:
    call = rpc.bare().unary_stream("/frontdesk.test.v1.Undeclared/Stream", bytes, bytes)
    with pytest.raises(grpc.aio.AioRpcError):
        await call(b"", metadata=_as(rpc, _teammate())).read()
    assert rpc.servicer.calls == []


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", ""),),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer x.y.z"),),
        (("authorization", "Basic YTpi"),),
        (("authorization-bin", b"Bearer x"),),
    ],
    ids=str,
)
async def test_without_a_proven_identity_nobody_gets_in(rpc: Rpc, metadata: Metadata) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stubs.ConversationsServiceStub(rpc.bare()).GetConversation(pb.GetConversationRequest(), metadata=metadata)
    assert refusal(error.value) == "identity_refused"
    assert rpc.servicer.calls == []


async def test_a_token_is_for_one_service(rpc: Rpc) -> None:
    stub = stubs.ConversationsServiceStub(rpc.channel())
    elsewhere = on_behalf(rpc.issuer(), "tenants", uuid4(), _teammate())
    with pytest.raises(FrontdeskError) as error:
        await stub.GetConversation(pb.GetConversationRequest(), metadata=elsewhere)
    assert (error.value.code, error.value.http_status) == ("identity_refused", 503)


@pytest.mark.parametrize("identity", ["operator", "delivery", "stranger"])
async def test_only_declared_callers_get_in(rpc: Rpc, identity: str) -> None:
    stub = stubs.ConversationsServiceStub(rpc.channel(identity))
    with pytest.raises(FrontdeskError) as error:
        await stub.GetConversation(pb.GetConversationRequest(), metadata=_as(rpc, _teammate(), identity))
    assert error.value.code == ("identity_refused" if identity == "stranger" else "permission_denied")
    assert rpc.servicer.calls == []


async def test_a_call_for_a_teammate_needs_one(rpc: Rpc) -> None:
    stub = stubs.ConversationsServiceStub(rpc.channel())
    tenantless = rpc.issuer().issue("conversations", None, _teammate())
    for metadata in (None, _as(rpc), (("authorization", f"Bearer {tenantless}"),)):
        for call in (stub.GetConversation, stub.SendMessage):
            with pytest.raises(FrontdeskError) as error:
                await call(pb.SendMessageRequest(), metadata=metadata)
            assert error.value.code == "unauthenticated"
    await stub.GetConversation(pb.GetConversationRequest(), metadata=_as(rpc, _teammate()))
    assert rpc.servicer.calls == ["GetConversation"]


async def test_a_permission_must_be_held(rpc: Rpc) -> None:
    stub = stubs.ConversationsServiceStub(rpc.channel())
    powerless = TeammateClaims(uuid4(), "admin", frozenset({"see_chatbot"}), 1)
    with pytest.raises(FrontdeskError) as error:
        await stub.SendMessage(pb.SendMessageRequest(), metadata=_as(rpc, powerless))
    assert (error.value.code, error.value.fields) == ("permission_denied", {"permission": "send_messages"})
    await stub.SendMessage(pb.SendMessageRequest(), metadata=_as(rpc, _teammate("salesperson")))
    assert rpc.servicer.calls == ["SendMessage"]


async def test_a_service_calls_in_its_own_name(rpc: Rpc) -> None:
    operator, gateway = (ledger_stubs.LedgerServiceStub(rpc.channel(name)) for name in ("operator", "gateway"))
    await operator.ListLedgerEntries(ledger_pb.ListLedgerEntriesRequest())
    with pytest.raises(FrontdeskError):
        await gateway.ListLedgerEntries(ledger_pb.ListLedgerEntriesRequest())
    assert rpc.servicer.calls == ["ListLedgerEntries"]


async def test_health_is_everybodys_question(rpc: Rpc) -> None:
    answer = await health_pb2_grpc.HealthStub(rpc.bare()).Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
