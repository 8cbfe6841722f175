"""The way to PostgreSQL: one engine per service, and units of work bound to tenants."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from libs.db.errors import is_disconnect
from libs.db.unit import Unit

# The tenants are UUIDs, so they can stand in the text: one round trip begins the transaction and binds it.
_BEGIN = "BEGIN;{setting} SELECT set_config('app.tenants', '{{{tenants}}}', true)"
_NOT_DURABLE = " SET LOCAL synchronous_commit = off;"

# As many as a pool may hold, and one that is new.
_DEAD_IN_A_ROW = 21


class RolledBackError(RuntimeError):
    """A unit was left in good order though nothing of it could be committed: a mistake in the code."""


def async_url(url: str) -> str:
    """The same address, spelt for SQLAlchemy's asyncpg driver."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


class Database:
    """Connections of one service's login role, which cannot bypass row-level security."""

    def __init__(self, url: str, service: str, pool_size: int = 10, max_overflow: int = 10) -> None:
        self.service = service
        self.engine: AsyncEngine = create_async_engine(
            async_url(url),
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=5,
            # Transactions are begun and ended here, each with one round trip on the driver.
            isolation_level="AUTOCOMMIT",
            # Errors are logged with their statement; its values are people's, or secret.
            hide_parameters=True,
            connect_args={
                "timeout": 5,
                "command_timeout": 30,
                "server_settings": {"application_name": f"frontdesk-{service}", "search_path": service},
            },
        )

    @asynccontextmanager
    async def unit(self, tenants: Iterable[UUID], durable: bool = True) -> AsyncIterator[Unit]:
        """One transaction that sees and writes rows of these tenants alone; commits on leaving, rolls back on error.

        durable: whether leaving waits until the disk has it. False is for work that is found and done again after the
        server died: all of it is lost then, or nothing.
        """
        async with self.engine.connect() as connection:
            driver = await _driver(connection)
            unit = Unit(connection, driver, sorted(set(tenants)))
            async with _transaction(unit, durable):
                yield unit
        await unit.committed()

    @asynccontextmanager
    async def system_unit(self, durable: bool = True) -> AsyncIterator[Unit]:
        """One transaction with no tenant bound: only the system tables, which have no policy, show rows."""
        async with self.unit((), durable) as unit:
            yield unit

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()


async def _driver(connection: AsyncConnection) -> Any:
    """The driver's own connection."""
    return (await connection.get_raw_connection()).driver_connection


@asynccontextmanager
async def _transaction(unit: Unit, durable: bool) -> AsyncIterator[None]:
    try:
        await _begin(unit, durable)
        yield
        # A transaction in which a statement failed answers COMMIT by rolling back.
        if await unit.driver.execute("COMMIT") != "COMMIT":
            raise RolledBackError("a statement of this unit failed, and its error was swallowed")
    except BaseException as error:
        await _undo(unit, error)
        raise


async def _begin(unit: Unit, durable: bool) -> None:
    setting = "" if durable else _NOT_DURABLE
    statement = _BEGIN.format(setting=setting, tenants=",".join(map(UUID.__str__, unit.tenants)))
    for left in reversed(range(_DEAD_IN_A_ROW)):
        try:
            await unit.driver.execute(statement)
            return
        except Exception as error:
            if not is_disconnect(error) or not left:
                raise
        # A server that was restarted leaves dead connections in the pool; nothing was done on this one yet.
        await unit.connection.invalidate()
        unit.driver = await _driver(unit.connection)


async def _undo(unit: Unit, error: BaseException) -> None:
    """Rolls back; a connection that cannot, or whose end nobody knows, is not used again."""
    # A statement that was cancelled leaves the driver waiting for a server that may never answer.
    lost = not isinstance(error, Exception) or is_disconnect(error) or not unit.driver.is_in_transaction()
    if not lost:
        with suppress(Exception):
            await unit.driver.execute("ROLLBACK")
            return
    # Now, and without a word to the server, which SQLAlchemy would wait for.
    unit.driver.terminate()
    await unit.connection.invalidate()
