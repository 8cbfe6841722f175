"""Parts that many services share."""

import asyncio
from collections.abc import Awaitable, Callable

from libs.db.database import Database
from libs.observe.log import get_logger

_log = get_logger(__name__)


class DatabasePart:
    """Closes the pool at the end and tells whether the database answers with the schema the code needs."""

    name = "database"

    def __init__(self, database: Database, revision: str | None) -> None:
        self._database = database
        self._revision = revision

    async def start(self) -> None:
        """Connections open when first needed."""

    async def stop(self) -> None:
        """Closes the pool."""
        await self._database.close()

    async def problem(self) -> str | None:
        """Unreachable, or older than this code's migrations."""
        try:
            async with self._database.system_unit() as unit:
                stored = await unit.scalar("SELECT version_num FROM alembic_version")
        except Exception as error:
            return f"unreachable ({type(error).__name__})"
        if self._revision is not None and (stored is None or stored < self._revision):
            return f"schema is at {stored}, this version needs {self._revision}: run `frontdesk migrate`"
        return None


class LoopPart:
    """Runs work() again and again until stopped; a failure is logged and tried again after a pause."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]], pause_seconds: float = 1.0) -> None:
        self.name = name
        self._work = work
        self._pause = pause_seconds
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._problem: str | None = None

    async def start(self) -> None:
        """Begins the loop in the background."""
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """Cancels the loop and waits for its end."""
        self._stopping.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def problem(self) -> str | None:
        """The last failure, until work succeeds again."""
        return self._problem

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._work()
                self._problem = None
            except Exception as error:
                self._problem = f"{type(error).__name__}: {error}"
                _log.exception("loop failed", loop=self.name)
            await asyncio.sleep(self._pause)
