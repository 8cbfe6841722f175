"""A bus on a real NATS that syncs every write, and a database with the tables the bus needs."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from libs.bus.bus import Bus
from libs.bus.settings import BusSettings
from libs.bus.streams import DEAD_LETTERS, EVENTS, INBOUND_BULK, INBOUND_LIVE
from libs.db.database import Database, async_url
from libs.db.migration import create_leases, create_outbox, create_spool
from libs.db.roles import ensure_roles, owner_role
from tests.support.databases import TestDatabase
from tests.support.servers import LocalServer, ServerFolder

SERVICE = "bustest"


@pytest.fixture(scope="module")
async def broker() -> AsyncIterator[LocalServer]:
    """A NATS of the module's own, durable as in production, which tests may kill and start again."""
    folder = ServerFolder(synced=True)
    yield await folder.nats()
    await folder.close()


@pytest.fixture
async def bus(broker: LocalServer) -> AsyncIterator[Bus]:
    """Connected, with empty streams."""
    bus = Bus(broker.url, "test", BusSettings())
    assert await bus.connect(10)
    for stream in (INBOUND_LIVE, INBOUND_BULK, EVENTS, DEAD_LETTERS):
        await bus.jetstream.purge_stream(stream)
    yield bus
    await bus.close()


@pytest.fixture(scope="session")
async def bus_database(postgres: LocalServer) -> TestDatabase:
    """A database with one schema that has an outbox, a spool and leases."""
    connection = await asyncpg.connect(postgres.url)
    await connection.execute("CREATE DATABASE bus TEMPLATE template0")
    await connection.close()
    url = postgres.url.rpartition("/")[0] + "/bus"
    await ensure_roles(url, {SERVICE: "test"})
    engine = create_async_engine(async_url(url))
    async with engine.begin() as migration:
        await migration.run_sync(_create_tables)
    await engine.dispose()
    return TestDatabase(url)


@pytest.fixture
async def database(bus_database: TestDatabase) -> AsyncIterator[Database]:
    """The service's way in, its tables empty."""
    await bus_database.fetch(f"TRUNCATE {SERVICE}.outbox, {SERVICE}.spool, {SERVICE}.leases")
    database = Database(bus_database.url(SERVICE), SERVICE)
    yield database
    await database.close()


def _create_tables(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL ROLE {owner_role(SERVICE)}")
    connection.exec_driver_sql(f"SET LOCAL search_path = {SERVICE}")
    with Operations.context(MigrationContext.configure(connection)):
        create_outbox()
        create_spool()
        create_leases()
