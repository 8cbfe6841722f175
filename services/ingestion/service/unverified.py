"""Calls that came while nobody could say whether they are genuine: kept, and dealt with when somebody can."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from libs.bus.transient import is_transient
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.observe.log import get_logger
from libs.observe.metrics import Gauge
from libs.rpc.errors import UnavailableError
from services.ingestion.models import UnverifiedRow
from services.ingestion.repository.ledger import LedgerRepository
from services.ingestion.repository.unverified import UnverifiedRepository
from services.ingestion.service.ledger import EVENTS, set_aside
from services.ingestion.settings import Settings

_BATCH = 50
# Seconds until those are asked for again of whom nobody can tell yet.
_PAUSE = 2.0
# So many that wait on say that the tenants service is away: the rest need not be tried now.
_MOST_HELD = 5
# A call that fails for a reason of its own is tried so often, each time after twice as long.
_MOST_FAILURES = 5
# Seconds the database has: asking for the secret has taken its share of the platform's 2 s.
_PATIENCE = 0.8

_oldest = Gauge("frontdesk_unverified_seconds", "How long the oldest call has waited to be verified.")

_log = get_logger(__name__)

# Deals with one kept call; False when it must wait on.
Settle = Callable[[UnverifiedRow], Awaitable[bool]]


class UnverifiedService:
    """Keeps such calls, bounded in bytes, and settles them in order."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def keep(
        self,
        channel: str,
        account_id: str,
        headers: Sequence[tuple[bytes, bytes]],
        body: bytes,
        received_at: datetime,
    ) -> None:
        """Stores the call with its headers; UnavailableError when that cannot be done either."""
        pairs = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
        row = UnverifiedRow(new_id(self._clock), channel, account_id, pairs, body, received_at)
        try:
            async with asyncio.timeout(_PATIENCE), self._database.system_unit() as unit:
                kept = await UnverifiedRepository(unit).add(row, self._settings.ingestion_unverified_total)
        except Exception as error:
            raise UnavailableError("Nothing can be stored right now. Send this again.") from error
        if not kept:
            raise UnavailableError("Too many calls wait to be verified. Send this again later.")

    async def settle(self, settle: Settle) -> None:
        """Deals with all kept calls that are due, an account's in order. What must wait on, or fails for a reason of
        its own, holds up no other account's."""
        # Before it is tried: one that hangs or fails shows how long it waits.
        await self._measure()
        while await self._settle_some(settle):
            continue

    async def _settle_some(self, settle: Settle) -> bool:
        """One transaction; whether there may be more to do."""
        async with self._database.system_unit() as unit:
            repository = UnverifiedRepository(unit)
            rows = await repository.oldest(_BATCH)
            ledger = LedgerRepository(unit)
            held: set[str] = set()
            for row in rows:
                # At an address of many accounts each call stands for itself.
                whose = row.account_id or str(row.id)
                if whose in held:
                    continue
                pause = await self._deal(row, settle, ledger)
                if pause is None:
                    await repository.remove(row)
                    continue
                held.add(whose)
                await repository.put_off(row, pause)
                if len(held) == _MOST_HELD:
                    break
        return len(rows) == _BATCH and len(held) < _MOST_HELD

    async def _deal(self, row: UnverifiedRow, settle: Settle, ledger: LedgerRepository) -> float | None:
        """None once it is dealt with, else how many seconds it waits."""
        try:
            return None if await settle(row) else _PAUSE
        except Exception as error:
            if is_transient(error):
                raise
            _log.exception("a call that waited fails", channel=row.channel, account=row.account_id)
            row.failures += 1
            if row.failures < _MOST_FAILURES:
                return 2.0 ** (row.failures - 1)
            await ledger.add([set_aside(row, type(error).__name__)])
            EVENTS.labels(row.channel, "parked").inc()
            return None

    async def _measure(self) -> None:
        async with self._database.system_unit() as unit:
            since = await UnverifiedRepository(unit).waiting_since()
        _oldest.set((self._clock.now() - since).total_seconds() if since else 0)
