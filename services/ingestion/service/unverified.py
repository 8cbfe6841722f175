"""Calls that came while nobody could say whether they are genuine: kept, and dealt with when somebody can."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.observe.metrics import Gauge
from libs.rpc.errors import UnavailableError
from services.ingestion.models import UnverifiedRow
from services.ingestion.repository.ledger import UnverifiedRepository
from services.ingestion.settings import Settings

_BATCH = 50
# Seconds the database has: asking for the secret has taken its share of the platform's 2 s.
_PATIENCE = 0.8

_oldest = Gauge("frontdesk_unverified_seconds", "How long the oldest call has waited to be verified.")

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
        """Deals with all kept calls, oldest first; stops at the first that must wait on."""
        while await self._settle_some(settle) == _BATCH:
            continue

    async def _settle_some(self, settle: Settle) -> int:
        """One transaction; how many calls it dealt with."""
        settled = 0
        async with self._database.system_unit() as unit:
            repository = UnverifiedRepository(unit)
            for row in await repository.oldest(_BATCH):
                # Told before it is tried: one that fails for a reason of its own ends the round here.
                _oldest.set((self._clock.now() - row.received_at).total_seconds())
                if not await settle(row):
                    return settled
                await repository.remove(row)
                settled += 1
        _oldest.set(0)
        return settled
