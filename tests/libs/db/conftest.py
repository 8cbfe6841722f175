"""A schema with one tenant table and one system table, under the logins every service has."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from libs.db.database import Database, async_url
from libs.db.migration import enable_tenant_rls
from libs.db.roles import ensure_roles, owner_role
from tests.support.databases import TestDatabase
from tests.support.servers import LocalServer

SERVICE = "dbtest"


@pytest.fixture(scope="session")
async def shelf(postgres: LocalServer) -> TestDatabase:
    """A database with a schema of its own."""
    connection = await asyncpg.connect(postgres.url)
    await connection.execute("CREATE DATABASE dbtest TEMPLATE template0")
    await connection.close()
    url = postgres.url.rpartition("/")[0] + "/dbtest"
    await ensure_roles(url, {SERVICE: "test"})
    engine = create_async_engine(async_url(url))
    async with engine.begin() as migration:
        await migration.run_sync(_create_tables)
    await engine.dispose()
    return TestDatabase(url)


@pytest.fixture
async def units(shelf: TestDatabase) -> AsyncIterator[Database]:
    """The service's way in, its tables empty."""
    await shelf.fetch(f"TRUNCATE {SERVICE}.notes, {SERVICE}.jobs")
    opened = Database(shelf.url(SERVICE), SERVICE, pool_size=2, max_overflow=2)
    yield opened
    await opened.close()


def _create_tables(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL ROLE {owner_role(SERVICE)}")
    connection.exec_driver_sql(f"SET LOCAL search_path = {SERVICE}")
    connection.exec_driver_sql(
        "CREATE TABLE notes (tenant_id uuid NOT NULL, id uuid NOT NULL, text text NOT NULL CHECK (text <> 'bad'),"
        " PRIMARY KEY (tenant_id, id))"
    )
    connection.exec_driver_sql("CREATE TABLE jobs (name text PRIMARY KEY)")
    with Operations.context(MigrationContext.configure(connection)):
        enable_tenant_rls("notes")
