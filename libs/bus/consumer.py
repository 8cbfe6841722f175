"""A durable consumer: batches in, acknowledged when handled; what fails alone is retried, then put aside."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from nats.errors import Error as NatsError

from libs.bus import metrics
from libs.bus.bus import Bus
from libs.bus.dead_letters import bury
from libs.bus.errors import BusError
from libs.bus.hand import Hand
from libs.bus.messages import Delivered
from libs.bus.pull import Puller
from libs.bus.spec import ConsumerSpec, ensure_consumer, rewind
from libs.bus.transient import is_transient
from libs.observe.log import get_logger
from libs.observe.tracing import extract, span

log = get_logger(__name__)

Handler = Callable[[list[Delivered]], Awaitable[None]]

_PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0)
# From this pause on, messages are tried one by one: where some pass, the trouble is the others' own.
_SIFT_AFTER = 4
_SIFT_PROBES = 5
_LOOK_EVERY = 10.0
_FAILURES_REMEMBERED = 10_000


class _AwayError(Exception):
    """Something that every message needs is away."""


class Consumer:
    """Runs a handler over a stream, from start() until stop(), which comes before the bus is closed.

    The handler gets each message at least once, in stream order as long as nothing fails; it must be idempotent.
    A batch whose handler raises is halved until the culprits are alone; only they are retried, later, and finally
    written to the dead letters. While something all messages need is away, nothing is given up: the batch waits.
    """

    def __init__(self, bus: Bus, spec: ConsumerSpec, handler: Handler) -> None:
        self._bus = bus
        self._spec = spec
        self._handler = handler
        self._puller = Puller(bus.connection, spec.stream, spec.batch, self._ensure)
        self._hand = Hand(bus.connection, spec.ack_wait, lambda: self._puller.waiting)
        self._failures: dict[int, int] = {}
        self._resume_at = 0
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to consume, in the background."""
        self._task = asyncio.create_task(self._run(), name=f"consumer {self._spec.durable}")

    async def stop(self, grace: float = 20.0) -> None:
        """Ends after the batch at hand, at most grace seconds later. What was fetched and not handled goes back to the
        broker at once, for another replica."""
        self._stopping.set()
        self._puller.wake()
        if self._task is None:
            return
        _done, running = await asyncio.wait([self._task], timeout=grace)
        for task in running:
            task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        beside = [asyncio.create_task(self._hand.keep_alive()), asyncio.create_task(self._look())]
        try:
            while not self._stopping.is_set():
                await self._round()
        finally:
            for task in beside:
                task.cancel()
            # Whoever consumes from now on tells; the last number here would stand for ever.
            metrics.PENDING.labels(self._spec.durable).set(0)
            await self._hand.give_back(await self._puller.close())

    async def _round(self) -> None:
        try:
            batch = [Delivered(message) for message in await self._puller.take()]
            if batch:
                self._hand.take(batch)
                await self._work(batch)
        except Exception:
            log.exception("a consumer's round failed", consumer=self._spec.durable)
            await self._hand.give_back()
            await self._wait(_PAUSES[-1])

    async def _work(self, batch: list[Delivered]) -> None:
        """Until every message is settled, or the consumer shall stop."""
        pauses = 0
        while (left := [message for message in batch if not message.settled]) and not self._gave_up(pauses):
            try:
                await (self._process(left) if pauses < _SIFT_AFTER else self._sift(left))
            except _AwayError as away:
                log.warning(
                    "consumer pauses", consumer=self._spec.durable, error=repr(away.__cause__), waiting=len(left)
                )
                metrics.PAUSED.labels(self._spec.durable).inc()
                await self._wait(_PAUSES[min(pauses, len(_PAUSES) - 1)] * random.uniform(0.5, 1.5))  # noqa: S311
                pauses += 1
                batch = left + self._company(pauses)

    def _gave_up(self, pauses: int) -> bool:
        return pauses > 0 and self._stopping.is_set()

    def _company(self, pauses: int) -> list[Delivered]:
        """More messages to sift with: one alone cannot tell its own trouble from everybody's."""
        if pauses < _SIFT_AFTER:
            return []
        more = [Delivered(message) for message in self._puller.take_now(_SIFT_PROBES)]
        self._hand.take(more)
        return more

    async def _process(self, batch: list[Delivered]) -> None:
        """Handles all it can; halves what fails until the culprits are alone. _AwayError: nobody's own fault."""
        error = await self._attempt(batch)
        if error is not None and len(batch) == 1:
            await self._fail(batch[0], error)
        elif error is not None:
            middle = len(batch) // 2
            await self._process(batch[:middle])
            await self._process(batch[middle:])

    async def _attempt(self, batch: list[Delivered]) -> Exception | None:
        name = self._spec.durable
        metrics.BATCH.labels(name).observe(len(batch))
        try:
            with metrics.HANDLER.labels(name).time(), span(f"consume {name}", extract(batch[0].headers)):
                async with asyncio.timeout(self._spec.handler_timeout):
                    await self._handler(batch)
        except Exception as error:
            if is_transient(error):
                raise _AwayError from error
            return error
        await self._done(batch)
        return None

    async def _done(self, batch: list[Delivered]) -> None:
        await self._hand.ack(batch)
        metrics.HANDLED.labels(self._spec.durable).inc(len(batch))
        if self._failures:
            for message in batch:
                self._failures.pop(message.sequence, None)

    async def _sift(self, batch: list[Delivered]) -> None:
        """Each message alone. Those that seem to miss something while others do not have failed by themselves."""
        stuck: list[tuple[Delivered, BaseException | None]] = []
        for message in batch:
            if len(stuck) == _SIFT_PROBES and not any(other.settled for other in batch):
                break
            try:
                await self._process([message])
            except _AwayError as away:
                stuck.append((message, away.__cause__))
        if not any(message.settled for message in batch):
            raise _AwayError from stuck[-1][1]
        for message, error in stuck:
            await self._fail(message, error)

    async def _fail(self, message: Delivered, error: BaseException | None) -> None:
        failures = self._failures.pop(message.sequence, 0) + 1
        metrics.FAILED.labels(self._spec.durable).inc()
        log.warning(
            "message failed", consumer=self._spec.durable, msg_id=message.msg_id, tries=failures, error=repr(error)
        )
        if failures >= self._spec.max_deliver and await self._give_up(message, error, failures):
            return
        self._failures[message.sequence] = failures
        if len(self._failures) > _FAILURES_REMEMBERED:
            self._failures.pop(next(iter(self._failures)))
        await self._hand.nak(message, self._spec.delay(failures))

    async def _give_up(self, message: Delivered, error: BaseException | None, failures: int) -> bool:
        try:
            await bury(self._bus, self._spec, message, error, failures)
        except BusError as trouble:
            log.warning("cannot write a dead letter yet", consumer=self._spec.durable, error=repr(trouble))
            return False
        metrics.DEAD.labels(self._spec.durable).inc()
        await self._hand.terminate(message)
        return True

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _ensure(self) -> str:
        info = await ensure_consumer(self._bus.jetstream, self._spec, self._resume_at)
        self._note(info.ack_floor.stream_seq if info.ack_floor else 0, info.num_pending or 0)
        if self._spec.exclusive and info.num_ack_pending and await rewind(self._bus.jetstream, self._spec):
            self._puller.restart()
        return self._spec.durable

    async def _look(self) -> None:
        """Keeps in mind how far the consumer has come, for its metrics and should the broker lose it."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                info = await self._bus.jetstream.consumer_info(self._spec.stream, self._spec.durable)
            except (NatsError, BusError, TimeoutError):
                continue
            self._note(info.ack_floor.stream_seq if info.ack_floor else 0, info.num_pending or 0)

    def _note(self, ack_floor: int, pending: int) -> None:
        self._resume_at = ack_floor + 1
        metrics.PENDING.labels(self._spec.durable).set(pending)
