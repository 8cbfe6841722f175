"""Messages to send, handlers that misbehave on demand, and ways to see what came of it."""

from collections.abc import Callable, Iterable
from uuid import UUID, uuid4

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus.bus import Bus
from libs.bus.consumer import Consumer, Handler
from libs.bus.messages import Ack, Delivered, Outgoing
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import INBOUND_LIVE
from libs.bus.subjects import inbound

TENANT = UUID("01900000-0000-7000-8000-000000000001")


def start_consumer(bus: Bus, wanted: ConsumerSpec, handler: Handler) -> Consumer:
    """A consumer that runs."""
    consumer = Consumer(bus, wanted, handler)
    consumer.start()
    return consumer


def spec(**changes: object) -> ConsumerSpec:
    """A consumer of live messages with a name of its own and little patience."""
    defaults = {"durable": f"c{uuid4().hex[:12]}", "stream": INBOUND_LIVE, "backoff": (0.05,), "max_deliver": 3}
    return ConsumerSpec(**{**defaults, **changes})  # type: ignore[arg-type]


def outgoing(text: str, partition: int = 0) -> Outgoing:
    """A live inbound message whose id and text are this."""
    event = InboundEvent(dedup_key=text, tenant_id=str(TENANT), channel="line")
    event.message.text = text
    return Outgoing.of(inbound("live", "line", partition), event, f"{text}-{uuid4().hex[:8]}", TENANT)


def text_of(message: Delivered) -> str:
    """The text inside."""
    return message.parse(InboundEvent).message.text


async def publish(bus: Bus, texts: Iterable[str], partition: int = 0) -> None:
    """Publishes all and sees them stored."""
    outcomes = await bus.publish_many([outgoing(text, partition) for text in texts])
    assert all(isinstance(outcome, Ack) for outcome in outcomes), outcomes


class Recorder:
    """A handler that remembers what it handled. fail: raises what this returns for a batch, if anything."""

    def __init__(self, fail: Callable[[list[str]], Exception | None] = lambda _: None) -> None:
        self.fail = fail
        self.handled: list[str] = []
        self.batches: list[list[str]] = []

    async def __call__(self, batch: list[Delivered]) -> None:
        texts = [text_of(message) for message in batch]
        self.batches.append(texts)
        error = self.fail(texts)
        if error is not None:
            raise error
        self.handled += texts
