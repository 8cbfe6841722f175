"""What happens, as it happens: a ring of recent events that any number of listeners read from."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

# Made only when somebody reads it: a load run publishes thousands a second that nobody listens to.
Payload = Callable[[], dict[str, Any]]


@dataclass(slots=True, frozen=True)
class Happening:
    """One event: its cursor, what happened, and whom it concerns."""

    cursor: int
    kind: str
    account_id: str
    chat_id: str
    payload: Payload

    def as_json(self) -> dict[str, Any]:
        """{cursor, type, account_id, chat_id, data}"""
        return {
            "cursor": self.cursor,
            "type": self.kind,
            "account_id": self.account_id,
            "chat_id": self.chat_id,
            "data": self.payload(),
        }


@dataclass(slots=True, frozen=True)
class Filter:
    """Which events a listener wants; empty fields want all."""

    account_id: str = ""
    chat_id: str = ""
    kinds: frozenset[str] = frozenset()

    def wants(self, happening: Happening) -> bool:
        """Whether this one is wanted."""
        return (
            self.account_id in ("", happening.account_id)
            and self.chat_id in ("", happening.chat_id)
            and (not self.kinds or happening.kind in self.kinds)
        )


class Hub:
    """Listeners read from a cursor on; one that falls behind the ring misses the oldest.

    Also the part of the service that ends the listeners before the HTTP server waits for them.
    """

    name = "listeners"

    def __init__(self, size: int = 20_000) -> None:
        self.cursor = 0
        self.closed = False
        self._ring: deque[Happening] = deque(maxlen=size)
        self._waiters: set[asyncio.Future[None]] = set()

    def publish(self, kind: str, account_id: str, chat_id: str, payload: Payload) -> None:
        """Tells every listener."""
        self.cursor += 1
        self._ring.append(Happening(self.cursor, kind, account_id, chat_id, payload))
        self._wake()

    def since(self, cursor: int, wanted: Filter) -> list[Happening]:
        """What happened after the cursor, oldest first."""
        fresh = min(self.cursor - cursor, len(self._ring))
        if fresh <= 0:
            return []
        return [self._ring[index] for index in range(-fresh, 0) if wanted.wants(self._ring[index])]

    async def wait(self, cursor: int, wanted: Filter, seconds: float) -> tuple[list[Happening], int]:
        """What happened after the cursor, waiting for the first; and the cursor to go on from."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            found, reached = self.since(cursor, wanted), self.cursor
            remaining = deadline - asyncio.get_running_loop().time()
            if found or self.closed or remaining <= 0:
                return found, reached
            cursor = reached
            await self._next(remaining)

    async def follow(self, cursor: int, wanted: Filter, idle_seconds: float) -> AsyncIterator[list[Happening]]:
        """Batches until the hub closes; an empty one when nothing happened for a while."""
        while not self.closed:
            found, cursor = await self.wait(cursor, wanted, idle_seconds)
            yield found

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Ends every listener."""
        self.closed = True
        self._wake()

    async def problem(self) -> str | None:
        """It depends on nothing."""
        return None

    async def _next(self, seconds: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait([waiter], timeout=seconds)
        finally:
            self._waiters.discard(waiter)

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
