"""Publishing: many messages in one atomic batch, single ones at once or, under load, in each other's batches."""

import asyncio
from collections.abc import Sequence

from libs.bus.errors import BusError, BusUnavailableError
from libs.bus.flow import Flow
from libs.bus.messages import Ack, Outcome, Outgoing
from libs.bus.sender import Sender
from libs.bus.streams import stream_of

# From this many messages on, one atomic batch costs less than single messages. With sync_interval: always it is one
# disk sync instead of one for each, but the broker first makes a store for it on the disk: a batch takes about as long
# as ten messages one after the other, and as much of the broker's processor as eight. It takes at most 1,000 a batch.
_BATCH_FROM = 10
_BATCH_MOST = 500
_BATCH_BYTES = 4 * 1024 * 1024
# A refused batch has cost a round trip for nothing, and what it met (redeliveries, mostly) comes in swarms.
_BATCHES_REST = 0.5


class Publisher:
    """Publishes with a Sender."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._flows: dict[str, Flow] = {}
        self._no_batches_until = 0.0

    async def publish(self, message: Outgoing, within: float) -> Ack:
        """Publishes one message and waits for its acknowledgement. Raises a BusError that says what happened."""
        stream = stream_of(message.subject) or ""
        flow = self._flows.get(stream)
        if flow is None:
            flow = self._flows[stream] = Flow(self._sender, self.publish_many)
        return await flow.publish(message, within)

    async def publish_many(self, messages: Sequence[Outgoing], within: float) -> list[Outcome]:
        """Publishes all, waiting for acknowledgements together. The outcomes are in the order of the messages, and
        messages of one stream are stored in their order, except where one was refused. What follows an unanswered
        message of its key fails as that did, and is not sent: published again after it, it would stay before it."""
        outcomes: list[Outcome] = []
        stuck: set[str] = set()
        for chunk in _chunks(messages):
            batch = len(chunk) >= _BATCH_FROM and asyncio.get_running_loop().time() >= self._no_batches_until
            if batch and stuck.isdisjoint(message.key for message in chunk):
                found = await self._batch(chunk, within, stuck)
            else:
                found = await self._singles(chunk, within, stuck)
            stuck.update(_unanswered(chunk, found))
            outcomes += found
        return outcomes

    async def _singles(self, messages: Sequence[Outgoing], within: float, stuck: set[str]) -> list[Outcome]:
        """In waves, with one message of each key: the next goes once the one before it was answered. All of them have
        this time together."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        outcomes: dict[int, Outcome] = {}
        left = list(range(len(messages)))
        while left:
            wave, later = _wave(messages, left)
            sent = [(number, await self._send(messages[number], until - loop.time(), stuck)) for number in wave]
            for number, item in sent:
                outcomes[number] = item if isinstance(item, BusError) else await _outcome(item)
            stuck = stuck | _unanswered([messages[number] for number in wave], [outcomes[number] for number in wave])
            left = later
        return [outcomes[number] for number in range(len(messages))]

    async def _send(self, message: Outgoing, within: float, stuck: set[str]) -> asyncio.Future[Ack] | BusError:
        if message.key in stuck:
            return BusUnavailableError("the message before it was not acknowledged")
        if within <= 0 and message.key:
            return BusUnavailableError("the messages before it took all the time there was")
        try:
            return await self._sender.send(message, within)
        except BusError as error:
            return error

    async def _batch(self, messages: Sequence[Outgoing], within: float, stuck: set[str]) -> list[Outcome]:
        """All of them or none. Where the broker refuses the batch as such (one of them is a duplicate, say), each
        gets its own verdict."""
        try:
            ack = await (await self._send_batch(messages, within))
        except BusUnavailableError as error:
            return [error] * len(messages)
        except BusError:
            self._no_batches_until = asyncio.get_running_loop().time() + _BATCHES_REST
            return await self._singles(messages, within, stuck)
        first = ack.sequence - len(messages) + 1
        return [Ack(ack.stream, first + index, False) for index in range(len(messages))]

    async def _send_batch(self, messages: Sequence[Outgoing], within: float) -> asyncio.Future[Ack]:
        batch = self._sender.unique_name()
        for number, message in enumerate(messages[:-1], 1):
            headers = {**message.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            await self._sender.write(Outgoing(message.subject, message.payload, headers))
        last = messages[-1]
        commit = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(messages)), "Nats-Batch-Commit": "1"}
        return await self._sender.send(Outgoing(last.subject, last.payload, {**last.headers, **commit}), within)


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


def _wave(messages: Sequence[Outgoing], numbers: Sequence[int]) -> tuple[list[int], list[int]]:
    """The first of each key among these, and what is left."""
    wave: list[int] = []
    later: list[int] = []
    keys: set[str] = set()
    for number in numbers:
        key = messages[number].key
        (later if key in keys else wave).append(number)
        if key:
            keys.add(key)
    return wave, later


def _unanswered(messages: Sequence[Outgoing], outcomes: Sequence[Outcome]) -> set[str]:
    """Keys of which nobody knows how far they are stored."""
    pairs = zip(messages, outcomes, strict=True)
    return {message.key for message, outcome in pairs if message.key and isinstance(outcome, BusUnavailableError)}


async def _outcome(future: asyncio.Future[Ack]) -> Outcome:
    try:
        return await future
    except BusError as error:
        return error
