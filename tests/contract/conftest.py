"""The desk that contract tests knock at."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.contract.world import World, build
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import running_stack

_VARIABLES = {
    # Many requests in a short time are what these tests are.
    "FRONTDESK_RATE_LIMIT_ADDRESS": "1000000/minute",
    "FRONTDESK_RATE_LIMIT_SESSION": "1000000/minute",
    "FRONTDESK_RATE_LIMIT_TENANT": "1000000/minute",
    "FRONTDESK_PASSWORD_TIME_COST": "1",
    "FRONTDESK_PASSWORD_MEMORY_KIB": "64",
}


@pytest.fixture(scope="module")
async def world(databases: Databases, redis: LocalServer) -> AsyncIterator[World]:
    """Every service, the demo tenants, and one of everything."""
    async with (
        running_stack(databases, redis, variables=_VARIABLES) as stack,
        httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=30) as client,
    ):
        yield await build(stack, client)
