"""The real service over real servers, one for all these tests; each test makes a tenant of its own."""

from collections.abc import AsyncIterator

import pytest

from libs.bus.bus import Bus
from tests.services.conversations.shop import Shop
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import Stack, running_stack


@pytest.fixture(scope="session")
async def conversations(databases: Databases, redis: LocalServer) -> AsyncIterator[Stack]:
    """The running service."""
    async with running_stack(databases, redis, ["conversations"], demo=False) as stack:
        yield stack


@pytest.fixture(scope="session")
async def bus(conversations: Stack) -> AsyncIterator[Bus]:
    """What ingestion and delivery would publish on."""
    bus = Bus(conversations.nats.url, "test")
    assert await bus.connect(10)
    yield bus
    await bus.close()


@pytest.fixture
async def shop(conversations: Stack, bus: Bus) -> AsyncIterator[Shop]:
    """A tenant, with the clock right again afterwards."""
    made = Shop(conversations, bus)
    await made.listen()
    yield made
    conversations.set_clock(0)
