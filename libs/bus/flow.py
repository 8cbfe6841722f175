"""Single messages of one stream: alone while few are in flight, sharing a batch when many are."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from libs.bus.errors import BusError, PublishTimeoutError
from libs.bus.messages import Ack, Outcome, Outgoing
from libs.bus.sender import Sender

PublishMany = Callable[[Sequence[Outgoing], float], Awaitable[list[Outcome]]]

# So many requests are on their way at once; what comes meanwhile waits, and goes together.
_IN_FLIGHT = 2
_BATCH = 500
# Each message keeps its own deadline; this one only frees the place of a batch the broker never answers.
_LONGEST = 5.0


class Flow:
    """With nothing in flight a message is sent at once, so a lone one loses no time. Under load the broker gets a
    batch for each of its answers, which is several times what it takes one by one."""

    def __init__(self, sender: Sender, publish_many: PublishMany) -> None:
        self._sender = sender
        self._publish_many = publish_many
        self._in_flight = 0
        self._queue: deque[tuple[Outgoing, asyncio.Future[Ack]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def publish(self, message: Outgoing, within: float) -> Ack:
        """Publishes one message; a BusError after this many seconds at the latest."""
        if self._in_flight >= _IN_FLIGHT:
            return await self._wait(message, within)
        self._in_flight += 1
        try:
            return await (await self._sender.send(message, within))
        finally:
            self._release()

    async def _wait(self, message: Outgoing, within: float) -> Ack:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Ack] = loop.create_future()
        timer = loop.call_later(within, _expire, future, within)
        self._queue.append((message, future))
        try:
            return await future
        finally:
            timer.cancel()

    def _release(self) -> None:
        """A place in flight is free: for the queue, if there is one."""
        if not self._queue:
            self._in_flight -= 1
            return
        task = asyncio.create_task(self._send_queue())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_queue(self) -> None:
        try:
            waiting = [self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))]
            # Whoever gave up meanwhile may have stored the event elsewhere.
            waiting = [(message, future) for message, future in waiting if not future.done()]
            outcomes = await self._publish_many([message for message, _ in waiting], _LONGEST)
            for (_, future), outcome in zip(waiting, outcomes, strict=True):
                _settle(future, outcome)
        finally:
            self._release()


def _settle(future: asyncio.Future[Ack], outcome: Outcome) -> None:
    if future.done():
        return
    if isinstance(outcome, BusError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _expire(future: asyncio.Future[Ack], within: float) -> None:
    if not future.done():
        future.set_exception(PublishTimeoutError(f"no acknowledgement within {within} s"))
