"""What must be done now and then: partitions ahead of time, keys nobody repeats any more forgotten."""

from datetime import timedelta

from libs.clock.clock import Clock
from libs.db.database import Database
from services.conversations.repository.upkeep import UpkeepRepository

_MONTHS_AHEAD = 3
_KEYS_KEPT = timedelta(days=7)
# Longer than the broker keeps a message that is still to be stored.
_CHANGES_KEPT = timedelta(days=30)


class UpkeepService:
    """Runs hourly in every replica; repeating it changes nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """One round."""
        now = self._clock.now()
        async with self._database.system_unit() as unit:
            repository = UpkeepRepository(unit)
            await repository.ensure_message_partitions(now.date(), _MONTHS_AHEAD)
            await repository.forget_idempotency_keys(now - _KEYS_KEPT)
            await repository.forget_pending_changes(now - _CHANGES_KEPT)
