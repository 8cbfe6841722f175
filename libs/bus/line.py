"""A database connection kept by one worker that runs a short transaction after every commit of others: without the
checkout, the tenant binding and the layers that a Unit goes through, it takes a third of the time.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from libs.db.database import Database

# What a commit here loses when the server dies is done again: rows that were published are published once more, under
# the same ids. So nobody waits for the disk.
_BEGIN = "BEGIN; SET LOCAL synchronous_commit = off"


class LineTransaction:
    """Statements with $1 parameters in one transaction; no tenant is bound."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """Runs one statement and answers with its rows."""
        return list(await self._driver.fetch(sql, *args))

    async def restart(self) -> None:
        """Takes back everything done so far, locks included, and goes on in a new transaction."""
        await self._driver.execute(f"ROLLBACK; {_BEGIN}")


class Line:
    """Opened when first used, and anew after the connection broke. For one task at a time."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: AsyncConnection | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[LineTransaction]:
        """Commits on leaving. After any error the connection is dropped, and with it what was done."""
        driver = await self._driver()
        try:
            await driver.execute(_BEGIN)
            yield LineTransaction(driver)
            await driver.execute("COMMIT")
        except BaseException:
            await self._drop()
            raise

    async def close(self) -> None:
        """Gives the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _driver(self) -> Any:
        if self._connection is None:
            self._connection = await self._engine.connect()
        return (await self._connection.get_raw_connection()).driver_connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
