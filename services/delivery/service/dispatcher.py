"""Hands due work to workers: many at once, few of one account, so that a slow platform takes no one else's turn."""

import asyncio
from collections import Counter as Tally
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from libs.bus.transient import is_transient
from libs.clock.clock import Clock
from libs.observe.log import get_logger
from libs.observe.metrics import Gauge
from services.delivery.models import Room
from services.delivery.service.faults import FAULTS

_AWAY_PAUSE = 0.5
_GATHER = 0.01
_GRACE = 15.0

_log = get_logger(__name__)
_busy = Gauge("frontdesk_delivery_busy", "Lanes and profiles this process is working on.", ["work"])


class Job(Protocol):
    """Something claimed. One account has few of them under way."""

    @property
    def account_id(self) -> str:
        """Whose it is."""
        ...


J = TypeVar("J", bound=Job)


class Dispatcher(Generic[J]):
    """Claims what is due and works on each in a task of its own. total: at once in this process; each: of one account;
    poll: seconds between looks when nothing wakes it; gather: seconds of rest after a claim that took all there was, so
    that what becomes due meanwhile is claimed together; grace: seconds that work under way has when it stops.

    work is given a way to ask whether it should come to an end, and returns when its job is due again, None when that
    is not this process's business any more. It deals with its own failures.
    """

    def __init__(
        self,
        name: str,
        claim: Callable[[Room], Awaitable[list[J]]],
        work: Callable[[J, Callable[[], bool]], Awaitable[datetime | None]],
        clock: Clock,
        total: int,
        each: int,
        poll: float,
        *,
        gather: float = _GATHER,
        grace: float = _GRACE,
    ) -> None:
        self._name = name
        self._claim = claim
        self._perform = work
        self._clock = clock
        self._total = total
        self._each = each
        self._poll = poll
        self._gather = gather
        self._grace = grace
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
        self._task = asyncio.create_task(self._run(), name=f"delivery {self._name}")

    async def stop(self) -> None:
        """Claims nothing more and lets calls under way end; what does not end in time is cut off."""
        self._stopping = True
        self._signal.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        if self._running:
            _done, late = await asyncio.wait(self._running, timeout=self._grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping:
            self._signal.clear()
            free = self._total - len(self._running)
            try:
                claimed = await self._claim(Room(free, self._each, dict(self._accounts))) if free > 0 else []
            except Exception as error:
                await self._stumble(error)
                continue
            for job in claimed:
                self._begin(job)
            if len(claimed) < free:
                await asyncio.sleep(self._gather)
            if not claimed:
                await self._rest()

    def _begin(self, job: J) -> None:
        self._accounts[job.account_id] += 1
        task = asyncio.create_task(self._work(job))
        self._running.add(task)
        _busy.labels(self._name).set(len(self._running))
        task.add_done_callback(lambda done: self._ended(job, done))

    async def _work(self, job: J) -> None:
        try:
            due = await self._perform(job, lambda: self._stopping)
        except Exception as error:
            # The claim runs out by itself, and another try finds the job as it was left.
            ours = not is_transient(error)
            if ours:
                FAULTS.labels(self._name).inc()
            log = _log.exception if ours else _log.warning
            log("work given up for now", work=self._name, account=job.account_id, error=repr(error))
            return
        if due is not None:
            delay = max(0.0, (due - self._clock.now()).total_seconds())
            asyncio.get_running_loop().call_later(delay, self.wake)

    def _ended(self, job: J, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._accounts[job.account_id] -= 1
        if not self._accounts[job.account_id]:
            del self._accounts[job.account_id]
        _busy.labels(self._name).set(len(self._running))
        self.wake()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await self._signal.wait()
        except TimeoutError:
            return

    async def _stumble(self, error: Exception) -> None:
        log = _log.warning if is_transient(error) else _log.exception
        log("cannot claim work", work=self._name, error=repr(error))
        await asyncio.sleep(_AWAY_PAUSE)
