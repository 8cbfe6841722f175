"""Gateways over stand-ins; `stack`, of the tests' root, is the one with real services behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.services.gateway.alone import Alone
from tests.support.servers import LocalServer

MakeAlone = Callable[..., Awaitable[Alone]]


@pytest.fixture(scope="module")
async def alone(nats: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    """One gateway for the tests of a module; each test has tenants of its own."""
    made = Alone(tmp_path_factory.mktemp("gateway"), nats.url, {})
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def make_alone(nats: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MakeAlone]:
    """Gateways with settings of their own: `await make_alone(ring_events="10")`."""
    running: list[Alone] = []

    async def make(**variables: str) -> Alone:
        named = {f"FRONTDESK_{name.upper()}": value for name, value in variables.items()}
        made = Alone(tmp_path_factory.mktemp("gateway"), nats.url, named)
        await made.start()
        running.append(made)
        return made

    yield make
    for made in running:
        await made.stop()
