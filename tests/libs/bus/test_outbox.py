"""Outbox and relay: what is committed is published, in order, once; what is not never is."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.tenants.v1.events_pb2 import SessionRevoked
from libs.bus.bus import Bus
from libs.bus.errors import BusUnavailableError, MessageTooLargeError, PublishRejectedError
from libs.bus.messages import Ack, Delivered, Outcome, Outgoing
from libs.bus.outbox import Fact, Outbox, shard_of
from libs.bus.relay import OutboxRelay, finished
from libs.bus.streams import EVENTS
from libs.bus.subjects import subject_of
from libs.db.database import Database
from tests.libs.bus.conftest import SERVICE
from tests.libs.bus.traffic import TENANT, spec, start_consumer
from tests.support.databases import TestDatabase
from tests.support.servers import LocalServer
from tests.support.wait import eventually

Published = list[tuple[str, int]]


def fact(key: str, number: int) -> Fact:
    message = SessionRevoked(tenant_id=str(TENANT), session_id=f"{key}/{number}")
    return Fact(subject_of(TENANT, message), message, uuid4().hex, TENANT, key)


class ChangedMyMindError(Exception):
    """Rolls back."""


@pytest.fixture
async def published(bus: Bus) -> AsyncIterator[Published]:
    """Key and number of every event stored in the stream, as they come."""
    seen: Published = []

    async def note(batch: list[Delivered]) -> None:
        for message in batch:
            key, _, number = message.parse(SessionRevoked).session_id.rpartition("/")
            seen.append((key, int(number)))

    consumer = start_consumer(bus, spec(stream=EVENTS), note)
    yield seen
    await consumer.stop()


StartRelay = Callable[[Bus], OutboxRelay]


@pytest.fixture
async def start_relay(database: Database) -> AsyncIterator[StartRelay]:
    """Starts relays, and stops them after the test."""
    relays: list[OutboxRelay] = []

    def start(bus: Bus) -> OutboxRelay:
        relay = OutboxRelay(database, bus)
        relay.start()
        relays.append(relay)
        return relay

    yield start
    await asyncio.gather(*(relay.stop() for relay in relays))


@pytest.fixture
async def relay(start_relay: StartRelay, bus: Bus) -> OutboxRelay:
    """A running relay."""
    return start_relay(bus)


async def rows(database: TestDatabase) -> int:
    return int((await database.fetch(f"SELECT count(*) AS n FROM {SERVICE}.outbox"))[0]["n"])


async def commit(database: Database, outbox: Outbox, facts: list[Fact]) -> None:
    async with database.unit([TENANT]) as unit:
        await outbox.add_many(unit, facts)


async def test_a_committed_fact_wakes_the_relay_and_its_row_is_deleted(
    database: Database, bus: Bus, bus_database: TestDatabase, published: Published
) -> None:
    never_looks = OutboxRelay(database, bus, poll=3600)
    never_looks.start()
    outbox = Outbox(never_looks.wake)
    for number in range(5):
        await commit(database, outbox, [fact("a", number)])
        await eventually(lambda: published[-1:] == [("a", number)])  # noqa: B023 - awaited in the loop
    await eventually(lambda: _empty(bus_database))
    await never_looks.stop()


async def _empty(database: TestDatabase) -> bool:
    return await rows(database) == 0


async def test_a_fact_that_is_rolled_back_is_never_published(
    database: Database, bus_database: TestDatabase, relay: OutboxRelay, published: Published
) -> None:
    outbox = Outbox(relay.wake)
    with contextlib.suppress(ChangedMyMindError):
        async with database.unit([TENANT]) as unit:
            await outbox.add_many(unit, [fact("a", 0)])
            raise ChangedMyMindError
    await commit(database, outbox, [fact("a", 1)])
    await eventually(lambda: published)
    assert published == [("a", 1)]
    assert await rows(bus_database) == 0


async def test_facts_of_a_process_that_died_are_found_by_polling(
    database: Database, relay: OutboxRelay, published: Published
) -> None:
    await commit(database, Outbox(), [fact("a", 0), fact("b", 0)])
    await eventually(lambda: len(published) == 2)


async def test_a_fact_carries_type_tenant_and_id(database: Database, bus: Bus, relay: OutboxRelay) -> None:
    async with database.unit([TENANT]) as unit:
        message = SessionRevoked(session_id="s")
        await Outbox(relay.wake).add(unit, message, TENANT, subject_of(TENANT, message), "the id")
    await eventually(lambda: _stored(bus, 1))
    last = (await bus.jetstream.stream_info(EVENTS)).state.last_seq
    headers = (await bus.jetstream.get_msg(EVENTS, last, direct=True)).headers or {}
    assert headers["Nats-Msg-Id"] == "the id"
    assert headers["Frontdesk-Type"] == "frontdesk.tenants.v1.SessionRevoked"
    assert headers["Frontdesk-Tenant"] == str(TENANT)


async def _stored(bus: Bus, count: int) -> bool:
    return (await bus.jetstream.stream_info(EVENTS)).state.messages == count


async def test_a_fact_too_large_for_any_broker_fails_its_transaction(database: Database) -> None:
    message = SessionRevoked(session_id="x" * 1024 * 1024)
    with pytest.raises(MessageTooLargeError):
        async with database.unit([TENANT]) as unit:
            await Outbox().add(unit, message, TENANT, subject_of(TENANT, message), "large")


async def test_a_fact_no_stream_takes_fails_its_transaction(database: Database) -> None:
    with pytest.raises(PublishRejectedError):
        async with database.unit([TENANT]) as unit:
            await Outbox().add(unit, SessionRevoked(), TENANT, "nowhere.at.all", "id")


@pytest.mark.promise(7)
async def test_a_fact_the_broker_refuses_for_good_holds_nothing_up(
    database: Database, bus_database: TestDatabase, relay: OutboxRelay, published: Published
) -> None:
    outbox = Outbox(relay.wake)
    malformed = replace(fact("a", 0), subject=f"events.{TENANT}.not a.subject")
    await commit(database, outbox, [malformed, *(fact("a", number) for number in range(1, 10))])
    await eventually(lambda: published == [("a", number) for number in range(1, 10)])
    await commit(database, outbox, [fact("a", 10)])
    await eventually(lambda: published[-1] == ("a", 10))
    await eventually(lambda: _count(bus_database, 1))


async def _count(database: TestDatabase, count: int) -> bool:
    return await rows(database) == count


@pytest.mark.promise(3)
async def test_order_within_a_key_is_kept_by_concurrent_writers_and_relays(
    database: Database, bus: Bus, broker: LocalServer, start_relay: StartRelay, published: Published
) -> None:
    other_bus = Bus(broker.url, "other")
    await other_bus.connect()
    relays = [start_relay(bus), start_relay(other_bus), start_relay(bus)]

    async def write(key: str) -> None:
        written = 0
        while written < 60:
            count = min(random.choice((1, 1, 2, 5)), 60 - written)
            facts = [fact(key, number) for number in range(written, written + count)]
            await commit(database, Outbox(random.choice(relays).wake), facts)
            written += count

    keys = [f"key{number}" for number in range(12)]
    await asyncio.gather(*(write(key) for key in keys))
    await eventually(lambda: len(published) >= 12 * 60)
    await asyncio.gather(*(relay.stop() for relay in relays))
    await other_bus.close()
    for key in keys:
        assert [number for name, number in published if name == key] == list(range(60))


@pytest.mark.promise(1)
async def test_rows_wait_while_the_broker_is_away(
    database: Database, bus_database: TestDatabase, broker: LocalServer, relay: OutboxRelay, published: Published
) -> None:
    outbox = Outbox(relay.wake)
    await broker.kill()
    await commit(database, outbox, [fact("a", number) for number in range(3)])
    await commit(database, outbox, [fact("a", 3), fact("b", 0)])
    left = await rows(bus_database)
    await broker.start()
    assert left == 5
    await eventually(lambda: len(published) == 5)
    assert [number for key, number in published if key == "a"] == [0, 1, 2, 3]
    await eventually(lambda: _empty(bus_database))


class DyingBus:
    """Stores in the broker, and dies before the acknowledgements are read."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.connection = bus.connection
        self.calls = 0

    async def publish_many(self, messages: list[Outgoing], **options: float) -> list[Outcome]:
        self.calls += 1
        await self._bus.publish_many(messages, **options)
        raise asyncio.CancelledError


