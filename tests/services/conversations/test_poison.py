"""One event that cannot be stored goes to the dead letters; the others of its batch do not suffer."""

from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus import subjects
from libs.bus.bus import Bus
from libs.bus.consumer import Consumer
from libs.bus.dead_letters import DeadLetter, DeadLetters
from libs.bus.messages import Delivered, Outgoing
from libs.bus.outbox import Outbox
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import INBOUND_LIVE
from services.conversations.consumers import InboundConsumer
from services.conversations.service.inbound import InboundService
from tests.services.conversations.shop import Shop
from tests.support.inbound import unique
from tests.support.stack import Stack
from tests.support.wait import eventually

# A partition's channel of its own, which the running service reads too, but with more patience than a test has.
_CHANNEL = "poisoned"


@pytest.fixture
async def consumer(conversations: Stack, bus: Bus) -> AsyncIterator[list[int]]:
    """The way in with little patience; gives the sizes of the batches it was handed."""
    service = InboundService(
        conversations.database.open("conversations"), conversations.runtime("conversations").clock, Outbox()
    )
    handler, sizes = InboundConsumer(service), list[int]()

    async def handle(batch: list[Delivered]) -> None:
        sizes.append(len(batch))
        await handler.handle(batch)

    filters = (f"inbound.live.{_CHANNEL}.*",)
    spec = ConsumerSpec(unique("poison"), INBOUND_LIVE, filters, backoff=(0.01,), max_deliver=2, from_now=True)
    running = Consumer(bus, spec, handle)
    running.start()
    await eventually(partial(_exists, bus, spec.durable))
    yield sizes
    await running.stop()


async def _exists(bus: Bus, durable: str) -> bool:
    return durable in [info.name for info in await bus.jetstream.consumers_info(INBOUND_LIVE)]


def _with_nul(event: InboundEvent) -> bytes:
    event.message.text = "a\0b"
    return event.SerializeToString()


def _of_no_tenant(event: InboundEvent) -> bytes:
    event.tenant_id = "nobody"
    return event.SerializeToString()


def _of_an_impossible_type(event: InboundEvent) -> bytes:
    event.message.type = "te\0xt"
    return event.SerializeToString()


def _torn(event: InboundEvent) -> bytes:
    return event.SerializeToString()[:-3]


@pytest.mark.promise(1)
@pytest.mark.parametrize("spoil", [_with_nul, _of_no_tenant, _of_an_impossible_type, _torn])
async def test_only_the_culprit_is_put_aside(
    shop: Shop, bus: Bus, consumer: list[int], spoil: Callable[[InboundEvent], bytes]
) -> None:
    customer = shop.customer()
    good = [customer.wrote(str(number)) for number in range(8)]
    bad = shop.customer().wrote()
    letters = [_message(event, event.SerializeToString()) for event in good]
    letters.insert(4, _message(bad, spoil(InboundEvent.FromString(bad.SerializeToString()))))
    await bus.publish_many(letters)
    letter = await eventually(partial(_dead, bus, bad.dedup_key))
    assert isinstance(letter, DeadLetter)
    assert (letter.subject, letter.tries) == (letters[4].subject, 2)
    assert letter.payload == letters[4].payload
    await eventually(partial(_has, shop, 8))
    row = await shop.only()
    assert sorted(await shop.texts(row.id)) == [str(number) for number in range(8)]


@pytest.mark.promise(1)
async def test_a_dead_letter_is_stored_once_its_cause_is_mended(shop: Shop, bus: Bus, consumer: list[int]) -> None:
    event = shop.customer().wrote("mended")
    hurdle = "ALTER TABLE conversations.messages ADD CONSTRAINT hurdle CHECK (text <> 'mended') NOT VALID"
    await shop.stack.database.fetch(hurdle)
    try:
        await bus.publish_many([_message(event, event.SerializeToString())])
        letter = await eventually(partial(_dead, bus, event.dedup_key))
    finally:
        await shop.stack.database.fetch("ALTER TABLE conversations.messages DROP CONSTRAINT hurdle")
    assert isinstance(letter, DeadLetter)
    assert "hurdle" in letter.error
    await DeadLetters(bus).replay(letter.number)
    await eventually(partial(_has, shop, 1))


def _message(event: InboundEvent, payload: bytes) -> Outgoing:
    headers = {subjects.MSG_ID: event.dedup_key, subjects.TYPE: InboundEvent.DESCRIPTOR.full_name}
    return Outgoing(subjects.inbound("live", _CHANNEL, 63), payload, headers)


async def _dead(bus: Bus, msg_id: str) -> DeadLetter | None:
    return next((letter for letter in await DeadLetters(bus).list() if letter.msg_id == msg_id), None)


async def _has(shop: Shop, messages: int) -> bool:
    rows = await shop.inbox()
    return bool(rows) and len((await shop.thread(rows[0].id)).messages) == messages
