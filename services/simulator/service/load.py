"""A load generator: many messages of many customers, at a rate, with the disorder real platforms show."""

import asyncio
import time
from array import array
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from libs.clock.clock import Clock
from libs.observe.log import get_logger
from services.simulator.domain.account import Account
from services.simulator.domain.load import LoadSpec, text, turns
from services.simulator.service.entries import Sent
from services.simulator.service.webhooks import Webhooks

_QUEUE = 64
# A text of the customer with this name, at this time (milliseconds), written down but not sent yet.
Compose = Callable[[str, str, int], Sent]
_log = get_logger(__name__)


@dataclass(slots=True, frozen=True)
class Item:
    """Something to send."""

    entry: Sent
    redelivery: bool


class Load:
    """One run. Its messages are in the ledger, under its id."""

    def __init__(
        self,
        load_id: str,
        account: Account,
        spec: LoadSpec,
        clock: Clock,
        compose: Compose,
        webhooks: Webhooks,
    ) -> None:
        self.load_id = load_id
        self.account = account
        self.spec = spec
        self.state: Literal["running", "finished", "stopped", "failed"] = "running"
        self._clock = clock
        self._write = compose
        self._webhooks = webhooks
        self._random = Random(spec.seed)  # noqa: S311 - a load has to be repeatable
        self._lanes: list[asyncio.Queue[Item | None]] = []
        # Held back until the message with this number is on its way.
        self._held: deque[tuple[int, Item]] = deque()
        # How many calls with an event are still to come.
        self._due: Counter[str] = Counter()
        self._last_timestamp: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        self._composed = self._calls = self._answered = self._failed = 0
        self._took = array("f")
        self._began = time.monotonic()
        self._ended: float | None = None
        self._problem: str | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Runs in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends early; waits for the calls under way to be given up."""
        if self._task is not None and not self._task.done():
            self.state = "stopped"
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def finished(self, seconds: float) -> None:
        """Waits for the end, at most so long."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=seconds)

    def as_json(self) -> dict[str, Any]:
        """Progress and latencies of the calls so far, in milliseconds."""
        seconds = (self._ended or time.monotonic()) - self._began
        return {
            "load_id": self.load_id,
            "account_id": self.account.account_id,
            "state": self.state,
            "problem": self._problem,
            "spec": self.spec.model_dump(mode="json"),
            "composed": self._composed,
            "calls": self._calls,
            "answered": self._answered,
            "failed": self._failed,
            "seconds": round(seconds, 3),
            "per_second": round(self._composed / seconds, 1) if seconds else 0.0,
            "latency_ms": _percentiles(self._took),
        }

    async def _run(self) -> None:
        self._lanes = [asyncio.Queue(_QUEUE) for _ in range(self.spec.connections)]
        try:
            async with asyncio.TaskGroup() as group:
                for lane in self._lanes:
                    group.create_task(self._work(lane))
                await self._produce()
                for lane in self._lanes:
                    await lane.put(None)
            self.state = "finished"
        except* Exception as errors:
            self.state, self._problem = "failed", str(errors.exceptions[0])
            _log.warning("load run failed", load=self.load_id, problem=self._problem)
        finally:
            self._ended = time.monotonic()

    async def _produce(self) -> None:
        for number, (user, place) in enumerate(turns(self.spec, self._random)):
            await self._pace(number)
            entry = self._compose(user)
            self._composed += 1
            again = self._random.random() < self.spec.duplicates
            self._due[entry.event_id] = 2 if again else 1
            sent_after = number
            if self._random.random() < self.spec.reorder:
                sent_after = self._hold(number, Item(entry, redelivery=False))
            else:
                await self._put(user + place, Item(entry, redelivery=False))
            if again:
                self._hold(sent_after, Item(entry, redelivery=True))
            await self._release(number)
        await self._release(self.spec.messages + 2 * self.spec.window)

    def _compose(self, user: int) -> Sent:
        number = self._numbers[user] = self._numbers.get(user, 0) + 1
        now_ms = int(self._clock.now().timestamp() * 1000)
        # Strictly growing per customer, so that there is one right order.
        timestamp = self._last_timestamp[user] = max(now_ms, self._last_timestamp.get(user, 0) + 1)
        return self._write(f"{self.spec.prefix}\x00{user}", text(self.spec, user, number, self._random), timestamp)

    def _hold(self, number: int, item: Item) -> int:
        """Puts it aside; returns the number of the message it will follow."""
        after = number + self._random.randint(1, self.spec.window)
        self._held.append((after, item))
        return after

    async def _release(self, number: int) -> None:
        for _ in range(len(self._held)):
            due, item = self._held.popleft()
            if due <= number:
                await self._put(self._random.randrange(self.spec.connections), item)
            else:
                self._held.append((due, item))

    async def _put(self, lane: int, item: Item) -> None:
        await self._lanes[lane % len(self._lanes)].put(item)

    async def _pace(self, number: int) -> None:
        if self.spec.rate is None:
            return
        ahead = self._began + number / self.spec.rate - time.monotonic()
        if ahead > 0.001:
            await asyncio.sleep(ahead)

    async def _work(self, lane: asyncio.Queue[Item | None]) -> None:
        more = True
        while more:
            items = [await lane.get()]
            while len(items) < self.spec.batch and not lane.empty():
                items.append(lane.get_nowait())
            more = None not in items
            fresh = [item.entry for item in items if item is not None and not item.redelivery]
            if fresh:
                await self._call(fresh, redelivery=False)
            for item in items:
                if item is not None and item.redelivery:
                    await self._call([item.entry], redelivery=True)

    async def _call(self, entries: list[Sent], redelivery: bool) -> None:
        began = time.monotonic()
        result = await self._webhooks.send(self.account, entries, redelivery)
        self._calls += 1
        self._took.append((time.monotonic() - began) * 1000)
        self._answered += result.ok
        self._failed += not result.ok
        for entry in entries:
            self._called(entry)

    def _called(self, entry: Sent) -> None:
        """The bytes are most of an entry's memory, and nobody asks for those of an answered load run."""
        self._due[entry.event_id] -= 1
        if self._due[entry.event_id] == 0:
            del self._due[entry.event_id]
            if entry.answered:
                entry.raw = None


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)
    picks = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    last = len(ordered) - 1
    found = {name: round(ordered[min(last, int(share * len(ordered)))], 2) for name, share in picks.items()}
    return found | {"max": round(ordered[-1], 2)}
