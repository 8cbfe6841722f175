"""Fixtures every test may ask for: real servers, one set per worker, and databases cloned from a template."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.databases import Databases, TestDatabase
from tests.support.servers import LocalServer, ServerFolder
from tests.support.stack import Stack, running_stack

# How long an example takes tells of the machine, not of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
async def server_folder() -> AsyncIterator[ServerFolder]:
    """Where this worker's servers live."""
    folder = ServerFolder()
    yield folder
    await folder.close()


@pytest.fixture(scope="session")
async def postgres(server_folder: ServerFolder) -> LocalServer:
    """This worker's PostgreSQL. Do not kill it: a fault test starts its own in a ServerFolder."""
    return await server_folder.postgres()


@pytest.fixture(scope="session")
async def redis(server_folder: ServerFolder) -> LocalServer:
    """This worker's Redis."""
    return await server_folder.redis()


@pytest.fixture(scope="module")
async def nats() -> AsyncIterator[LocalServer]:
    """A NATS of the module's own, so that streams start empty."""
    folder = ServerFolder()
    yield await folder.nats()
    await folder.close()


@pytest.fixture(scope="session")
def databases(postgres: LocalServer) -> Databases:
    """Makes databases: `await databases.new(["tenants"])`."""
    return Databases(postgres.url)


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[TestDatabase]:
    """A fresh database with every service's tables."""
    made = await databases.new()
    yield made
    await databases.drop(made)


@pytest.fixture(scope="module")
async def module_database(databases: Databases) -> AsyncIterator[TestDatabase]:
    """The same, shared by the tests of a module."""
    made = await databases.new()
    yield made
    await databases.drop(made)


@pytest.fixture(scope="module")
async def stack(databases: Databases, redis: LocalServer) -> AsyncIterator[Stack]:
    """Every service in this event loop, with the demo tenants; shared by the tests of a module."""
    async with running_stack(databases, redis) as running:
        yield running


def pytest_addoption(parser: pytest.Parser) -> None:
    """--long is what `make chaos` adds."""
    parser.addoption("--long", action="store_true", help="run fault tests at full length")
