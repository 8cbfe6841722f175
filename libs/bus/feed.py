"""A live feed of the EVENTS stream: everything after a position, in order, without gaps, across restarts."""

import hashlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import uuid4

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from libs.bus.bus import Bus
from libs.bus.errors import BusUnavailableError, FeedGapError
from libs.bus.pull import Puller
from libs.bus.streams import EVENTS
from libs.observe.log import get_logger

log = get_logger(__name__)

_BATCH = 500
_FORGET_AFTER = 60.0


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One stored event. sequence: its place in the stream. stored_at: when the broker took it, in Unix seconds."""

    sequence: int
    subject: str
    headers: dict[str, str]
    payload: bytes
    stored_at: float


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """epoch: changes when the stream is made anew, and with it what sequences mean."""

    epoch: str
    first: int
    last: int


class EventFeed:
    """One reader of the whole stream, for a gateway replica. Nothing is acknowledged: the reader keeps its place."""

    def __init__(self, bus: Bus, stream: str = EVENTS) -> None:
        self._bus = bus
        self._stream = stream
        self._epoch = ""
        self._last = 0
        self._expected = 0
        self._puller = Puller(bus.connection, stream, _BATCH, self._subscribe)

    async def position(self) -> StreamPosition:
        """Where the stream stands now; BusUnavailableError while the broker is away."""
        try:
            info = await self._bus.jetstream.stream_info(self._stream)
        except (NatsError, TimeoutError) as error:
            raise BusUnavailableError(f"the broker does not tell about {self._stream}: {error!r}") from error
        epoch = hashlib.sha256(str(info.created).encode()).hexdigest()[:8]
        return StreamPosition(epoch, info.state.first_seq, info.state.last_seq)

    async def epoch(self) -> str:
        """Identifies this life of the stream: 8 hexadecimal digits."""
        return (await self.position()).epoch

    async def last_seq(self) -> int:
        """The newest event's sequence; 0 in a stream that never held one."""
        return (await self.position()).last

    async def batches(self, after: int, epoch: str = "") -> AsyncGenerator[list[FeedEvent]]:
        """Every event after this sequence, as they come; an empty list now and then when none does. Waits through
        broker restarts. FeedGapError when events that should follow are gone, or the epoch is not this one."""
        self._last, self._epoch = after, epoch
        try:
            while True:
                yield self._in_order(await self._puller.take())
        finally:
            await self._puller.close()

    async def events(self, after: int, epoch: str = "") -> AsyncGenerator[FeedEvent]:
        """batches(), one event at a time."""
        async for batch in self.batches(after, epoch):
            for event in batch:
                yield event

    def _in_order(self, messages: list[Msg]) -> list[FeedEvent]:
        events = []
        for message in messages:
            sequence, delivery, stored_at = _place(message.reply)
            if delivery != self._expected:
                log.warning("the feed missed a delivery and begins again", wanted=self._expected, got=delivery)
                self._puller.restart()
                break
            if sequence != self._last + 1:
                raise FeedGapError(f"events {self._last + 1} to {sequence - 1} are gone")
            self._expected, self._last = delivery + 1, sequence
            events.append(FeedEvent(sequence, message.subject, message.headers or {}, message.data, stored_at))
        return events

    async def _subscribe(self) -> str:
        # What a former consumer delivered and was not taken comes again.
        self._puller.restart()
        position = await self.position()
        self._epoch = self._epoch or position.epoch
        if position.epoch != self._epoch or position.first > self._last + 1 or position.last < self._last:
            raise FeedGapError(f"events after {self._last} of {self._epoch} are gone; the stream is at {position}")
        self._expected = 1
        config = ConsumerConfig(
            name=f"feed-{uuid4().hex}",
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self._last + 1,
            ack_policy=AckPolicy.NONE,
            mem_storage=True,
            num_replicas=1,
            inactive_threshold=_FORGET_AFTER,
        )
        info = await self._bus.jetstream.add_consumer(self._stream, config)
        return str(info.name)


def _place(reply: str) -> tuple[int, int, float]:
    """Stream sequence, consumer sequence and time (Unix seconds) of a delivery."""
    parts = reply.split(".")
    first = 2 if len(parts) == 9 else 4
    return int(parts[first + 3]), int(parts[first + 4]), int(parts[first + 5]) / 1e9
