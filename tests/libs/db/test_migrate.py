"""Schemas, roles and migrations."""

import asyncio

import pytest

from libs.app.parts import DatabasePart
from libs.db.database import Database
from libs.db.migrate import head_revision, migrate, services_with_tables
from libs.db.roles import ensure_roles
from tests.support.databases import Databases, TestDatabase

_ALL = (
    "SELECT n.nspname || '.' || c.relname AS name, c.relkind, c.relacl::text AS rights FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1) ORDER BY 1"
)


async def _catalog(database: TestDatabase) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await database.fetch(_ALL, services_with_tables())]


@pytest.mark.promise(9)
async def test_repeating_roles_and_migrations_changes_nothing(database: TestDatabase) -> None:
    before = await _catalog(database)
    assert before
    await ensure_roles(database.admin_url, dict.fromkeys(services_with_tables(), "test"))
    for service in services_with_tables():
        await migrate(service, database.admin_url)
    assert await _catalog(database) == before


@pytest.mark.promise(9)
async def test_replicas_may_migrate_at_once(databases: Databases, database: TestDatabase) -> None:
    fresh = await databases.new(["tenants"])
    try:
        await ensure_roles(fresh.admin_url, {"conversations": "test"})
        await asyncio.gather(*(migrate("conversations", fresh.admin_url) for _ in range(3)))
        names = {row[0] for row in await _catalog(fresh)}
        assert names >= {row[0] for row in await _catalog(database) if str(row[0]).startswith("conversations.")}
    finally:
        await databases.drop(fresh)


@pytest.mark.promise(9)
async def test_a_migration_does_not_queue_the_service_behind_itself(database: TestDatabase) -> None:
    settings = await database.fetch("SHOW lock_timeout")
    assert settings[0]["lock_timeout"] == "0", "so it is the migration that sets it"
    for service in services_with_tables():
        rows = await database.fetch(f"SELECT version_num FROM {service}.alembic_version")
        assert [row["version_num"] for row in rows] == [head_revision(service)]


async def test_a_service_says_when_its_tables_are_older_than_its_code(database: TestDatabase) -> None:
    part = DatabasePart(database.open("tenants"), head_revision("tenants"))
    assert await part.problem() is None
    newer = DatabasePart(database.open("tenants"), "9999")
    assert "frontdesk migrate" in str(await newer.problem())
    away = DatabasePart(Database("postgresql://nobody:secret@127.0.0.1:1/none", "tenants"), None)
    problem = str(await away.problem())
    assert problem.startswith("unreachable")
    assert "secret" not in problem
