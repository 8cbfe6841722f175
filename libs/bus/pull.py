"""A standing pull: requests stay open at a consumer, so a message comes the moment it is stored, and a batch is
whatever has come meanwhile. (The client library's fetch() waits for a full batch or opens a request for each call.)
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js.api import Header

from libs.bus.connection import Connection
from libs.bus.errors import BusUnavailableError
from libs.observe.log import get_logger

log = get_logger(__name__)

Ensure = Callable[[], Coroutine[Any, Any, str]]

_EXPIRES = 30.0
_HEARTBEAT = 1.0
# A consumer with open requests says something every heartbeat; after so many silent ones nobody serves it any more.
_SILENT_BEATS = 3
_RETRY = 0.25
_SECOND = 1_000_000_000


class Puller:
    """Takes messages from one consumer of one stream. ensure() must make the consumer exist and answer with its name;
    it is called at first, after reconnecting, and whenever the consumer stops answering.

    batch: messages asked for ahead of need; as many again may wait in memory.
    """

    def __init__(self, connection: Connection, stream: str, batch: int, ensure: Ensure) -> None:
        self._connection = connection
        self._stream = stream
        self._batch = batch
        self._ensure = ensure
        self._client: Client | None = None
        self._subscription: Subscription | None = None
        self._inbox = ""
        self._consumer = ""
        self._open = 0
        self._silent_beats = 0
        self._broken = False
        self._pause = 0.0
        self._waiting: deque[Msg] = deque()
        self._news = asyncio.Event()

    @property
    def waiting(self) -> list[str]:
        """Replies of the messages that came and were not taken yet."""
        return [message.reply for message in self._waiting]

    async def take(self) -> list[Msg]:
        """The messages at hand, at most a batch; waits a moment when there are none, and then may answer with none.
        Broker trouble is dealt with and never raised."""
        await self._keep_open()
        if not self._waiting:
            self._news.clear()
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    await self._news.wait()
            except TimeoutError:
                self._silent_beats += 1
        return self.take_now(self._batch)

    def take_now(self, most: int) -> list[Msg]:
        """The messages at hand, at most this many, without waiting."""
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def wake(self) -> None:
        """Makes a waiting take() return now."""
        self._news.set()

    def restart(self) -> None:
        """Forgets what came and was not taken, and begins with ensure() again."""
        self._waiting.clear()
        self._broken = True

    async def close(self) -> list[str]:
        """Asks for no more. Answers with the replies of the messages that came and were not taken."""
        await self._unsubscribe()
        left = self.waiting
        self._waiting.clear()
        return left

    async def _keep_open(self) -> None:
        try:
            client = self._connection.client
            if client is not self._client or self._broken or self._silent_beats >= _SILENT_BEATS:
                await self._start(client)
            if self._open + len(self._waiting) <= self._batch:
                await self._request(client, 2 * self._batch - self._open - len(self._waiting))
        except BusUnavailableError:
            self._broken = True
        except (NatsError, TimeoutError, OSError) as error:
            log.warning("cannot pull", stream=self._stream, consumer=self._consumer, error=str(error) or repr(error))
            self._broken = True

    async def _start(self, client: Client) -> None:
        """Begins anew: a fresh inbox, so that answers to forgotten requests do not confuse the count."""
        await self._unsubscribe()
        await asyncio.sleep(self._pause)
        self._pause = _RETRY
        self._consumer = await self._connection.while_up(self._ensure())
        self._inbox, self._open, self._silent_beats = client.new_inbox(), 0, 0
        self._subscription = await client.subscribe(self._inbox, cb=self._on_message)
        self._client, self._broken = client, False

    async def _unsubscribe(self) -> None:
        subscription, client, self._subscription, self._client = self._subscription, self._client, None, None
        if subscription is not None and client is not None and client.is_connected:
            await subscription.unsubscribe()

    async def _request(self, client: Client, count: int) -> None:
        request = {"batch": count, "expires": int(_EXPIRES * _SECOND), "idle_heartbeat": int(_HEARTBEAT * _SECOND)}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._consumer}"
        await client.publish(subject, json.dumps(request).encode(), self._inbox)
        self._open += count

    async def _on_message(self, message: Msg) -> None:
        self._silent_beats = 0
        if message.subject != self._inbox:
            self._open -= 1
            self._pause = 0.0
            self._waiting.append(message)
        else:
            self._on_status(message.headers or {})
        self._news.set()

    def _on_status(self, headers: dict[str, str]) -> None:
        status = headers.get(Header.STATUS.value, "")
        if "Nats-Pending-Messages" in headers:
            self._open -= int(headers["Nats-Pending-Messages"])
        elif status != "100":
            log.info("consumer does not answer", stream=self._stream, consumer=self._consumer, status=status)
            self._broken = True
