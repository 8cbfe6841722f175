"""The real service over real servers, asked by a platform and asking a tenants service of the tests' own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from libs.bus.bus import Bus
from tests.services.ingestion.platform import Platform
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import running_stack

# Small, so that tests reach them.
LIMITS = {
    "FRONTDESK_INGESTION_MAX_BODY": "600000",
    "FRONTDESK_INGESTION_REFUSED_BODY": "1000",
    "FRONTDESK_INGESTION_REFUSED_TOTAL": "20000",
    "FRONTDESK_INGESTION_UNVERIFIED_TOTAL": "2000000",
}


@asynccontextmanager
async def surroundings(databases: Databases, redis: LocalServer) -> AsyncIterator[Platform]:
    """A running service and what surrounds it."""
    async with running_stack(databases, redis, ["ingestion"], LIMITS, demo=False) as stack:
        bus = Bus(stack.nats.url, "test")
        assert await bus.connect(10)
        around = Platform(stack, bus)
        await around.open()
        yield around
        await around.close()
        await bus.close()


@pytest.fixture(scope="module")
async def platform(databases: Databases, redis: LocalServer) -> AsyncIterator[Platform]:
    """A running service for the tests of a module."""
    async with surroundings(databases, redis) as around:
        yield around
