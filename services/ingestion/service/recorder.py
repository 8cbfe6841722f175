"""Writes down every event that was passed on: from the streams, in batches, beside the way that messages take.

docs/decisions/0017 says why here.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus.messages import Delivered, Outgoing
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.observe.metrics import Counter
from services.ingestion.models import EventRow, HealthRow
from services.ingestion.repository.events import EventRepository

_missed = Counter("frontdesk_ledger_duplicates_missed_total", "Repeated events that were not written down.")

# Younger ones the broker knows by their message id (its duplicate window); older ones are looked for here.
_LATE = timedelta(seconds=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of the time, so many parts are left to the webhooks for each that writing down takes.
_REST = 4.0
_LONGEST_REST = 2.0
# A batch that is not full waits for company, for a write for each message would keep the disk from those that matter;
# but not long: webhooks that come while a second's worth is written would wait for all of it.
_FULL = 500
_FOR_COMPANY = 0.1
_MOST_DUPLICATES = 5_000


class Recorder:
    """Both lanes' events, and those that the broker had already."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._duplicates: deque[bytes] = deque()

    async def handle(self, batch: list[Delivered]) -> None:
        """Writes a batch down; repeating it changes nothing. Rests afterwards: webhooks come first."""
        began = time.perf_counter()
        events = [(_id_of(one), one.parse(InboundEvent)) for one in batch]
        await self._write([_row(entry_id, event, "stored") for entry_id, event in events], [one for _, one in events])
        rest = min(_LONGEST_REST, _REST * (time.perf_counter() - began))
        await asyncio.sleep(rest if len(batch) >= _FULL else max(_FOR_COMPANY, rest))

    def note_duplicate(self, outgoing: Outgoing) -> None:
        """An event that the broker had already. Kept in memory for a moment: nothing is lost with it but a line."""
        if len(self._duplicates) >= _MOST_DUPLICATES:
            _missed.inc()
            return
        self._duplicates.append(outgoing.payload)

    async def flush(self) -> None:
        """Writes noted duplicates down."""
        while self._duplicates:
            some = [self._duplicates.popleft() for _ in range(min(200, len(self._duplicates)))]
            events = [InboundEvent.FromString(payload) for payload in some]
            await self._write([_row(new_id(self._clock), event, "duplicate") for event in events], events)

    async def _write(self, rows: Sequence[EventRow], events: Sequence[InboundEvent]) -> None:
        async with self._database.unit({row.tenant_id for row in rows}) as unit:
            repository = EventRepository(unit)
            await repository.add(await _told_apart(repository, rows, events))
            await repository.heard(_health(events))


async def _told_apart(
    repository: EventRepository, rows: Sequence[EventRow], events: Sequence[InboundEvent]
) -> Sequence[EventRow]:
    """Events that the platform sends late may have been here before. So have those that are replayed, but for parked
    ones: the entry they come from tells of it."""
    doubtful: dict[int, EventRow] = {}
    for row, event in zip(rows, events, strict=True):
        if (event.replayed or _is_late(event)) and doubtful.setdefault(row.key_hash, row) is not row:
            row.verdict = "duplicate"
    if not doubtful:
        return rows
    for key_hash, entry_id in await repository.known(doubtful):
        row = doubtful[key_hash]
        if entry_id != row.id:
            row.verdict = "duplicate"
    pairs = zip(rows, events, strict=True)
    return [row for row, event in pairs if row.verdict != "duplicate" or not event.replayed]


def _is_late(event: InboundEvent) -> bool:
    waited = event.received_at.ToDatetime(UTC) - event.occurred_at.ToDatetime(UTC)
    return event.redelivery or waited > _LATE


def _row(entry_id: UUID, event: InboundEvent, verdict: str) -> EventRow:
    return EventRow(
        id=entry_id,
        tenant_id=UUID(event.tenant_id),
        account_id=event.account_id,
        channel=event.channel,
        verdict=verdict,
        kind=event.WhichOneof("event") or "",
        key_hash=_hash(event.dedup_key),
        body=event.raw,
        received_at=event.received_at.ToDatetime(UTC),
    )


def _health(events: Sequence[InboundEvent]) -> list[HealthRow]:
    """One row for each account; in the order of ids, so that two batches never wait for each other."""
    found: dict[str, HealthRow] = {}
    for event in events:
        at = event.received_at.ToDatetime(UTC)
        row = found.setdefault(event.account_id, HealthRow(event.account_id, UUID(event.tenant_id), at, False))
        row.last_event_at = max(row.last_event_at, at)
        row.redelivers = row.redelivers or event.redelivery
    return [found[account_id] for account_id in sorted(found)]


def _id_of(delivered: Delivered) -> UUID:
    """The same however often the broker delivers it, and in the order of arrival: as new_id makes them, but out of the
    stream's own time and number."""
    parts = delivered.reply.split(".")
    stream, millis = parts[2 if len(parts) == 9 else 4], int(parts[-2]) // 1_000_000
    # 74 bits: the message's number keeps the order within a millisecond, the name tells the streams apart.
    lane = int.from_bytes(blake2b(stream.encode(), digest_size=4).digest())
    tail = (delivered.sequence & (1 << 42) - 1) << 32 | lane
    high, low = tail >> 62 & 0xFFF, tail & (1 << 62) - 1
    return UUID(int=(millis & (1 << 48) - 1) << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low)


def _hash(dedup_key: str) -> int:
    return int.from_bytes(blake2b(dedup_key.encode(), digest_size=8).digest(), signed=True)