@pytest.mark.promise(2)
@pytest.mark.parametrize("count", [1, 2, 30])
async def test_a_relay_that_dies_between_publishing_and_deleting_doubles_nothing(
    database: Database, bus: Bus, bus_database: TestDatabase, start_relay: StartRelay, published: Published, count: int
) -> None:
    run = uuid4().hex
    await commit(database, Outbox(), [fact(run, number) for number in range(count)])
    dying = DyingBus(bus)
    doomed = start_relay(dying)  # type: ignore[arg-type]
    await eventually(lambda: dying.calls)
    await doomed.stop()
    assert await rows(bus_database) == count
    await commit(database, Outbox(), [fact(run, count)])
    start_relay(bus)
    await eventually(lambda: _empty(bus_database))
    await eventually(lambda: len(published) > count)
    assert published == [(run, number) for number in range(count + 1)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())))
def test_only_what_follows_nothing_unpublished_of_its_key_is_finished(facts: list[tuple[str, bool]]) -> None:
    table = [{"id": number, "ordering_key": key} for number, (key, _) in enumerate(facts)]
    outcomes: list[Outcome] = [Ack(EVENTS, 1, False) if acked else BusUnavailableError() for _, acked in facts]
    done = finished(table, outcomes)
    for number, (key, acked) in enumerate(facts):
        before = [ok for name, ok in facts[:number] if name == key]
        assert (number in done) == (acked and all(before))


def test_a_key_keeps_its_shard() -> None:
    # A change of the hash would let two relays publish one key's facts during an upgrade.
    assert [shard_of(key) for key in ("a", "b", "c")] == [3, 1, 7]
