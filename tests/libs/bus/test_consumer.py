"""Consumers: every message handled, the bad ones alone put aside, nothing lost to trouble."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nats.js.errors import NotFoundError

from libs.bus.bus import Bus
from libs.bus.connection import Connection
from libs.bus.consumer import Consumer
from libs.bus.dead_letters import DeadLetter, DeadLetters, NoSuchLetterError
from libs.bus.errors import BusUnavailableError
from libs.bus.messages import Ack, Delivered
from libs.bus.metrics import PENDING
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import DEAD_LETTERS, INBOUND_LIVE
from libs.observe.metrics import exposition
from tests.libs.bus.traffic import TENANT, Recorder, outgoing, publish, spec, start_consumer, text_of
from tests.support.servers import LocalServer
from tests.support.wait import eventually

Handler = Callable[[list[Delivered]], Awaitable[None]]
Consume = Callable[[ConsumerSpec, Handler], Consumer]


@pytest.fixture
async def consume(bus: Bus) -> AsyncIterator[Consume]:
    """Starts consumers, and stops them after the test."""
    started: list[tuple[Consumer, ConsumerSpec]] = []

    def start(wanted: ConsumerSpec, handler: Handler) -> Consumer:
        consumer = start_consumer(bus, wanted, handler)
        started.append((consumer, wanted))
        return consumer

    yield start
    await asyncio.gather(*(consumer.stop() for consumer, _ in started))


def numbered(count: int) -> list[str]:
    return [f"{number:04}" for number in range(count)]


async def unfinished(bus: Bus, wanted: ConsumerSpec) -> int:
    """Messages not settled yet; -1 while the broker does not know the consumer."""
    try:
        info = await bus.jetstream.consumer_info(wanted.stream, wanted.durable)
    except NotFoundError:
        return -1
    return int((info.num_pending or 0) + (info.num_ack_pending or 0))


async def test_messages_come_in_order_in_batches_and_are_acknowledged(bus: Bus, consume: Consume) -> None:
    recorder, wanted = Recorder(), spec(batch=50)
    await publish(bus, numbered(500))
    consume(wanted, recorder)
    await eventually(lambda: recorder.handled == numbered(500))
    assert max(len(batch) for batch in recorder.batches) > 1
    assert all(len(batch) <= 50 for batch in recorder.batches)
    await eventually(lambda: _done(bus, wanted))


async def test_a_lone_message_waits_for_no_other(bus: Bus, consume: Consume) -> None:
    recorder = Recorder()
    consume(spec(), recorder)
    for number in range(5):
        await publish(bus, [str(number)])
        await eventually(lambda: len(recorder.handled) == number + 1)  # noqa: B023 - awaited in the loop
    assert [len(batch) for batch in recorder.batches] == [1] * 5


@pytest.mark.promise(7)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(culprits=st.sets(st.integers(0, 39), max_size=4), size=st.integers(1, 40))
async def test_bisecting_leaves_the_culprits_alone(bus: Bus, culprits: set[int], size: int) -> None:
    await bus.jetstream.purge_stream(INBOUND_LIVE)
    poison = {f"{number:04}" for number in culprits}
    recorder = Recorder(lambda texts: ValueError("bad") if poison & set(texts) else None)
    wanted = spec(batch=size, backoff=(30.0,))
    await publish(bus, numbered(40))
    consumer = start_consumer(bus, wanted, recorder)
    good = [text for text in numbered(40) if text not in poison]
    await eventually(lambda: sorted(recorder.handled) == good)
    alone = {texts[0] for texts in recorder.batches if len(texts) == 1 and texts[0] in poison}
    assert alone == poison
    assert recorder.handled == good, "good messages keep their order"
    await eventually(lambda: _left(bus, wanted, len(poison)))
    await consumer.stop()
    await bus.jetstream.delete_consumer(INBOUND_LIVE, wanted.durable)


async def _left(bus: Bus, wanted: ConsumerSpec, count: int) -> bool:
    return await unfinished(bus, wanted) == count


async def _done(bus: Bus, wanted: ConsumerSpec) -> bool:
    return await unfinished(bus, wanted) == 0


@pytest.mark.promise(1)
async def test_poison_goes_to_the_dead_letters_and_can_be_replayed(bus: Bus, consume: Consume) -> None:
    poisonous = True
    recorder = Recorder(lambda texts: ValueError("cannot read it") if poisonous and "0003" in texts else None)
    wanted = spec(max_deliver=3)
    consume(wanted, recorder)
    await publish(bus, numbered(6))
    letters = DeadLetters(bus)
    (letter,) = await eventually(letters.list)
    assert (letter.consumer, letter.tries, letter.tenant_id) == (wanted.durable, 3, TENANT)
    assert letter.subject == "inbound.live.line.0"
    assert letter.type == "frontdesk.channels.v1.InboundEvent"
    assert "cannot read it" in letter.error
    assert letter.size == len(letter.payload) > 0
    await eventually(lambda: _done(bus, wanted))
    assert sorted(recorder.handled) == [text for text in numbered(6) if text != "0003"]
    assert sum(texts == ["0003"] for texts in recorder.batches) == 3

    poisonous = False
    await letters.replay(letter.number)
    await eventually(lambda: "0003" in recorder.handled)
    assert await letters.list() == []
    with pytest.raises(NoSuchLetterError):
        await letters.replay(letter.number)


async def test_dead_letters_are_listed_newest_first_in_pages_and_purged(bus: Bus, consume: Consume) -> None:
    consume(spec(max_deliver=1), Recorder(lambda _: ValueError("no")))
    letters = DeadLetters(bus)
    for text in numbered(5):
        await publish(bus, [text])
    await eventually(lambda: _count(letters, 5))
    first = await letters.list(2)
    await letters.purge((await letters.list(3))[2].number)
    rest = await letters.list(10, before=first[-1].number)
    numbers = [letter.number for letter in [*first, *rest]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 4
    assert (await letters.show(numbers[0])).error == "ValueError('no')"


async def _count(letters: DeadLetters, wanted: int) -> bool:
    return len(await letters.list()) == wanted


@pytest.mark.promise(1)
async def test_a_dead_letter_is_written_before_the_message_is_given_up(bus: Bus, consume: Consume) -> None:
    await bus.jetstream.delete_stream(DEAD_LETTERS)
    wanted = spec(max_deliver=1)
    recorder = Recorder(lambda _: ValueError("bad"))
    consume(wanted, recorder)
    await publish(bus, ["poison"])
    # Refused once, it stays with its consumer; the bus makes the stream again meanwhile.
    await eventually(bus.problem)
    assert await unfinished(bus, wanted) == 1
    (letter,) = await eventually(lambda: _letters(bus))
    assert letter.tries >= 1
    await eventually(lambda: _done(bus, wanted))


async def _letters(bus: Bus) -> list[DeadLetter]:
    return [] if bus.problem() else await DeadLetters(bus).list()


@pytest.mark.promise(1)
@pytest.mark.parametrize(
    "error", [BusUnavailableError("away"), ConnectionRefusedError(), asyncpg.CannotConnectNowError("starting")]
)
async def test_while_something_is_away_nothing_is_lost_and_nothing_given_up(
    bus: Bus, consume: Consume, error: Exception
) -> None:
    away = True
    recorder = Recorder(lambda _: error if away else None)
    wanted = spec(max_deliver=1, batch=10)
    consume(wanted, recorder)
    await publish(bus, numbered(30))
    # More attempts than any budget of failures would allow.
    await eventually(lambda: len(recorder.batches) >= 4)
    assert all(texts == recorder.batches[0] for texts in recorder.batches[:4]), "the batch is not halved"
    assert await unfinished(bus, wanted) == 30
    away = False
    await eventually(lambda: recorder.handled == numbered(30))
    assert await DeadLetters(bus).list() == []


@pytest.mark.promise(7)
async def test_a_message_that_alone_claims_that_something_is_away_is_found_out(bus: Bus, consume: Consume) -> None:
    recorder = Recorder(lambda texts: TimeoutError("too slow") if "0002" in texts else None)
    wanted = spec(max_deliver=2, batch=5)
    consume(wanted, recorder)
    await publish(bus, numbered(5))
    await eventually(lambda: len(recorder.handled) == 4, 20)
    # It comes again alone, and waits for company to be compared with.
    await eventually(lambda: recorder.batches[-1] == ["0002"] and recorder.batches[-2] == ["0002"])
    await publish(bus, ["company"])
    (letter,) = await eventually(DeadLetters(bus).list, 20)
    assert letter.consumer == wanted.durable
    assert "company" in recorder.handled


async def test_slow_batches_are_not_given_to_others(bus: Bus, consume: Consume) -> None:
    handled: list[str] = []

    async def slowly(batch: list[Delivered]) -> None:
        # The slow work itself: twice as long as the broker waits for an answer.
        await asyncio.sleep(4)
        handled.extend(text_of(message) for message in batch)

    wanted = spec(ack_wait=2, batch=2)
    other = Recorder()
    await publish(bus, numbered(4))
    consume(wanted, slowly)
    await eventually(lambda: _delivered(bus, wanted, 4))
    consume(wanted, other)
    await eventually(lambda: _done(bus, wanted))
    assert (sorted(handled), other.handled) == (numbered(4), [])


async def _delivered(bus: Bus, wanted: ConsumerSpec, count: int) -> bool:
    if await unfinished(bus, wanted) < 0:
        return False
    info = await bus.jetstream.consumer_info(wanted.stream, wanted.durable)
    return bool(info.num_ack_pending == count)


async def test_stopping_finishes_the_running_batch_and_hands_the_rest_over(bus: Bus, consume: Consume) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    first: list[str] = []

    async def held_up(batch: list[Delivered]) -> None:
        begun.set()
        await go_on.wait()
        first.extend(text_of(message) for message in batch)

    wanted = spec(batch=3)
    await publish(bus, numbered(9))
    leaving = consume(wanted, held_up)
    await begun.wait()
    stopping = asyncio.create_task(leaving.stop())
    successor = Recorder()
    consume(wanted, successor)
    go_on.set()
    await stopping
    # Sooner than the broker would hand them out again by itself.
    await eventually(lambda: sorted(first + successor.handled) == numbered(9), 9)
    assert 1 <= len(first) <= 3


async def test_who_consumes_no_more_tells_of_nothing_that_waits(bus: Bus, consume: Consume) -> None:
    recorder, wanted = Recorder(lambda _: ConnectionRefusedError()), spec(batch=1)
    await publish(bus, numbered(40))
    consumer = consume(wanted, recorder)
    await eventually(lambda: recorder.batches)
    PENDING.labels(wanted.durable).set(40)
    await consumer.stop()
    assert f'frontdesk_bus_pending_messages{{consumer="{wanted.durable}"}} 0.0' in exposition().decode()


async def test_stopping_does_not_wait_for_what_is_away(bus: Bus, consume: Consume) -> None:
    recorder, wanted = Recorder(lambda _: ConnectionRefusedError()), spec()
    consumer = consume(wanted, recorder)
    await publish(bus, numbered(3))
    await eventually(lambda: len(recorder.batches) >= 3)
    # Less than the grace a batch at hand is given.
    async with asyncio.timeout(10):
        await consumer.stop()
    successor = Recorder()
    consume(wanted, successor)
    await eventually(lambda: sorted(successor.handled) == numbered(3))


@pytest.mark.promise(1)
async def test_consuming_goes_on_after_the_broker_was_killed(bus: Bus, consume: Consume, broker: LocalServer) -> None:
    recorder = Recorder()
    wanted = spec(batch=20, ack_wait=2)
    consume(wanted, recorder)
    for round_number in range(3):
        texts = [f"{round_number}-{text}" for text in numbered(100)]
        await publish(bus, texts)
        if round_number == 1:
            await eventually(lambda: len(recorder.handled) > 100)
        await broker.kill()
        await broker.start()
        await eventually(lambda: not bus.problem())
        await eventually(partial(lambda texts: set(texts) <= set(recorder.handled), texts), 20)
    await eventually(lambda: _done(bus, wanted), 40)


@pytest.mark.promise(3)
async def test_an_exclusive_consumer_keeps_the_order_when_the_broker_is_killed(
    bus: Bus, consume: Consume, broker: LocalServer
) -> None:
    recorder = Recorder()
    consume(spec(batch=20, exclusive=True), recorder)
    stop = asyncio.Event()
    published: list[str] = []

    async def produce() -> None:
        while not stop.is_set():
            (outcome,) = await bus.publish_many([outgoing(f"{len(published):06}")])
            if isinstance(outcome, Ack):
                published.append(f"{len(published):06}")
            await asyncio.sleep(0.001)

    producing = asyncio.create_task(produce())
    for _ in range(3):
        await eventually(partial(lambda before: len(recorder.handled) > before + 200, len(recorder.handled)))
        await broker.kill()
        await broker.start()
    await eventually(lambda: not bus.problem())
    stop.set()
    await producing
    await eventually(lambda: set(published) <= set(recorder.handled))
    first_seen = list(dict.fromkeys(recorder.handled))
    assert first_seen == sorted(first_seen)


@pytest.mark.promise(7)
async def test_an_exclusive_successor_gets_the_dead_ones_messages_at_once_and_in_order(
    bus: Bus, consume: Consume
) -> None:
    begun = asyncio.Event()

    async def never_end(_: list[Delivered]) -> None:
        begun.set()
        await asyncio.Event().wait()

    wanted = spec(batch=10, ack_wait=60, exclusive=True)
    await publish(bus, numbered(30))
    dying = Consumer(bus, wanted, never_end)
    dying.start()
    await begun.wait()
    # Dead: it answers nothing any more.
    dying._hand._connection = Connection("nats://127.0.0.1:9", "dead")
    await dying.stop(grace=0)
    successor = Recorder()
    consume(wanted, successor)
    await eventually(lambda: successor.handled == numbered(30))


async def test_a_consumer_that_vanished_is_made_again_where_it_was(bus: Bus, consume: Consume) -> None:
    recorder, wanted = Recorder(), spec()
    await publish(bus, numbered(10))
    first = consume(wanted, recorder)
    await eventually(lambda: len(recorder.handled) == 10)
    await eventually(lambda: _done(bus, wanted))
    await first.stop()
    # Started again, it knows how far it had come.
    consume(wanted, recorder)
    await publish(bus, ["before"])
    await eventually(lambda: recorder.handled[-1] == "before")
    await bus.jetstream.delete_consumer(INBOUND_LIVE, wanted.durable)
    await publish(bus, ["after"])
    await eventually(lambda: recorder.handled[-1] == "after")
    assert recorder.handled[:10] == numbered(10)
    assert recorder.handled.count("0005") == 1


async def test_changed_filters_are_applied_to_a_consumer_that_exists(bus: Bus, consume: Consume) -> None:
    recorder, wanted = Recorder(), spec(filter_subjects=("inbound.live.*.1",))
    await publish(bus, ["one"], partition=1)
    await publish(bus, ["two"], partition=2)
    before = consume(wanted, recorder)
    await eventually(lambda: recorder.handled == ["one"])
    await before.stop()
    wider = spec(durable=wanted.durable, filter_subjects=("inbound.live.*.1", "inbound.live.*.3"))
    consume(wider, recorder)
    await publish(bus, ["three"], partition=3)
    await eventually(lambda: recorder.handled == ["one", "three"])


async def test_a_new_consumer_may_skip_what_is_old(bus: Bus, consume: Consume) -> None:
    recorder, wanted = Recorder(), spec(from_now=True)
    await publish(bus, ["old"])
    consume(wanted, recorder)
    await eventually(lambda: _done(bus, wanted))
    await publish(bus, ["new"])
    await eventually(lambda: recorder.handled == ["new"])
