"""Several sources with one handler: what arrives while a batch runs is handled as one batch after it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_Waiting = tuple[list[T], asyncio.Future[None]]


class Together(Generic[T]):
    """Gives a handler the batches of many consumers, say, joined into few. A transaction costs much the same for one
    message as for ten, so under load this is what keeps the processor free. One batch runs at a time: a second one
    beside it takes from it what it gains itself, and lets fewer join.

    When a joined batch fails, each batch is handled alone, and whoever gave it deals with what then fails.
    most: messages in a joined batch, as long as a single batch does not hold more.
    """

    def __init__(self, handler: Callable[[list[T]], Awaitable[None]], most: int = 200) -> None:
        self._handler = handler
        self._most = most
        self._waiting: list[_Waiting[T]] = []
        self._running: asyncio.Task[None] | None = None

    async def handle(self, batch: list[T]) -> None:
        """Returns when the batch was handled, raises what became of it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, done))
        self._begin()
        await done

    def _begin(self) -> None:
        if self._waiting and self._running is None:
            self._running = asyncio.create_task(self._one(self._take()))
            self._running.add_done_callback(self._ended)

    def _ended(self, _task: asyncio.Task[None]) -> None:
        self._running = None
        self._begin()

    def _take(self) -> list[_Waiting[T]]:
        taken: list[_Waiting[T]] = []
        size = 0
        while self._waiting and (not taken or size + len(self._waiting[0][0]) <= self._most):
            taken.append(self._waiting.pop(0))
            size += len(taken[-1][0])
        return taken

    async def _one(self, taken: list[_Waiting[T]]) -> None:
        try:
            await self._handler([message for batch, _ in taken for message in batch])
        except Exception as error:
            await self._apart(taken, error)
            return
        for _, done in taken:
            _settle(done, None)

    async def _apart(self, taken: list[_Waiting[T]], error: Exception) -> None:
        if len(taken) == 1:
            _settle(taken[0][1], error)
            return
        for batch, done in taken:
            try:
                await self._handler(batch)
            except Exception as own:
                _settle(done, own)
            else:
                _settle(done, None)


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    # Whoever gave it may have stopped waiting.
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
