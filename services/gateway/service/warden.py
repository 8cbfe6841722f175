"""Looks at every open socket once a second: expired tokens, due pings, permissions to ask for again."""

import asyncio
import time

from libs.app.tasks import end
from services.gateway.service.access import AccessTokens
from services.gateway.service.hub import Hub
from services.gateway.service.principals import REMEMBERED_SECONDS
from services.gateway.service.subscriber import PING, RECHECK, RESTARTING, UNAUTHORIZED, Subscriber

_TICK_SECONDS = 1.0


class Warden:
    """A part of the gateway. Stopping it closes every socket."""

    name = "sockets"

    def __init__(self, hub: Hub, tokens: AccessTokens, ping_seconds: float) -> None:
        self._hub = hub
        self._tokens = tokens
        self._ping_seconds = ping_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="socket warden")

    async def stop(self) -> None:
        """Tells every client to come back elsewhere."""
        for subscriber in self._hub.subscribers():
            subscriber.end(*RESTARTING)
        await end(self._task)

    async def problem(self) -> str | None:
        """Whether it still looks."""
        return "stopped" if self._task is None or self._task.done() else None

    def look(self, subscriber: Subscriber, now: float) -> None:
        """now: monotonic seconds."""
        if self._tokens.expired(subscriber.access):
            subscriber.end(*UNAUTHORIZED)
        subscriber.received = 0
        if not subscriber.next_ping:
            subscriber.next_ping, subscriber.next_check = now + self._ping_seconds, now + REMEMBERED_SECONDS
        if now >= subscriber.next_check:
            subscriber.next_check = now + REMEMBERED_SECONDS
            subscriber.demand(RECHECK)
        if now >= subscriber.next_ping:
            subscriber.next_ping = now + self._ping_seconds
            subscriber.demand(PING)
        if not subscriber.may_send:
            # It waits for an answer about the teammate: time to ask again.
            subscriber.wake()

    async def _run(self) -> None:
        while True:
            now = time.monotonic()
            for subscriber in self._hub.subscribers():
                self.look(subscriber, now)
            self._hub.measure()
            await asyncio.sleep(_TICK_SECONDS)
