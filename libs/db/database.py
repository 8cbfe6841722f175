"""The way to PostgreSQL: one engine per service, and units of work bound to tenants."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from libs.db.unit import Unit

_BIND = "SELECT set_config('app.tenants', $1, true)"


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
            # Errors are logged with their statement; its values are people's, or secret.
            hide_parameters=True,
            connect_args={
                "timeout": 5,
                "command_timeout": 30,
                "server_settings": {"application_name": f"frontdesk-{service}", "search_path": service},
            },
        )

    @asynccontextmanager
    async def unit(self, tenants: Iterable[UUID]) -> AsyncIterator[Unit]:
        """One transaction that sees and writes rows of these tenants alone; commits on leaving, rolls back on error."""
        bound = sorted(set(tenants))
        async with self._connection() as connection, connection.begin():
            unit = Unit(connection, bound)
            await self._open(unit)
            yield unit
        await unit.committed()

    @asynccontextmanager
    async def system_unit(self) -> AsyncIterator[Unit]:
        """One transaction with no tenant bound: only the system tables, which have no policy, show rows."""
        async with self.unit(()) as unit:
            yield unit

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self.system_unit() as unit:
            await unit.fetch("SELECT 1")

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            # A server that was restarted leaves dead connections in the pool; the driver knows without asking.
            raw: Any = (await connection.get_raw_connection()).driver_connection
            if raw.is_closed():
                await connection.invalidate()
            yield connection

    async def _open(self, unit: Unit) -> None:
        # The dialect begins its transaction at the first statement it sees itself.
        tenants = "{" + ",".join(str(tenant) for tenant in unit.tenants) + "}"
        await unit.connection.exec_driver_sql(_BIND, (tenants,))
