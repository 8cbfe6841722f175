"""Tenants never meet in the database: every table of every service, as the catalog lists them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from libs.db.migrate import services_with_tables
from libs.db.roles import login_role, owner_role
from tests.support.databases import Databases, TestDatabase
from tests.tenancy.catalog import GLOBALLY_UNIQUE, SYSTEM_TABLES, Table, insertion, policies_of, tables_of

pytestmark = pytest.mark.promise(5)
_SERVICES = services_with_tables()
_POLICY = "(tenant_id = ANY ((NULLIF(current_setting('app.tenants'::text, true), ''::text))::uuid[]))"
_MINE, _THEIRS = uuid4(), uuid4()


@pytest.fixture(scope="module")
async def scratch(databases: Databases) -> AsyncIterator[TestDatabase]:
    """Every service's tables without checks, so that any row may lie in them."""
    database = await databases.new()
    checks = await database.fetch(
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS sql FROM pg_constraint c"
        " JOIN pg_namespace n ON n.oid = c.connamespace"
        " WHERE n.nspname = ANY ($1) AND contype = 'c' AND coninhcount = 0",
        _SERVICES,
    )
    for row in checks:
        await database.fetch(row["sql"])
    yield database
    await databases.drop(database)


@pytest.fixture
async def admin(scratch: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, for whom references are not checked."""
    connection = await asyncpg.connect(scratch.admin_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def leaks(scratch: TestDatabase, admin: asyncpg.Connection, table: Table) -> list[str]:
    """What the service's own login, bound to one tenant, can do with another tenant's row of this table. Tried inside
    transactions that leave nothing behind but that row."""
    await admin.execute(await insertion(admin, table.name, _THEIRS))
    stranger = await insertion(admin, table.name, _THEIRS)
    own = await insertion(admin, table.name, _MINE)
    login = await asyncpg.connect(scratch.url(table.service))
    try:
        found = [] if await _rows(login, table, str(_THEIRS)) else ["their own rows do not show"]
        found += ["shows with nobody bound"] if await _rows(login, table, None) else []
        found += ["shows with an empty binding"] if await _rows(login, table, "") else []
        found += ["shows to another tenant"] if await _rows(login, table, str(_MINE)) else []
        for what, sql in (
            ("updated", f"UPDATE {table.name} SET tenant_id = tenant_id WHERE tenant_id = '{_THEIRS}'"),
            ("deleted", f"DELETE FROM {table.name} WHERE tenant_id = '{_THEIRS}'"),
            ("inserted", stranger),
        ):
            found += [what] if await _succeeds(login, sql) else []
        given = f"UPDATE {table.name} SET tenant_id = '{_THEIRS}' WHERE tenant_id = '{_MINE}'"
        await admin.execute(own)
        found += ["given away"] if await _succeeds(login, given) else []
        return found
    finally:
        await login.close()
        await admin.execute(f"DELETE FROM {table.name}")


async def _rows(login: asyncpg.Connection, table: Table, bound: str | None) -> int:
    async with login.transaction():
        if bound is not None:
            await login.execute("SELECT set_config('app.tenants', $1, true)", f"{{{bound}}}" if bound else "")
        sql = f"SELECT count(*) FROM {table.name} WHERE tenant_id = $1"
        return int(await login.fetchval(sql, _THEIRS))


async def _succeeds(login: asyncpg.Connection, sql: str) -> bool:
    """Whether the statement touches a row, bound to the tenant that should not reach it."""
    transaction = login.transaction()
    await transaction.start()
    try:
        await login.execute("SELECT set_config('app.tenants', $1, true)", f"{{{_MINE}}}")
        return not (await login.execute(sql)).endswith(" 0")
    except (asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError) as error:
        return not isinstance(error, asyncpg.InsufficientPrivilegeError)
    finally:
        await transaction.rollback()


async def _tenant_tables(admin: asyncpg.Connection) -> list[Table]:
    return [
        table for table in await tables_of(admin, _SERVICES) if table.name not in SYSTEM_TABLES and not table.is_part
    ]


async def test_every_table_has_the_policy_or_is_on_the_short_list(admin: asyncpg.Connection) -> None:
    policies = await policies_of(admin, _SERVICES)
    for table in await tables_of(admin, _SERVICES):
        own = policies.get(table.name, [])
        if table.name in SYSTEM_TABLES:
            assert (table.guarded, own) == (False, []), table
        elif table.is_part:
            # Reached through its parent alone: the part itself shows nothing.
            assert (table.guarded, own) == (True, []), table
        else:
            assert table.guarded, table
            (policy,) = own
            assert (policy["cmd"], policy["permissive"], policy["roles"]) == ("ALL", "PERMISSIVE", ["public"])
            assert policy["qual"] == policy["with_check"] == _POLICY, table


async def test_the_short_list_names_nothing_that_is_gone(admin: asyncpg.Connection) -> None:
    names = {table.name for table in await tables_of(admin, _SERVICES)}
    assert names >= SYSTEM_TABLES


async def test_no_row_of_another_tenant_is_read_changed_or_written(
    scratch: TestDatabase, admin: asyncpg.Connection
) -> None:
    tables = await _tenant_tables(admin)
    assert {table.service for table in tables} == {"conversations", "delivery", "ingestion", "tenants"}
    assert {table.name: await leaks(scratch, admin, table) for table in tables} == {table.name: [] for table in tables}


async def test_a_table_that_loses_its_policy_is_noticed(scratch: TestDatabase, admin: asyncpg.Connection) -> None:
    for table in await _tenant_tables(admin):
        await admin.execute(f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY")
        try:
            found = await leaks(scratch, admin, table)
        finally:
            await admin.execute(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
        assert {"shows with nobody bound", "shows to another tenant", "inserted"} <= set(found), table.name


async def test_partitions_are_not_read_past_their_parent(scratch: TestDatabase, admin: asyncpg.Connection) -> None:
    parts = [table for table in await tables_of(admin, _SERVICES) if table.is_part]
    assert len(parts) >= 4
    for part in parts:
        await admin.execute(await insertion(admin, part.name.rpartition("_")[0], _MINE))
        login = await asyncpg.connect(scratch.url(part.service))
        try:
            async with login.transaction():
                await login.execute("SELECT set_config('app.tenants', $1, true)", f"{{{_MINE}}}")
                assert await login.fetchval(f"SELECT count(*) FROM {part.name}") == 0
        finally:
            await login.close()


async def test_keys_and_references_of_tenant_tables_name_the_tenant(admin: asyncpg.Connection) -> None:
    rows = await admin.fetch(
        "SELECT i.indrelid::regclass::text AS name, array_agg(a.attname ORDER BY a.attnum) AS columns FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])"
        " WHERE i.indisunique AND i.indrelid::regclass::text = ANY ($1) GROUP BY i.indexrelid, i.indrelid",
        [table.name for table in await _tenant_tables(admin)],
    )
    loose = {(row["name"], tuple(sorted(row["columns"]))) for row in rows if "tenant_id" not in row["columns"]}
    assert loose == GLOBALLY_UNIQUE
    references = await admin.fetch(
        "SELECT conrelid::regclass::text AS name, a.attname AS column FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = ANY ($1) AND contype = 'f'",
        _SERVICES,
    )
    assert references
    assert {row["column"] for row in references} == {"tenant_id"}


async def test_every_tenant_table_says_whose_each_row_is(admin: asyncpg.Connection) -> None:
    for table in await _tenant_tables(admin):
        kind: Any = await admin.fetchrow(
            "SELECT format_type(atttypid, NULL) AS type, attnotnull FROM pg_attribute"
            " WHERE attrelid = $1::regclass AND attname = 'tenant_id'",
            table.name,
        )
        assert (kind["type"], kind["attnotnull"]) == ("uuid", True), table.name


async def test_logins_own_nothing_and_bypass_nothing(admin: asyncpg.Connection) -> None:
    for table in await tables_of(admin, _SERVICES):
        assert table.owner == owner_role(table.service)
    for service in _SERVICES:
        role: Any = await admin.fetchrow("SELECT * FROM pg_roles WHERE rolname = $1", login_role(service))
        powers = [name for name in role if name in _POWERS and role[name]]
        assert powers == [], service
        memberships = "SELECT count(*) FROM pg_auth_members WHERE member = $1::regrole"
        assert await admin.fetchval(memberships, login_role(service)) == 0, service


_POWERS = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")


@pytest.mark.parametrize("service", _SERVICES)
async def test_a_service_enters_no_other_services_schema(scratch: TestDatabase, service: str) -> None:
    login = await asyncpg.connect(scratch.url(service))
    try:
        for other in _SERVICES:
            entered = await login.fetchval("SELECT has_schema_privilege($1, 'USAGE')", other)
            assert entered == (other == service)
            assert not await login.fetchval("SELECT has_schema_privilege($1, 'CREATE')", other)
    finally:
        await login.close()


async def test_what_runs_with_the_owners_rights_looks_nowhere_else_and_is_for_its_service(
    admin: asyncpg.Connection,
) -> None:
    rows = await admin.fetch(
        "SELECT n.nspname AS service, p.oid::regprocedure::text AS name, p.proconfig AS config,"
        " has_function_privilege('public', p.oid, 'EXECUTE') AS for_all FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY ($1) AND p.prosecdef",
        _SERVICES,
    )
    assert rows
    for row in rows:
        assert f"search_path={row['service']}, pg_temp" in row["config"], row["name"]
        assert not row["for_all"], row["name"]


async def test_a_reference_to_another_tenants_row_is_refused(databases: Databases) -> None:
    database = await databases.new(["conversations"])
    try:
        contact, insert = uuid4(), "INSERT INTO conversations.contacts (tenant_id, id, account_id, channel, kind, "
        await database.fetch(insert + "created_at) VALUES ($1, $2, 'a', 'line', 'person', now())", _MINE, contact)
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await database.fetch(
                "INSERT INTO conversations.conversations (tenant_id, id, contact_id, account_id, channel, contact_kind,"
                " status, handler, created_at) VALUES ($1, $2, $2, 'a', 'line', 'person', 'open', 'person', now())",
                _THEIRS,
                contact,
            )
    finally:
        await databases.drop(database)
