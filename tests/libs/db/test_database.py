"""Units of work: one transaction each, bound to the tenants it may touch."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from libs.db.database import Database, RolledBackError
from libs.db.errors import is_disconnect, is_transient
from libs.db.repository import CrossTenantError, Repository
from libs.db.unit import Unit
from tests.support.databases import TestDatabase

_MINE, _THEIRS = uuid4(), uuid4()


async def write(unit: Unit, tenant_id: UUID, text: str = "note") -> None:
    """Adds a note."""
    params = {"tenant": tenant_id, "id": uuid4(), "text": text}
    await unit.execute("INSERT INTO notes (tenant_id, id, text) VALUES (:tenant, :id, :text)", params)


async def fails(units: Database, *statements: str, error: Exception | None = None) -> None:
    """A unit that writes a note, runs the statements, and raises the error."""
    async with units.unit([_MINE]) as unit:
        await write(unit, _MINE)
        for statement in statements:
            await unit.driver.execute(statement)
        if error is not None:
            raise error


async def seen(units: Database, tenants: Sequence[UUID]) -> list[UUID]:
    """Whose notes a unit bound to these tenants sees."""
    async with units.unit(tenants) as unit:
        return [row["tenant_id"] for row in await unit.rows("SELECT tenant_id FROM notes ORDER BY text")]


async def test_what_a_unit_did_is_there_when_it_is_left_and_gone_when_it_failed(units: Database) -> None:
    async with units.unit([_MINE]) as unit:
        await write(unit, _MINE)
    with pytest.raises(ValueError, match="on purpose"):
        await fails(units, error=ValueError("on purpose"))
    assert await seen(units, [_MINE]) == [_MINE]


async def test_a_unit_waits_for_the_disk_unless_it_was_told_not_to(units: Database) -> None:
    setting = "SELECT current_setting('synchronous_commit')"
    for durable, wanted in ((True, "on"), (False, "off"), (True, "on")):
        async with units.unit([_MINE], durable) as unit:
            assert await unit.scalar(setting) == wanted
            await write(unit, _MINE)
    assert len(await seen(units, [_MINE])) == 3


@pytest.mark.promise(5)
async def test_a_unit_sees_its_tenants_alone(units: Database) -> None:
    async with units.unit([_MINE, _THEIRS]) as unit:
        await write(unit, _MINE, "a")
        await write(unit, _THEIRS, "b")
    assert await seen(units, [_MINE]) == [_MINE]
    assert await seen(units, [_MINE, _THEIRS]) == [_MINE, _THEIRS]
    assert await seen(units, []) == []
    async with units.system_unit() as unit:
        assert await unit.rows("SELECT * FROM notes") == []
    with pytest.raises(DBAPIError, match="row-level security"):
        async with units.unit([_MINE]) as unit:
            await write(unit, _THEIRS)


@pytest.mark.promise(5)
async def test_a_binding_stays_in_its_transaction_however_connections_are_shared(units: Database) -> None:
    async with units.unit([_MINE, _THEIRS]) as unit:
        await write(unit, _MINE)
        await write(unit, _THEIRS)

    async def look(number: int) -> None:
        tenants: list[list[UUID]] = [[_MINE], [_THEIRS], [], [_MINE, _THEIRS]]
        wanted = tenants[number % 4]
        if number % 5 == 0:
            with contextlib.suppress(ValueError):
                async with units.unit([_THEIRS]) as unit:
                    await write(unit, _THEIRS)
                    raise ValueError
        assert sorted(await seen(units, wanted)) == sorted(wanted)

    await asyncio.gather(*(look(number) for number in range(60)))


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "forged",
    ["x", str(_THEIRS), "}', true); SELECT set_config('app.tenants', '{", None],
    ids=["text", "id as text", "statement", "none"],
)
async def test_only_ids_can_be_bound(units: Database, forged: object) -> None:
    with pytest.raises((AttributeError, TypeError)):
        await seen(units, [cast(UUID, forged)])


@pytest.mark.promise(5)
async def test_a_repository_works_for_a_tenant_of_its_unit_only(units: Database) -> None:
    async with units.unit([_MINE]) as unit:
        assert Repository(unit, _MINE).tenant_id == _MINE
        with pytest.raises(CrossTenantError):
            Repository(unit, _THEIRS)


async def test_callbacks_run_in_order_once_it_is_durable(units: Database) -> None:
    called: list[Any] = []

    async def later() -> None:
        called.append(await seen(units, [_MINE]))

    async with units.unit([_MINE]) as unit:
        await write(unit, _MINE)
        unit.after_commit(lambda: called.append("first"))
        unit.after_commit(later)
        assert called == []
    assert called == ["first", [_MINE]]
    with contextlib.suppress(ValueError):
        async with units.unit([_MINE]) as unit:
            unit.after_commit(lambda: called.append("never"))
            raise ValueError
    assert "never" not in called


@pytest.mark.promise(1)
async def test_an_error_that_was_swallowed_does_not_pass_for_a_commit(units: Database) -> None:
    called: list[str] = []

    async def swallow() -> None:
        async with units.unit([_MINE]) as unit:
            await write(unit, _MINE)
            unit.after_commit(lambda: called.append("committed"))
            with contextlib.suppress(DBAPIError):
                await write(unit, _MINE, "bad")

    with pytest.raises(RolledBackError):
        await swallow()
    assert called == []
    assert await seen(units, [_MINE]) == []


async def test_errors_do_not_tell_values(units: Database) -> None:
    with pytest.raises(DBAPIError) as error:
        async with units.unit([_MINE]) as unit:
            await unit.execute("SELECT CAST(:secret AS text) FROM nowhere", {"secret": "my-password"})
    assert "my-password" not in str(error.value)


async def test_both_ways_of_asking_share_the_transaction(units: Database) -> None:
    async with units.unit([_MINE]) as unit:
        await write(unit, _MINE, "a")
        assert len(await unit.fetch("SELECT 1 FROM notes WHERE text = $1", "a")) == 1
        assert await unit.scalar("SELECT count(*) FROM notes WHERE text = :text", {"text": "a"}) == 1
        assert await unit.one_or_none("SELECT 1 FROM notes WHERE text = :text", {"text": "b"}) is None


async def _backends(shelf: TestDatabase, what: str) -> list[Any]:
    return await shelf.fetch(
        f"SELECT {what} FROM pg_stat_activity WHERE application_name = 'frontdesk-dbtest' AND pid <> pg_backend_pid()"
    )


async def test_connections_the_server_closed_cost_nobody_an_error(units: Database, shelf: TestDatabase) -> None:
    await asyncio.gather(*(seen(units, [_MINE]) for _ in range(4)))
    assert len(await _backends(shelf, "pg_terminate_backend(pid)")) >= 1
    for _ in range(4):
        assert await seen(units, [_MINE]) == []


async def test_a_connection_that_is_cut_inside_a_unit_is_an_outage(units: Database) -> None:
    with pytest.raises(Exception) as error:  # noqa: PT011 - which one it is, is the driver's
        await fails(units, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_transient(error.value), error.value
    assert await seen(units, [_MINE]) == []


async def test_two_that_lock_each_other_may_try_again(units: Database) -> None:
    async with units.unit([_MINE]) as unit:
        await write(unit, _MINE, "a")
        await write(unit, _MINE, "b")
    ready = asyncio.Barrier(2)

    async def cross(first: str, second: str) -> None:
        async with units.unit([_MINE]) as unit:
            await unit.execute("UPDATE notes SET text = text WHERE text = :text", {"text": first})
            await ready.wait()
            await unit.execute("UPDATE notes SET text = text WHERE text = :text", {"text": second})

    results = await asyncio.gather(cross("a", "b"), cross("b", "a"), return_exceptions=True)
    (error,) = (result for result in results if isinstance(result, BaseException))
    assert is_transient(error)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_cancel_backend(pg_backend_pid())",
        "SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(1)",
    ],
)
async def test_what_was_cancelled_may_try_again(units: Database, statement: str) -> None:
    with pytest.raises(asyncpg.QueryCanceledError) as error:
        await fails(units, statement)
    assert is_transient(error.value)


@pytest.mark.parametrize("statement", ["SELECT 1 FROM nowhere", "SELECT 1/0", "INSERT INTO jobs VALUES (NULL)"])
async def test_what_is_wrong_stays_wrong(units: Database, statement: str) -> None:
    with pytest.raises(DBAPIError) as error:
        async with units.unit([_MINE]) as unit:
            await unit.execute(statement)
    assert not is_transient(error.value)


async def test_a_value_that_cannot_be_sent_is_nobodys_outage(units: Database) -> None:
    async def send(unit: Unit, straight: bool) -> None:
        half = "\ud83d"
        await (unit.fetch("SELECT $1::text", half) if straight else unit.execute("SELECT :t", {"t": half}))

    for straight in (True, False):
        async with units.unit([_MINE]) as unit:
            with pytest.raises(Exception) as error:  # noqa: PT011
                await send(unit, straight)
            assert not is_transient(error.value)
            assert not is_disconnect(error.value)


async def test_a_unit_that_is_cancelled_leaves_nothing_behind(units: Database) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(fails(units, "SELECT pg_sleep(60)"), 0.1)
    assert await seen(units, [_MINE]) == []
    assert units.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_unit_fails_as_an_outage_when_nobody_answers() -> None:
    away = Database("postgresql://nobody:x@127.0.0.1:1/none", "dbtest")
    with pytest.raises(Exception) as error:  # noqa: PT011
        async with away.system_unit():
            pass
    assert is_transient(error.value)
    await away.close()
