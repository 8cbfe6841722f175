"""Parts that many services share."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from libs.app.tasks import end
from libs.bus.bus import Bus, OnMessage
from libs.bus.consumer import Consumer, Handler
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import EVENTS
from libs.db.database import Database
from libs.observe.log import get_logger
from libs.observe.metrics import Counter

_log = get_logger(__name__)
# However seldom a loop's work is due, what failed is tried again after this.
_RETRY_SECONDS = 5.0
_failures = Counter("frontdesk_loop_failures_total", "Rounds of work in the background that failed.", ["loop"])


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
        await end(self._task)

    async def problem(self) -> str | None:
        """The last failure, until work succeeds again."""
        return self._problem

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._work()
                self._problem = None
                await asyncio.sleep(self._pause)
            except Exception as error:
                self._problem = f"{type(error).__name__}: {error}"
                _failures.labels(self.name).inc()
                _log.exception("loop failed", loop=self.name)
                await asyncio.sleep(min(self._pause, _RETRY_SECONDS))


class BusPart:
    """Connects the bus; while the broker is away the service runs, and readiness says so."""

    name = "bus"

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def start(self) -> None:
        """Connects, or goes on trying in the background."""
        await self._bus.connect()

    async def stop(self) -> None:
        """Sends what is buffered and closes."""
        await self._bus.close()

    async def problem(self) -> str | None:
        """Away, or its streams are not as declared."""
        return self._bus.problem() or None


class ClosingPart:
    """Something that is simply there, and has to be closed at the end."""

    def __init__(self, name: str, close: Callable[[], Awaitable[None]]) -> None:
        self.name = name
        self._close = close

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Closes it."""
        await self._close()

    async def problem(self) -> str | None:
        """None: it depends on nothing here."""
        return None


class Startable(Protocol):
    """Something that runs in the background and mends itself."""

    def start(self) -> None:
        """Begins."""
        ...

    async def stop(self) -> None:
        """Ends."""
        ...


class StartStopPart:
    """A relay, consumer or spool as a part. What it depends on has its own part, whose trouble is told there."""

    def __init__(self, name: str, inner: Startable) -> None:
        self.name = name
        self._inner = inner

    async def start(self) -> None:
        """Begins in the background."""
        self._inner.start()

    async def stop(self) -> None:
        """Ends what is under way."""
        await self._inner.stop()

    async def problem(self) -> str | None:
        """None: it mends itself."""
        return None


def facts_part(bus: Bus, service: str, name: str, subjects: tuple[str, ...], handler: Handler) -> StartStopPart:
    """Hands every fact with these subjects to the handler, at least once; what comes while nobody listens waits."""
    return StartStopPart(name, Consumer(bus, ConsumerSpec(f"{service}-{name}", EVENTS, subjects), handler))


class SubscriptionPart:
    """Listens to the facts of a subject as they pass, for as long as the service runs."""

    def __init__(self, name: str, bus: Bus, subject: str, handler: OnMessage) -> None:
        self.name = name
        self._bus = bus
        self._subject = subject
        self._handler = handler

    async def start(self) -> None:
        """Subscribes, now or once the broker is there."""
        await self._bus.subscribe(self._subject, self._handler)

    async def stop(self) -> None:
        """Ends with the bus."""

    async def problem(self) -> str | None:
        """None: it follows the bus."""
        return None
