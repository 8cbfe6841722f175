"""Errors cross services as what they are, and tell nobody what is not theirs."""

import asyncio
import inspect

import asyncpg
import grpc
import pytest

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as stubs
from libs.rpc import errors
from libs.rpc.client import channel
from libs.rpc.errors import FrontdeskError, NotFoundError, UnavailableError, from_status
from tests.libs.rpc.conftest import Rpc

_KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, FrontdeskError)]


class _SpecialError(NotFoundError):
    code = "special"
    http_status = 410


async def _call(rpc: Rpc, error: BaseException) -> FrontdeskError:
    """What a caller sees of an error that an RPC raises."""

    async def fail() -> None:
        raise error

    rpc.servicer.behaviour = fail
    with pytest.raises(FrontdeskError) as seen:
        await stubs.LedgerServiceStub(rpc.channel("operator")).ListLedgerEntries(pb.ListLedgerEntriesRequest())
    return seen.value


@pytest.mark.parametrize("kind", _KINDS)
async def test_every_error_arrives_as_it_was_raised(rpc: Rpc, kind: type[FrontdeskError]) -> None:
    seen = await _call(rpc, kind("找不到 \u20ac", field="名前", limit=3, list=[1, None]))
    assert isinstance(seen, kind) or seen.status == kind.status
    assert (seen.code, seen.http_status, seen.status) == (kind.code, kind.http_status, kind.status)
    assert (seen.message, seen.fields) == ("找不到 \u20ac", {"field": "名前", "limit": 3, "list": [1, None]})


async def test_a_services_own_error_keeps_its_code(rpc: Rpc) -> None:
    seen = await _call(rpc, _SpecialError("gone"))
    assert (type(seen), seen.code, seen.http_status) == (NotFoundError, "special", 410)


async def test_what_nobody_expected_tells_no_details(rpc: Rpc) -> None:
    seen = await _call(rpc, RuntimeError("password=hunter2"))
    assert (seen.code, seen.status) == ("internal", grpc.StatusCode.INTERNAL)
    assert "hunter2" not in seen.message


@pytest.mark.parametrize(
    "error",
    [
        ConnectionError("10.0.0.7"),
        TimeoutError(),
        asyncpg.DeadlockDetectedError("x"),
        asyncpg.CannotConnectNowError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_dependency_that_is_away_is_an_outage(rpc: Rpc, error: BaseException) -> None:
    seen = await _call(rpc, error)
    assert (type(seen), seen.code, seen.http_status) == (UnavailableError, "unavailable", 503)
    assert "10.0.0.7" not in seen.message


async def test_a_server_that_is_away_is_an_outage_without_its_address(rpc: Rpc) -> None:
    nowhere = channel("127.0.0.1:1", "conversations", rpc.issuer())
    with pytest.raises(UnavailableError) as error:
        await stubs.LedgerServiceStub(nowhere).ListLedgerEntries(pb.ListLedgerEntriesRequest(), timeout=1)
    assert "127.0.0.1" not in error.value.message
    await nowhere.close(None)


async def test_an_answer_that_does_not_come_is_an_outage(rpc: Rpc) -> None:
    rpc.servicer.behaviour = asyncio.Event().wait
    with pytest.raises(UnavailableError):
        await stubs.LedgerServiceStub(rpc.channel("operator")).ListLedgerEntries(
            pb.ListLedgerEntriesRequest(), timeout=0.2
        )


def test_what_comes_without_our_word_is_the_transports() -> None:
    for status in grpc.StatusCode:
        assert isinstance(from_status(status, None), UnavailableError)
