"""Every RPC of the protos, called by those who may not: whatever is added is tried, too."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest

from cli.run.services import IDENTITIES
from libs.auth.identity import Identity
from libs.auth.permissions import ALL, ROLE_PERMISSIONS, permission_name
from libs.auth.tokens import TeammateClaims, TokenIssuer
from libs.clock.clock import FixedClock
from libs.rpc.client import Metadata, on_behalf
from tests.contract.examples import message
from tests.contract.protos import Method, methods
from tests.contract.world import PEOPLE, STRANGER, World


def _named(chosen: Iterable[Method]) -> list[Any]:
    return [pytest.param(method, id=f"{method.service}.{method.path.rpartition('.')[2]}") for method in chosen]


_METHODS = _named(methods())
_FOR_TEAMMATES = [method for method in methods() if method.needs_teammate]
_OF_CONVERSATIONS = [method for method in _FOR_TEAMMATES if "conversation_id" in method.fields]
Status = grpc.StatusCode

pytestmark = pytest.mark.promise(5)


async def call(world: World, method: Method, metadata: Metadata, **more: str) -> tuple[grpc.StatusCode, str]:
    """The status and the answer as text, for a request full of the demo tenant's real ids."""
    address = world.stack.runtime("gateway").address(method.service)
    ids = world.ids | {"tenant_id": str(world.tenant_id)} | more
    async with grpc.aio.insecure_channel(address) as channel:
        rpc = channel.unary_unary(
            method.path,
            request_serializer=method.request.SerializeToString,
            response_deserializer=method.response.FromString,
        )
        try:
            return Status.OK, str(await rpc(message(method.request, ids), metadata=metadata, timeout=20))
        except grpc.aio.AioRpcError as error:
            return error.code(), error.details() or ""


def claims(world: World, email: str, permissions: frozenset[str]) -> TeammateClaims:
    """Somebody with exactly these permissions."""
    teammate = world.sessions[email]["teammate"]
    return TeammateClaims(UUID(teammate["id"]), teammate["role"], permissions, teammate["version"])


def bearer(token: str) -> Metadata:
    return (("authorization", f"Bearer {token}"),)


@pytest.mark.parametrize("method", _METHODS)
def test_it_says_who_may_call(method: Method) -> None:
    assert method.access.callers
    assert set(method.access.callers) <= set(IDENTITIES)


def test_everything_the_gateway_may_call_has_an_address_in_the_api() -> None:
    """Or is asked by the gateway itself."""
    paths = json.loads((Path(__file__).parents[2] / "console" / "openapi.json").read_text())["paths"]
    reached = {f"/{operation.get('x-rpc')}" for item in paths.values() for operation in item.values()}
    own = {
        "/frontdesk.tenants.v1.SessionsService/GetPrincipal",
        "/frontdesk.delivery.v1.DeliveryService/ListAccountQueues",
        "/frontdesk.delivery.v1.DeliveryService/GetQuota",
        "/frontdesk.delivery.v1.DeliveryService/RenderTemplate",
        "/frontdesk.ingestion.v1.AccountLedgerService/ListAccountHealth",
    }
    assert {method.path for method in methods() if "gateway" in method.access.callers} - own <= reached


@pytest.mark.parametrize("method", _METHODS)
async def test_without_proof_of_identity(world: World, method: Method) -> None:
    caller = method.access.callers[0]
    elsewhere = "delivery" if method.service != "delivery" else "tenants"
    long_ago = FixedClock(datetime.now(UTC) - timedelta(minutes=2))
    attempts: dict[str, Metadata] = {
        "no token": (),
        "no bearer": (("authorization", world.stack.issuer(caller).issue(method.service)),),
        "garbage": bearer("a.b.c"),
        "wrong audience": bearer(world.stack.issuer(caller).issue(elsewhere)),
        "a browser's token": bearer(world.sessions[PEOPLE["admin"]]["access_token"]),
        "forged": bearer(TokenIssuer(Identity.generate(caller), FixedClock(datetime.now(UTC))).issue(method.service)),
        "unknown": bearer(
            TokenIssuer(Identity.generate("nobody"), FixedClock(datetime.now(UTC))).issue(method.service)
        ),
        "expired": bearer(TokenIssuer(world.stack.runtime(caller).identity(caller), long_ago).issue(method.service)),
    }
    async with world.unchanged():
        for name, metadata in attempts.items():
            status, details = await call(world, method, metadata)
            assert status is Status.UNAUTHENTICATED, f"{name}: {status} {details}"


