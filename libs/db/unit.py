"""A unit of work: one transaction, bound to the tenants it may touch."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Executable, RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_NAMED = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")

Params = Mapping[str, Any]
AfterCommit = Callable[[], None] | Callable[[], Awaitable[None]]


@lru_cache(maxsize=2048)
def _compiled(sql: str) -> TextClause:
    return text(sql)


@lru_cache(maxsize=2048)
def positional(sql: str) -> tuple[str, tuple[str, ...]]:
    """The same text with the driver's $1 parameters, and their names in that order."""
    names = tuple(dict.fromkeys(_NAMED.findall(sql)))
    return _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", sql), names


class Unit:
    """What a use case works with inside one transaction. Made by Database.unit, never by hand.

    SQL text takes :named parameters; write CAST(:ids AS uuid[]) where a cast is needed, for "::" after a name
    would cut the name short.
    """

    def __init__(self, connection: AsyncConnection, driver: Any, tenants: Sequence[UUID]) -> None:
        self.connection = connection
        self.driver = driver
        self.tenants = tuple(tenants)
        self._after_commit: list[AfterCommit] = []

    async def execute(
        self, sql: str | Executable, params: Params | Sequence[Params] | None = None
    ) -> CursorResult[Any]:
        """Runs one statement; several parameter sets run it for each."""
        statement = _compiled(sql) if isinstance(sql, str) else sql
        return await self.connection.execute(statement, params)

    async def rows(self, sql: str | Executable, params: Params | None = None) -> list[RowMapping]:
        """All rows of a query, as mappings by column name."""
        return list((await self.execute(sql, params)).mappings())

    async def one_or_none(self, sql: str | Executable, params: Params | None = None) -> RowMapping | None:
        """The first row of a query, or None."""
        return (await self.execute(sql, params)).mappings().first()

    async def scalar(self, sql: str | Executable, params: Params | None = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.execute(sql, params)).scalar()

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """A query straight on the driver, with $1 parameters, in the same transaction: for paths taken per message."""
        return list(await self.driver.fetch(sql, *args))

    async def fetch_named(self, sql: str, params: Params) -> list[Any]:
        """As fetch, with :named parameters."""
        text_, names = positional(sql)
        return await self.fetch(text_, *(params[name] for name in names))

    def after_commit(self, callback: AfterCommit) -> None:
        """Calls back once the transaction is durable; never when it was rolled back."""
        self._after_commit.append(callback)

    async def committed(self) -> None:
        """Runs what after_commit collected. Called by Database.unit."""
        for callback in self._after_commit:
            pending = callback()
            if pending is not None:
                await pending
