"""`frontdesk reencrypt`: a new key first, then everything under it, then the old key may go."""

import base64

import pytest

from cli.demo_accounts import LINE_ACCOUNT, LINE_CREDENTIALS, demo_accounts
from cli.reencrypt import reencrypt
from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.rpc.errors import FrontdeskError
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import Stack, running_stack

_OLD, _NEW = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))


async def _credentials(stack: Stack) -> dict[str, str]:
    async with stack.channel("tenants", "delivery") as channel:
        accounts = tenants_pb2_grpc.ChannelAccountsServiceStub(channel)
        answer = await accounts.GetChannelCredentials(pb.GetChannelCredentialsRequest(account_id=LINE_ACCOUNT))
        return dict(answer.credentials)


async def _with_ring(stack: Stack, ring: str) -> None:
    await stack.stop("tenants")
    stack.set_variable("FRONTDESK_CREDENTIAL_KEYS", ring)
    await stack.start(["tenants"])


async def test_a_credential_key_is_replaced(databases: Databases, redis: LocalServer) -> None:
    variables = {"FRONTDESK_CREDENTIAL_KEYS": _OLD}
    async with running_stack(databases, redis, ["tenants", "simulator"], variables) as stack:
        await _with_ring(stack, f"{_NEW},{_OLD}")
        assert await reencrypt(stack.runtime("operator")) == len(demo_accounts())
        assert await reencrypt(stack.runtime("operator")) == 0
        await _with_ring(stack, _NEW)
        assert await _credentials(stack) == LINE_CREDENTIALS


async def test_a_key_still_in_use_is_missed(databases: Databases, redis: LocalServer) -> None:
    variables = {"FRONTDESK_CREDENTIAL_KEYS": _OLD}
    async with running_stack(databases, redis, ["tenants", "simulator"], variables) as stack:
        await _with_ring(stack, _NEW)
        with pytest.raises(FrontdeskError):
            await reencrypt(stack.runtime("operator"))
