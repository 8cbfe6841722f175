"""Hands due lanes to workers: many at once, few of one account, so that a slow platform takes no one else's turn."""

import asyncio
from collections import Counter as Tally

from libs.bus.transient import is_transient
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.log import get_logger
from libs.observe.metrics import Gauge
from services.delivery.models import Lane
from services.delivery.repository.queue import claim_lanes
from services.delivery.service.worker import CLAIM_SECONDS, LaneWorker

_AWAY_PAUSE = 0.5

_log = get_logger(__name__)
_busy = Gauge("frontdesk_delivery_lanes_busy", "Lanes this process is sending.")


class Dispatcher:
    """Claims due lanes and runs a worker for each. total: at once in this process; each: of one account."""

    def __init__(
        self, database: Database, clock: Clock, worker: LaneWorker, total: int, each: int, poll: float
    ) -> None:
        self._database = database
        self._clock = clock
        self._worker = worker
        self._total = total
        self._each = each
        self._poll = poll
        self._signal = asyncio.Event()
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()
        self._accounts: Tally[str] = Tally()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Something may be due."""
        self._signal.set()

    def start(self) -> None:
        """Begins, in the background."""
        self._task = asyncio.create_task(self._run(), name="delivery dispatcher")

    async def stop(self) -> None:
        """Claims nothing more and lets calls under way end."""
        self._stopping = True
        self._signal.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        if self._running:
            await asyncio.wait(self._running, timeout=15)

    async def _run(self) -> None:
        while not self._stopping:
            try:
                claimed = await self._claim()
            except Exception as error:
                await self._stumble(error)
                continue
            for lane in claimed:
                self._begin(lane)
            if not claimed:
                await self._rest()

    async def _claim(self) -> list[Lane]:
        free = self._total - len(self._running)
        if free <= 0:
            return []
        busy = [account for account, lanes in self._accounts.items() if lanes >= self._each]
        most = min(free, self._each)
        async with self._database.system_unit() as unit:
            return await claim_lanes(unit, self._clock.now(), CLAIM_SECONDS, most, busy)

    def _begin(self, lane: Lane) -> None:
        self._accounts[lane.account_id] += 1
        task = asyncio.create_task(self._work(lane))
        self._running.add(task)
        _busy.set(len(self._running))
        task.add_done_callback(lambda done: self._ended(lane, done))

    async def _work(self, lane: Lane) -> None:
        try:
            due = await self._worker.run(lane)
        except Exception as error:
            # The claim runs out by itself, and another try finds the lane as it was left.
            log = _log.warning if is_transient(error) else _log.exception
            log("lane given up for now", account=lane.account_id, error=repr(error))
            return
        if due is not None:
            delay = max(0.0, (due - self._clock.now()).total_seconds())
            asyncio.get_running_loop().call_later(delay, self.wake)

    def _ended(self, lane: Lane, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._accounts[lane.account_id] -= 1
        if not self._accounts[lane.account_id]:
            del self._accounts[lane.account_id]
        _busy.set(len(self._running))
        self.wake()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await self._signal.wait()
        except TimeoutError:
            return
        self._signal.clear()

    async def _stumble(self, error: Exception) -> None:
        log = _log.warning if is_transient(error) else _log.exception
        log("cannot claim lanes", error=repr(error))
        await asyncio.sleep(_AWAY_PAUSE)
