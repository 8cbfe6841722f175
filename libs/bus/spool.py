"""The spool: events the broker does not take within the time a platform gives us, kept in the database meanwhile."""

import asyncio
import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from google.protobuf.message import Message

from libs.app.tasks import end
from libs.bus import metrics
from libs.bus.bus import Bus
from libs.bus.errors import BusError, BusUnavailableError, SpoolError
from libs.bus.messages import Outcome, Outgoing
from libs.bus.subjects import MSG_ID, TENANT, TYPE
from libs.db.database import Database
from libs.observe.log import get_logger

log = get_logger(__name__)

_INSERT = """
INSERT INTO spool (subject, type, msg_id, tenant_id, payload, headers)
SELECT subject, type, msg_id, tenant_id, payload, headers::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::bytea[], $6::text[])
    WITH ORDINALITY AS event (subject, type, msg_id, tenant_id, payload, headers, position)
ORDER BY position"""
_LOCK = "SELECT pg_try_advisory_xact_lock($1) AS mine"
_SELECT = "SELECT id, subject, payload, headers::text AS headers FROM spool WHERE id > $1 ORDER BY id LIMIT $2"
_DELETE = "DELETE FROM spool WHERE id = ANY ($1::bigint[])"

_MOST = 500
_LOOK_EVERY = 2.0
_LOOK_AGAIN = 0.2


class Spool:
    """Publishes to the bus, or stores for later. One per process of a service that takes events from platforms.

    patience: seconds to wait for the broker before an event is stored instead; last_resort: seconds the database then
    has. Together they are an answer well inside the 2 s that platforms give. on_duplicate: told of events that the
    broker had already.
    """

    def __init__(
        self,
        bus: Bus,
        database: Database,
        patience: float = 0.7,
        last_resort: float = 0.8,
        on_duplicate: Callable[[Outgoing], None] | None = None,
    ) -> None:
        self._bus = bus
        self._database = database
        self._patience = patience
        self._last_resort = last_resort
        self._on_duplicate = on_duplicate
        self._lock = zlib.crc32(f"spool {database.service}".encode())
        # Subjects with events of ours in the spool: later ones must queue behind them.
        self._behind: set[str] = set()
        self._queue: list[tuple[Outgoing, asyncio.Future[None]]] = []
        # Closed for the moment in which the last stored events are published.
        self._turnstile = asyncio.Event()
        self._turnstile.set()
        self._writer: asyncio.Task[None] | None = None
        self._drainer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to publish what is stored, in the background."""
        self._drainer = asyncio.create_task(self._drain())

    async def stop(self) -> None:
        """Ends; what is stored is published by another replica, or the next start."""
        if self._writer is not None:
            await asyncio.gather(self._writer, return_exceptions=True)
        await end(self._drainer)

    async def publish(self, subject: str, message: Message, msg_id: str, tenant_id: UUID | None = None) -> bool:
        """True when the broker has the event, False when the database has it: either way it will not be lost.
        SpoolError when neither took it; PublishRejectedError when the broker refuses it for good."""
        return await self.publish_raw(Outgoing.of(subject, message, msg_id, tenant_id))

    async def publish_raw(self, event: Outgoing) -> bool:
        """publish() for a message that is already made."""
        if event.subject in self._behind:
            await self._turnstile.wait()
        if event.subject not in self._behind:
            try:
                ack = await self._bus.publish_raw(event, timeout=self._patience)
                if ack.duplicate and self._on_duplicate is not None:
                    self._on_duplicate(event)
                return True
            except BusUnavailableError as error:
                if not self._behind:
                    log.warning("events go to the spool", service=self._database.service, error=repr(error))
        await self._store(event)
        return False

    async def _store(self, event: Outgoing) -> None:
        """Whatever arrives while one insert runs goes into the next together."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._behind.add(event.subject)
        self._queue.append((event, stored))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        while self._queue:
            queue, self._queue = self._queue, []
            error = await self._insert([event for event, _ in queue])
            for _, stored in queue:
                if stored.cancelled():
                    continue
                if error is None:
                    stored.set_result(None)
                else:
                    stored.set_exception(SpoolError(f"neither the broker nor the database took the event: {error!r}"))

    async def _insert(self, events: Sequence[Outgoing]) -> Exception | None:
        try:
            async with asyncio.timeout(self._last_resort), self._database.system_unit() as unit:
                await unit.fetch(_INSERT, *_columns(events))
        except Exception as error:
            return error
        metrics.SPOOLED.inc(len(events))
        return None

    async def _drain(self) -> None:
        while True:
            try:
                await self._drain_all()
                await self._catch_up()
            except BusUnavailableError as error:
                log.info("the spool waits", service=self._database.service, error=str(error))
            except Exception as error:
                log.warning("the spool waits", service=self._database.service, error=repr(error))
            await asyncio.sleep(_LOOK_AGAIN if self._behind else _LOOK_EVERY)

    async def _catch_up(self) -> None:
        """The spool is nearly empty: holds newcomers for the moment it takes to empty it, then lets them go direct."""
        if not self._behind:
            return
        self._turnstile.clear()
        try:
            if self._writer is not None:
                await self._writer
            await self._drain_all()
            self._behind.clear()
        finally:
            self._turnstile.set()

    async def _drain_all(self) -> None:
        """Publishes what is stored, in order, to the end; BusUnavailableError when the broker stops answering, or
        another replica is at it."""
        last: int | None = 0
        while last is not None:
            last = await self._pass(last)

    async def _pass(self, after: int) -> int | None:
        """One transaction. Answers with the id to go on after, None at the end."""
        async with self._database.system_unit() as unit:
            if not (await unit.fetch(_LOCK, self._lock))[0]["mine"]:
                raise BusUnavailableError("another replica empties the spool")
            rows = await unit.fetch(_SELECT, after, _MOST)
            metrics.SPOOL_BACKLOG.labels(self._database.service).set(len(rows))
            outcomes = await self._bus.publish_many([_event(row) for row in rows], timeout=self._patience)
            done, error = _settled(rows, outcomes)
            await unit.fetch(_DELETE, done)
        if error is not None:
            raise error
        return rows[-1]["id"] if rows else None


def _settled(rows: Sequence[Any], outcomes: Sequence[Outcome]) -> tuple[list[int], BusUnavailableError | None]:
    """Ids that are published, up to the first the broker did not answer for. One it refuses for good stays in the
    table, for a person to look at, and holds nobody up."""
    done: list[int] = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, BusUnavailableError):
            return done, outcome
        if isinstance(outcome, BusError):
            log.error("the broker refuses a spooled event", id=row["id"], subject=row["subject"], error=str(outcome))
        else:
            done.append(row["id"])
    return done, None


def _event(row: Any) -> Outgoing:
    return Outgoing(row["subject"], row["payload"], json.loads(row["headers"]))


def _columns(events: Sequence[Outgoing]) -> list[list[Any]]:
    tenants = [event.headers.get(TENANT) for event in events]
    return [
        [event.subject for event in events],
        [event.headers.get(TYPE, "") for event in events],
        [event.headers[MSG_ID] for event in events],
        [UUID(tenant) if tenant else None for tenant in tenants],
        [event.payload for event in events],
        [json.dumps(event.headers) for event in events],
    ]
