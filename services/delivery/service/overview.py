"""What waits and what failed, for the operator."""

from collections.abc import Sequence
from datetime import timedelta

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from libs.queues.queues import Queue
from services.delivery.domain.sending import ATTEMPTS_KEPT
from services.delivery.repository.overview import Failed, Waiting, failed, waiting

_MOST = 1000
_HOUR = 3600
_WAITS_FOR = {
    "due": "its turn",
    "busy": "a worker to end with it",
    "later": "its pause after a try that failed",
    "paused": "the pause that the platform asked for",
    "reconnect": "somebody to connect the account anew",
    "told": "the platform's word, ten minutes at most",
}


class OverviewService:
    """Over all tenants."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def queues(self, unit: Unit) -> Sequence[Queue]:
        """What waits, the longest first."""
        return [_queue(row) for row in await waiting(unit, self._clock.now(), _MOST)]

    async def failures(self, seconds: int) -> list[Failed]:
        """What failed in the last seconds, an hour when 0, the most first."""
        back = timedelta(seconds=min(max(0, seconds) or _HOUR, int(ATTEMPTS_KEPT.total_seconds())))
        async with self._database.system_unit() as unit:
            return await failed(unit, self._clock.now() - back, _MOST)


def _queue(row: Waiting) -> Queue:
    words = _WAITS_FOR[row.state] + (f" ({row.reason})" if row.reason else "")
    return Queue(row.work, row.waiting, row.oldest_at, words, str(row.tenant_id), row.account_id)
