"""The real service beside tenants and the simulator, over real servers; each test makes a tenant of its own."""

from collections.abc import AsyncIterator

import pytest

from libs.bus.bus import Bus
from tests.services.delivery.graph import Graph, Number
from tests.services.delivery.shop import Shop
from tests.services.simulator.desk import Desk
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import Stack, running_stack

SERVICES = ("simulator", "tenants", "delivery")


@pytest.fixture(scope="session")
async def graph() -> AsyncIterator[Graph]:
    """Meta's side."""
    graph = Graph()
    await graph.start()
    yield graph
    await graph.stop()


@pytest.fixture(scope="session")
async def delivery(databases: Databases, redis: LocalServer, graph: Graph) -> AsyncIterator[Stack]:
    """The running services. A platform has two seconds to answer, so a claim lasts nine."""
    variables = {
        "FRONTDESK_DELIVERY_TIMEOUT": "6",
        "FRONTDESK_GRAPH_URL": graph.url,
        "FRONTDESK_INSTAGRAM_URL": f"{graph.url}/instagram",
        "FRONTDESK_META_APP_ID": "1",
        "FRONTDESK_META_APP_SECRET": "demo-meta-secret",
    }
    async with running_stack(databases, redis, SERVICES, variables, demo=False) as stack:
        yield stack


@pytest.fixture(scope="session")
async def bus(delivery: Stack) -> AsyncIterator[Bus]:
    """What conversations would publish on."""
    bus = Bus(delivery.nats.url, "test")
    assert await bus.connect(10)
    yield bus
    await bus.close()


@pytest.fixture(scope="session")
async def webhook() -> AsyncIterator[Desk]:
    """Takes the simulator's webhooks: events only make reply tokens here."""
    desk = Desk()
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def shop(delivery: Stack, bus: Bus, webhook: Desk) -> AsyncIterator[Shop]:
    """A tenant with one connected account, with the clock right again afterwards."""
    made = await Shop.open(delivery, delivery.database, bus, webhook.url)
    yield made
    await made.close()
    delivery.set_clock(0)


@pytest.fixture
async def other(delivery: Stack, bus: Bus, webhook: Desk) -> AsyncIterator[Shop]:
    """Another tenant."""
    made = await Shop.open(delivery, delivery.database, bus, webhook.url)
    yield made
    await made.close()


@pytest.fixture
async def number(shop: Shop, graph: Graph) -> Number:
    """A WhatsApp number of the shop."""
    made = Number(shop, graph)
    await made.connect()
    return made
