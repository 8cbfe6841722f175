"""What is done now and then: old attempts forgotten, the backlog measured."""

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.metrics import Gauge
from services.delivery.domain.sending import ATTEMPTS_KEPT
from services.delivery.repository.upkeep import backlog, forget_attempts, media_backlog

# In one transaction.
_MOST = 5000
_STATES = ("active", "reconnect")

_waiting = Gauge("frontdesk_delivery_waiting", "Attempts that wait to be sent, by their queue's state.", ["queue"])
_oldest = Gauge("frontdesk_delivery_oldest_seconds", "Age of the oldest attempt that waits.", ["queue"])
_files = Gauge("frontdesk_media_waiting", "Files nobody works on: due now, or after a pause.", ["work", "state"])
_files_due = Gauge("frontdesk_media_due_seconds", "How long the first of the files that are due has been.", ["work"])


class UpkeepService:
    """Runs in every replica; repeating it changes nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def forget(self) -> None:
        """Deletes attempts that were finished long ago, some at a time."""
        while True:
            async with self._database.system_unit() as unit:
                if await forget_attempts(unit, self._clock.now() - ATTEMPTS_KEPT, _MOST) < _MOST:
                    return

    async def measure(self) -> None:
        """Sets the gauges: every replica tells of all queues, so dashboards take the greatest."""
        now = self._clock.now()
        async with self._database.system_unit() as unit:
            found = {state.state: state for state in await backlog(unit)}
            files = await media_backlog(unit, now)
        for name in _STATES:
            state = found.get(name)
            oldest = state.oldest_queued_at if state else None
            _waiting.labels(name).set(state.waiting if state else 0)
            _oldest.labels(name).set((now - oldest).total_seconds() if oldest else 0)
        for waiting in files:
            _files.labels(waiting.work, "due").set(waiting.due)
            _files.labels(waiting.work, "later").set(waiting.later)
            since = waiting.due_since
            _files_due.labels(waiting.work).set((now - since).total_seconds() if since else 0)
