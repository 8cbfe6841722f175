"""Sending with acknowledgement: one inbox for all of a connection's acks, any number of messages in flight."""

import asyncio
import itertools
import json
from collections.abc import Callable

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import BadHeaderError, BadSubjectError
from nats.errors import Error as NatsError

from libs.bus.connection import Connection
from libs.bus.errors import (
    BusError,
    BusUnavailableError,
    MessageTooLargeError,
    PublishRejectedError,
    PublishTimeoutError,
    StreamFullError,
)
from libs.bus.messages import Ack, Outgoing

_STREAM_FULL = frozenset((10077, 10047, 10023))


class Sender:
    """Sends over a Connection. on_no_stream is called when no stream took a message."""

    def __init__(self, connection: Connection, on_no_stream: Callable[[], None]) -> None:
        self._connection = connection
        self._on_no_stream = on_no_stream
        self._inbox = ""
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        connection.on_up.append(self._open)
        connection.on_down.append(self._abandon)

    def unique_name(self) -> str:
        """A name no other connection uses, another one each time."""
        return f"{self._inbox.split('.')[1]}-{next(self._numbers):x}" if self._inbox else ""

    async def send(self, message: Outgoing, within: float) -> asyncio.Future[Ack]:
        """Sends, and answers with the future of its acknowledgement, which fails with a BusError after this many
        seconds at the latest. BusUnavailableError or MessageTooLargeError when it cannot even be sent."""
        loop = asyncio.get_running_loop()
        number = f"{next(self._numbers):x}"
        future: asyncio.Future[Ack] = loop.create_future()
        self._waiting[number] = future
        timer = loop.call_later(within, self._expire, number, within)
        try:
            await self.write(message, self._inbox + number)
        except BaseException:
            self._forget(number, timer)
            raise
        future.add_done_callback(lambda _: self._forget(number, timer))
        return future

    async def write(self, message: Outgoing, reply: str = "") -> None:
        """Sends without asking for an acknowledgement."""
        client = self._connection.client
        # The broker would answer by closing the connection, and with it everybody else's messages in flight.
        if len(message.payload) > client.max_payload // 2 and message.size() > client.max_payload:
            raise MessageTooLargeError(
                f"{message.subject}: {message.size()} bytes, the broker takes {client.max_payload}"
            )
        try:
            await client.publish(message.subject, message.payload, reply, message.headers)
        except (BadSubjectError, BadHeaderError) as error:
            raise PublishRejectedError(f"{message.subject!r} or a header is malformed") from error
        except (NatsError, OSError) as error:
            raise BusUnavailableError(f"cannot publish: {error!r}") from error

    async def _open(self, client: Client) -> None:
        self._inbox = client.new_inbox() + "."
        await client.subscribe(self._inbox + "*", cb=self._on_ack)

    async def _on_ack(self, message: Msg) -> None:
        future = self._waiting.pop(message.subject[len(self._inbox) :], None)
        if future is None or future.done():
            return
        if message.headers and message.headers.get("Status") == "503":
            self._on_no_stream()
            future.set_exception(BusUnavailableError("no stream takes this subject now"))
            return
        verdict = _verdict(message.data)
        if isinstance(verdict, Ack):
            future.set_result(verdict)
        else:
            future.set_exception(verdict)

    def _forget(self, number: str, timer: asyncio.TimerHandle) -> None:
        timer.cancel()
        self._waiting.pop(number, None)

    def _expire(self, number: str, within: float) -> None:
        future = self._waiting.pop(number, None)
        if future is not None and not future.done():
            future.set_exception(PublishTimeoutError(f"no acknowledgement within {within} s"))

    def _abandon(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(BusUnavailableError("the connection to NATS was lost before the acknowledgement"))


def _verdict(data: bytes) -> Ack | BusError:
    answer = json.loads(data)
    error = answer.get("error")
    if error is None:
        return Ack(answer["stream"], answer["seq"], answer.get("duplicate", False))
    text = f"{error.get('description')} ({error.get('err_code')})"
    if error.get("err_code") in _STREAM_FULL:
        return StreamFullError(text)
    return (BusUnavailableError if error.get("code", 0) >= 500 else PublishRejectedError)(text)