@pytest.mark.parametrize("method", _METHODS)
async def test_by_a_service_it_does_not_name(world: World, method: Method) -> None:
    admin = claims(world, PEOPLE["admin"], ALL)
    async with world.unchanged():
        for identity in set(IDENTITIES) - set(method.access.callers):
            issuer = world.stack.issuer(identity)
            for teammate in (None, admin):
                metadata = on_behalf(issuer, method.service, world.tenant_id, teammate)
                status, details = await call(world, method, metadata)
                assert status is Status.PERMISSION_DENIED, f"{identity}: {status} {details}"


@pytest.mark.parametrize("method", _METHODS)
async def test_without_a_teammate_or_the_permission(world: World, method: Method) -> None:
    issuer = world.stack.issuer(method.access.callers[0])
    async with world.unchanged():
        if method.needs_teammate:
            for metadata in (bearer(issuer.issue(method.service)), on_behalf(issuer, method.service, world.tenant_id)):
                status, details = await call(world, method, metadata)
                assert status is Status.UNAUTHENTICATED, details
        if method.access.permission:
            lacking = ALL - {permission_name(method.access.permission)}
            teammate = claims(world, PEOPLE["admin"], lacking)
            status, details = await call(world, method, on_behalf(issuer, method.service, world.tenant_id, teammate))
            assert status is Status.PERMISSION_DENIED, details


@pytest.mark.parametrize("method", _named(_FOR_TEAMMATES))
async def test_for_another_tenant_with_real_ids(world: World, method: Method) -> None:
    issuer = world.stack.issuer(method.access.callers[0])
    other = UUID(world.sessions[STRANGER]["tenant"]["id"])
    async with world.unchanged():
        metadata = on_behalf(issuer, method.service, other, claims(world, STRANGER, ALL))
        status, answered = await call(world, method, metadata)
    if method.fields & world.ids.keys():
        # To end what is not there is done already.
        assert status is Status.NOT_FOUND or (status, answered) == (Status.OK, ""), answered
    assert status not in (Status.INTERNAL, Status.UNKNOWN)
    for value in (*world.ids.values(), str(world.tenant_id), "@demo.test"):
        assert value not in answered


@pytest.mark.parametrize("method", _named(_OF_CONVERSATIONS))
async def test_for_a_colleague_who_may_not_see_the_conversation(world: World, method: Method) -> None:
    issuer = world.stack.issuer(method.access.callers[0])
    async with world.unchanged():
        for role in ("salesperson", "sales_manager"):
            colleague = claims(world, PEOPLE[role], ROLE_PERMISSIONS[role])
            status, answered = await call(world, method, on_behalf(issuer, method.service, world.tenant_id, colleague))
            assert status is Status.NOT_FOUND, answered


async def test_a_session_is_only_its_own_tenants(world: World) -> None:
    asked = next(method for method in methods() if method.path.endswith("/GetPrincipal"))
    metadata = bearer(world.stack.issuer("gateway").issue("tenants"))
    assert (await call(world, asked, metadata))[0] is Status.OK
    other = world.sessions[STRANGER]["tenant"]["id"]
    for tenant_id in (other, str(uuid4()), "", "x"):
        status, answered = await call(world, asked, metadata, tenant_id=tenant_id)
        assert status is Status.UNAUTHENTICATED, answered
