"""Publishes what the outbox holds: one relay a shard at a time, rows deleted once the broker has them."""

import asyncio
import json
import random
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from libs.app.crash import crash_point
from libs.bus import metrics
from libs.bus.bus import Bus
from libs.bus.errors import BusError, BusUnavailableError
from libs.bus.line import Line
from libs.bus.messages import Ack, Outcome, Outgoing
from libs.bus.outbox import SHARDS
from libs.bus.transient import is_transient
from libs.db.database import Database
from libs.observe.log import get_logger

log = get_logger(__name__)

# A row for each shard that could be locked, with its oldest facts. Deleting before publishing saves a round trip, and
# nothing is gone before the commit.
_TAKE = """
WITH locked AS MATERIALIZED (
    SELECT shard FROM unnest($2::int[]) AS shard WHERE pg_try_advisory_xact_lock($1, shard)
), taken AS (
    DELETE FROM outbox WHERE id IN (
        SELECT oldest.id FROM locked CROSS JOIN LATERAL (
            SELECT id FROM outbox WHERE outbox.shard = locked.shard ORDER BY id LIMIT $3) AS oldest)
    RETURNING id, shard, ordering_key, subject, payload, headers::text AS headers
)
SELECT locked.shard, taken.id, ordering_key, subject, payload, headers
FROM locked LEFT JOIN taken ON taken.shard = locked.shard ORDER BY taken.id"""
_DELETE = "DELETE FROM outbox WHERE id = ANY ($1::bigint[])"
_BACKLOG = "SELECT count(*) AS rows, extract(epoch FROM now() - min(created_at)) AS age FROM outbox"

_ALL = frozenset(range(SHARDS))
# Of each shard.
_MOST = 200
# Another relay holds the shard, maybe since before our rows were committed: look again soon.
_CONTENDED_PAUSE = 0.005
_AWAY_PAUSE = (0.1, 1.0)
_MEASURE_EVERY = 10.0


class OutboxRelay:
    """One per process of a service. Rows of a shard are published in order by whoever holds its advisory lock for the
    transaction; killed in between, the next relay publishes them again under the same message ids.

    poll: seconds between looks at the table when nothing in this process wakes the relay.
    """

    def __init__(self, database: Database, bus: Bus, poll: float = 0.25, timeout: float = 3.0) -> None:
        self._database = database
        self._bus = bus
        self._poll = poll
        self._timeout = timeout
        self._lock_space = zlib.crc32(f"outbox {database.service}".encode()) - 2**31
        self._line = Line(database)
        self._woken: set[int] = set()
        self._signal = asyncio.Event()
        self._stopping = False
        self._failures = 0
        self._refused: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self, shards: Iterable[int]) -> None:
        """Rows of these shards were committed."""
        self._woken.update(shards)
        self._signal.set()

    def start(self) -> None:
        """Begins to relay, in the background."""
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._measure())]

    async def stop(self) -> None:
        """Ends after the pass at hand; what is left is published by another relay, or the next start."""
        self._stopping = True
        self._signal.set()
        if self._tasks:
            self._tasks[1].cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._line.close()

    async def _run(self) -> None:
        while not self._stopping:
            shards = await self._next_shards()
            try:
                if problem := self._bus.connection.problem():
                    raise BusUnavailableError(problem)
                await self._pass(shards)
                self._failures = 0
            except Exception as error:
                await self._stumble(error)

    async def _next_shards(self) -> Sequence[int]:
        try:
            async with asyncio.timeout(self._poll):
                await self._signal.wait()
        except TimeoutError:
            return sorted(_ALL)
        self._signal.clear()
        shards, self._woken = self._woken, set()
        return sorted(shards)

    async def _stumble(self, error: Exception) -> None:
        if not is_transient(error):
            log.exception("the relay failed", service=self._database.service)
        elif self._failures == 0:
            log.warning("the outbox waits", service=self._database.service, error=repr(error))
        self._failures += 1
        shortest, longest = _AWAY_PAUSE
        await asyncio.sleep(min(longest, shortest * 2**self._failures) * random.uniform(0.5, 1.0))  # noqa: S311
        self.wake(_ALL)

    async def _pass(self, shards: Sequence[int]) -> None:
        """One transaction: lock, take, publish. Facts that are not acknowledged stay in the table."""
        async with self._line.transaction() as transaction:
            taken = await transaction.fetch(_TAKE, self._lock_space, shards, _MOST)
            rows = [row for row in taken if row["id"] is not None]
            outcomes = await self._publish(rows)
            done = finished(rows, outcomes)
            if done:
                crash_point("outbox.published")
            if len(done) < len(rows):
                # The rows come back; those that are published may go.
                await transaction.restart()
                await transaction.fetch(_DELETE, done)
        metrics.RELAYED.labels(self._database.service).inc(len(done))
        self._follow_up(shards, {row["shard"] for row in taken}, rows)
        self._complain(rows, outcomes)

    async def _publish(self, rows: Sequence[Any]) -> list[Outcome]:
        messages = [
            Outgoing(row["subject"], row["payload"], json.loads(row["headers"]), row["ordering_key"]) for row in rows
        ]
        return await self._bus.publish_many(messages, timeout=self._timeout)

    def _follow_up(self, shards: Sequence[int], locked: set[int], rows: Sequence[Any]) -> None:
        if len(rows) >= _MOST:
            self.wake(locked)
        if contended := set(shards) - locked:
            asyncio.get_running_loop().call_later(_CONTENDED_PAUSE, self.wake, contended)

    def _complain(self, rows: Sequence[Any], outcomes: Sequence[Outcome]) -> None:
        """BusUnavailableError when the broker did not answer. A fact it refuses for good stays, for a person to look
        at, and holds nothing up."""
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, BusUnavailableError):
                raise outcome
            if isinstance(outcome, BusError) and row["id"] not in self._refused:
                self._refused.add(row["id"])
                log.error("the broker refuses a fact", id=row["id"], subject=row["subject"], error=str(outcome))

    async def _measure(self) -> None:
        service = self._database.service
        while True:
            try:
                async with self._database.system_unit() as unit:
                    (row,) = await unit.fetch(_BACKLOG)
                metrics.BACKLOG.labels(service).set(row["rows"])
                metrics.BACKLOG_AGE.labels(service).set(row["age"] or 0)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.info("cannot measure the outbox", service=service, error=repr(error))
            await asyncio.sleep(_MEASURE_EVERY)


def finished(rows: Sequence[Any], outcomes: Sequence[Outcome]) -> list[int]:
    """Ids to delete: acknowledged, and with nothing unanswered of the same key before them (for what follows it must be
    published again, after it). One that is refused for good has no successors to wait for it."""
    stuck: set[str] = set()
    done = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, BusUnavailableError):
            stuck.add(row["ordering_key"])
        elif isinstance(outcome, Ack) and row["ordering_key"] not in stuck:
            done.append(row["id"])
    return done
