"""Publishing with acknowledgement: one inbox for all acks, many messages in flight, atomic batches for many at once."""

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
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
from libs.bus.streams import stream_of

Outcome = Ack | BusError

# From this many messages on, one atomic batch costs less than single messages (with sync_interval: always it is
# one disk sync instead of one for each). The broker takes at most 1,000 a batch.
_BATCH_FROM = 3
_BATCH_MOST = 500
_BATCH_BYTES = 4 * 1024 * 1024
_STREAM_FULL = frozenset((10077, 10047, 10023))


class Publisher:
    """Publishes over a Connection. on_no_stream is called when no stream took a message."""

    def __init__(self, connection: Connection, on_no_stream: Callable[[], None]) -> None:
        self._connection = connection
        self._on_no_stream = on_no_stream
        self._inbox = ""
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        connection.on_up.append(self._open)
        connection.on_down.append(self._abandon)

    async def publish(self, message: Outgoing, within: float) -> Ack:
        """Publishes one message and waits for its acknowledgement. Raises a BusError that says what happened."""
        future = await self._send(message, within)
        return _ack(await future)

    async def publish_many(self, messages: Sequence[Outgoing], within: float) -> list[Outcome]:
        """Publishes all, waiting for acknowledgements together. The outcomes are in the order of the messages, and
        messages of one stream are stored in their order, except where one was refused."""
        outcomes: list[Outcome] = []
        for chunk in _chunks(messages):
            batch = len(chunk) >= _BATCH_FROM
            outcomes += await (self._batch(chunk, within) if batch else self._singles(chunk, within))
        return outcomes

    async def _singles(self, messages: Sequence[Outgoing], within: float) -> list[Outcome]:
        sent: list[asyncio.Future[bytes] | BusError] = []
        for message in messages:
            try:
                sent.append(await self._send(message, within))
            except BusError as error:
                sent.append(error)
        return [item if isinstance(item, BusError) else await _outcome(item) for item in sent]

    async def _batch(self, messages: Sequence[Outgoing], within: float) -> list[Outcome]:
        """All of them or none. Where the broker refuses the batch as such (one of them is a duplicate, say), each
        gets its own verdict."""
        try:
            last = await self._send_batch(messages, within)
            ack = _ack(await last)
        except BusUnavailableError as error:
            return [error] * len(messages)
        except BusError:
            return await self._singles(messages, within)
        first = ack.sequence - len(messages) + 1
        return [Ack(ack.stream, first + index, False) for index in range(len(messages))]

    async def _send_batch(self, messages: Sequence[Outgoing], within: float) -> asyncio.Future[bytes]:
        batch = f"{self._inbox.split('.')[1]}-{next(self._numbers):x}"
        for number, message in enumerate(messages[:-1], 1):
            headers = {**message.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            await self._write(Outgoing(message.subject, message.payload, headers), "")
        last = messages[-1]
        commit = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(messages)), "Nats-Batch-Commit": "1"}
        return await self._send(Outgoing(last.subject, last.payload, {**last.headers, **commit}), within)

    async def _send(self, message: Outgoing, within: float) -> asyncio.Future[bytes]:
        """Sends, and answers with the future of the acknowledgement."""
        loop = asyncio.get_running_loop()
        number = f"{next(self._numbers):x}"
        future: asyncio.Future[bytes] = loop.create_future()
        self._waiting[number] = future
        timer = loop.call_later(within, self._expire, number, within)
        try:
            await self._write(message, self._inbox + number)
        except BaseException:
            self._forget(number, timer)
            raise
        future.add_done_callback(lambda _: self._forget(number, timer))
        return future

    async def _write(self, message: Outgoing, reply: str) -> None:
        client = self._connection.client
        # The broker would answer by closing the connection, and with it everybody else's messages in flight.
        if len(message.payload) > client.max_payload // 2 and message.size() > client.max_payload:
            raise MessageTooLargeError(
                f"{message.subject}: {message.size()} bytes, the broker takes {client.max_payload}"
            )
        try:
            await client.publish(message.subject, message.payload, reply, message.headers)
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
        else:
            future.set_result(message.data)

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


def _chunks(messages: Sequence[Outgoing]) -> list[list[Outgoing]]:
    """Runs of messages that may be one batch: same stream, not too many, not too large."""
    chunks: list[list[Outgoing]] = []
    stream, size = "", 0
    for message in messages:
        target, bytes_more = stream_of(message.subject) or "", len(message.payload)
        if not chunks or target != stream or len(chunks[-1]) == _BATCH_MOST or size + bytes_more > _BATCH_BYTES:
            chunks.append([])
            stream, size = target, 0
        chunks[-1].append(message)
        size += bytes_more
    return chunks


async def _outcome(future: asyncio.Future[bytes]) -> Outcome:
    try:
        return _ack(await future)
    except BusError as error:
        return error


def _ack(data: bytes) -> Ack:
    answer = json.loads(data)
    error = answer.get("error")
    if error is None:
        return Ack(answer["stream"], answer["seq"], answer.get("duplicate", False))
    text = f"{error.get('description')} ({error.get('err_code')})"
    if error.get("err_code") in _STREAM_FULL:
        raise StreamFullError(text)
    raise (BusUnavailableError if error.get("code", 0) >= 500 else PublishRejectedError)(text)
