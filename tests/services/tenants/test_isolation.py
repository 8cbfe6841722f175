"""Row-level security, under the very login the service uses."""

import asyncpg
import pytest

from libs.db.repository import CrossTenantError
from services.tenants.repository.teammates import TeammateRepository
from tests.services.tenants.shop import Shop

pytestmark = pytest.mark.promise(5)
# Named one by one: a table that joins them must be argued for here.
SYSTEM_TABLES = {"alembic_version", "outbox", "throttles", "mails"}
# (table, column of the tenant's own id)
TENANT_TABLES = (
    "tenants",
    "teammates",
    "sessions",
    "one_time_tokens",
    "channel_accounts",
    "channel_credentials",
    "connections",
    "audit_entries",
)


async def _full(shop: Shop) -> None:
    """At least one row in every table of the tenant."""
    session = await shop.calls.sign_in(shop.admin.email)
    assert session
    await shop.connect()
    await shop.calls.stack.database.fetch(
        "INSERT INTO tenants.one_time_tokens VALUES ($1, gen_random_uuid(), $2, 'invitation', $3, now()) RETURNING 1",
        shop.id,
        shop.admin.id,
        bytes(32),
    )
    await shop.calls.stack.database.fetch(
        "INSERT INTO tenants.connections (tenant_id, id, teammate_id, session_id, channel, state_hash, browser_hash,"
        " state, expires_at)"
        " VALUES ($1, gen_random_uuid(), $2, gen_random_uuid(), 'facebook', $3, $3, 'waiting', now())",
        shop.id,
        shop.admin.id,
        bytes(32),
    )


async def test_every_table_has_its_policy_or_is_on_the_list(shop: Shop) -> None:
    rows = await shop.calls.stack.database.fetch(
        """SELECT c.relname, c.relrowsecurity, count(p.polname) AS policies FROM pg_class c
           LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polwithcheck IS NOT NULL AND p.polqual IS NOT NULL
           WHERE c.relnamespace = 'tenants'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY 1, 2"""
    )
    guarded = {row["relname"] for row in rows if row["relrowsecurity"] and row["policies"] == 1}
    assert guarded == set(TENANT_TABLES)
    assert {row["relname"] for row in rows} - guarded == SYSTEM_TABLES


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_rows_show_to_their_own_tenant_alone(shop: Shop, table: str) -> None:
    other = await shop.calls.shop()
    await _full(shop)
    await _full(other)
    connection = await asyncpg.connect(shop.calls.stack.database.url("tenants"))
    try:
        seen = {}
        for name, bound in (("none", None), ("empty", ""), ("nobody", "{}"), ("mine", f"{{{shop.id}}}")):
            async with connection.transaction():
                if bound is not None:
                    await connection.execute("SELECT set_config('app.tenants', $1, true)", bound)
                rows = await connection.fetch(f"SELECT tenant_id FROM tenants.{table}")
                seen[name] = {row["tenant_id"] for row in rows}
    finally:
        await connection.close()
    assert seen == {"none": set(), "empty": set(), "nobody": set(), "mine": {shop.id}}


@pytest.mark.parametrize("table", [name for name in TENANT_TABLES if name not in ("audit_entries", "tenants")])
async def test_rows_of_another_tenant_are_neither_changed_nor_written(shop: Shop, table: str) -> None:
    other = await shop.calls.shop()
    await _full(shop)
    await _full(other)
    connection = await asyncpg.connect(shop.calls.stack.database.url("tenants"))
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.tenants', $1, true)", f"{{{shop.id}}}")
            for statement in (f"UPDATE tenants.{table} SET tenant_id = $1", f"DELETE FROM tenants.{table}"):
                touched = await connection.execute(f"{statement} WHERE tenant_id = $1", other.id)
                assert touched.endswith(" 0")
            # Giving a row away is writing a row of another tenant.
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await connection.execute(f"UPDATE tenants.{table} SET tenant_id = $1", other.id)
    finally:
        await connection.close()


async def test_a_child_cannot_hang_on_another_tenants_parent(shop: Shop) -> None:
    other = await shop.calls.shop()
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await shop.calls.stack.database.fetch(
            "INSERT INTO tenants.one_time_tokens VALUES ($1, gen_random_uuid(), $2, 'invitation', $3, now())",
            other.id,
            shop.admin.id,
            bytes(32),
        )


async def test_a_repository_works_for_a_tenant_of_its_transaction_only(shop: Shop) -> None:
    other = await shop.calls.shop()
    async with shop.calls.stack.database.open("tenants").unit([shop.id]) as unit:
        with pytest.raises(CrossTenantError):
            TeammateRepository(unit, other.id)


async def test_lookups_before_a_tenant_is_known_answer_one_exact_key_each(shop: Shop) -> None:
    """What runs with the owner's rights: named here, so that another one is argued for."""
    rows = await shop.calls.stack.database.fetch(
        """SELECT p.proname, p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE') AS public FROM pg_proc p
           WHERE p.pronamespace = 'tenants'::regnamespace AND p.prosecdef"""
    )
    assert {row["proname"] for row in rows} == {
        "tenant_of_slug",
        "login_of",
        "tenant_of_account",
        "tenants_of_providers",
        "credentials_not_under",
        "sweep",
    }
    for row in rows:
        assert row["proconfig"] == ["search_path=tenants, pg_temp"]
        assert not row["public"]
