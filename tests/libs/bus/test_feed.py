"""The live feed: every event once, in order, without a gap, through restarts; or a clear word that some are gone."""

import asyncio
from contextlib import aclosing

import pytest

from libs.bus.bus import Bus
from libs.bus.errors import FeedGapError
from libs.bus.feed import EventFeed, FeedEvent
from libs.bus.messages import Ack, Outgoing
from libs.bus.streams import EVENTS
from tests.libs.bus.traffic import TENANT
from tests.support.servers import LocalServer
from tests.support.wait import eventually

SUBJECT = f"events.{TENANT}.test.happened"


class Reader:
    """Reads a feed in the background."""

    def __init__(self, bus: Bus, after: int, epoch: str = "") -> None:
        self.events: list[FeedEvent] = []
        self.error: Exception | None = None
        self._task = asyncio.create_task(self._read(EventFeed(bus), after, epoch))

    async def _read(self, feed: EventFeed, after: int, epoch: str) -> None:
        try:
            async with aclosing(feed.events(after, epoch)) as events:
                async for event in events:
                    self.events.append(event)
        except FeedGapError as error:
            self.error = error

    @property
    def payloads(self) -> list[bytes]:
        return [event.payload for event in self.events]

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest.fixture
async def start(bus: Bus) -> int:
    """Where the stream stands before the test's events."""
    return await EventFeed(bus).last_seq()


async def publish(bus: Bus, payloads: list[bytes]) -> list[int]:
    outcomes = await bus.publish_many([Outgoing(SUBJECT, payload, {}) for payload in payloads])
    return [outcome.sequence for outcome in outcomes if isinstance(outcome, Ack)]


async def test_a_feed_begins_after_its_position_and_goes_on_live(bus: Bus, start: int) -> None:
    sequences = await publish(bus, [b"1", b"2", b"3", b"4"])
    reader = Reader(bus, after=sequences[1])
    await eventually(lambda: reader.payloads == [b"3", b"4"])
    await publish(bus, [b"5"])
    await eventually(lambda: reader.payloads == [b"3", b"4", b"5"])
    assert [event.sequence for event in reader.events] == [start + 3, start + 4, start + 5]
    assert {event.subject for event in reader.events} == {SUBJECT}
    await reader.stop()


@pytest.mark.promise(6)
async def test_a_feed_has_no_gap_and_no_repetition_across_broker_restarts(
    bus: Bus, broker: LocalServer, start: int
) -> None:
    reader = Reader(bus, after=start)
    stored: list[bytes] = []
    stop = asyncio.Event()

    async def produce() -> None:
        number = 0
        while not stop.is_set():
            payload = str(number).encode()
            (outcome,) = await bus.publish_many([Outgoing(SUBJECT, payload, {"Nats-Msg-Id": f"feed{start}-{number}"})])
            if isinstance(outcome, Ack):
                stored.append(payload)
                number += 1
            await asyncio.sleep(0.002)

    producing = asyncio.create_task(produce())
    for _ in range(3):
        early = len(reader.events)
        await eventually(lambda: len(reader.events) > early + 50)  # noqa: B023 - awaited in the loop
        await broker.kill()
        await broker.start()
    early = len(reader.events)
    await eventually(lambda: len(reader.events) > early + 50)
    stop.set()
    await producing
    await eventually(lambda: len(reader.events) >= len(stored))
    assert reader.payloads == stored
    sequences = [event.sequence for event in reader.events]
    assert sequences == list(range(start + 1, start + 1 + len(stored)))
    await reader.stop()


async def test_a_feed_goes_on_when_its_consumer_vanishes(bus: Bus, start: int) -> None:
    reader = Reader(bus, after=start)
    await publish(bus, [b"1"])
    await eventually(lambda: reader.payloads == [b"1"])
    for consumer in await bus.jetstream.consumers_info(EVENTS):
        if consumer.name.startswith("feed-"):
            await bus.jetstream.delete_consumer(EVENTS, consumer.name)
    await publish(bus, [b"2"])
    await eventually(lambda: reader.payloads == [b"1", b"2"])
    await reader.stop()


async def test_a_position_that_is_gone_is_reported(bus: Bus, start: int) -> None:
    await publish(bus, [b"1", b"2", b"3"])
    await bus.jetstream.purge_stream(EVENTS, seq=start + 3)
    reader = Reader(bus, after=start)
    await eventually(lambda: reader.error)
    assert reader.events == []


async def test_events_removed_before_they_were_read_are_reported(bus: Bus, start: int) -> None:
    sequences = await publish(bus, [b"1", b"2", b"3"])
    await bus.jetstream.delete_msg(EVENTS, sequences[1])
    reader = Reader(bus, after=start)
    await eventually(lambda: reader.error)
    await reader.stop()


async def test_a_stream_made_anew_has_another_epoch_and_ends_old_feeds(bus: Bus, start: int) -> None:
    feed = EventFeed(bus)
    before = await feed.position()
    reader = Reader(bus, after=start, epoch=before.epoch)
    await publish(bus, [b"1"])
    await eventually(lambda: reader.payloads == [b"1"])
    await bus.jetstream.delete_stream(EVENTS)
    assert all(await bus.publish_many([Outgoing(SUBJECT, b"", {})]))
    await eventually(lambda: not bus.problem())
    await eventually(lambda: reader.error)
    after = await feed.position()
    assert after.epoch != before.epoch
    assert (len(after.epoch), after.last) == (8, 0)


async def test_the_epoch_survives_a_restart(bus: Bus, broker: LocalServer) -> None:
    before = await EventFeed(bus).epoch()
    await broker.kill()
    await broker.start()
    await eventually(lambda: not bus.problem())
    assert await EventFeed(bus).epoch() == before
