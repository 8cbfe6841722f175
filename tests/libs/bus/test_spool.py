"""The spool: no event is lost while the broker is away, and order is kept when it is back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus.bus import Bus
from libs.bus.errors import SpoolError
from libs.bus.messages import Outgoing
from libs.bus.spool import Spool
from libs.bus.subjects import inbound
from libs.db.database import Database
from tests.libs.bus.conftest import SERVICE
from tests.libs.bus.traffic import TENANT, Recorder, spec, start_consumer
from tests.support.databases import TestDatabase
from tests.support.servers import LocalServer
from tests.support.wait import PATIENCE_SECONDS, eventually


@pytest.fixture
async def spool(bus: Bus, database: Database) -> AsyncIterator[Spool]:
    """A running spool."""
    spool = Spool(bus, database, last_resort=10)
    spool.start()
    yield spool
    await spool.stop()


@pytest.fixture
async def recorder(bus: Bus) -> AsyncIterator[Recorder]:
    """Everything that reaches the stream, in order."""
    recorder = Recorder()
    consumer = start_consumer(bus, spec(), recorder)
    yield recorder
    await consumer.stop()


async def take(spool: Spool, text: str, partition: int = 0) -> bool:
    event = InboundEvent()
    event.message.text = text
    return await spool.publish(inbound("live", "line", partition), event, text, TENANT)


async def rows(database: TestDatabase) -> int:
    return int((await database.fetch(f"SELECT count(*) AS n FROM {SERVICE}.spool"))[0]["n"])


async def _empty(database: TestDatabase) -> bool:
    return await rows(database) == 0


async def test_events_go_straight_to_the_broker(spool: Spool, bus_database: TestDatabase, recorder: Recorder) -> None:
    assert await take(spool, "direct")
    assert await rows(bus_database) == 0
    await eventually(lambda: recorder.handled == ["direct"])


@pytest.mark.promise(1)
async def test_events_wait_in_the_database_and_leave_it_in_order(
    spool: Spool, bus: Bus, broker: LocalServer, bus_database: TestDatabase, recorder: Recorder
) -> None:
    await take(spool, "000")
    await broker.kill()
    for number in range(1, 40):
        assert not await take(spool, f"{number:03}")
    assert await rows(bus_database) == 39
    await broker.start()
    direct = False
    number = 40
    # Newcomers queue behind the stored ones, until those are gone.
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not direct:
            direct = await take(spool, f"{number:03}")
            number += 1
            await asyncio.sleep(0.005)
    assert await rows(bus_database) == 0
    await eventually(lambda: len(recorder.handled) == number)
    assert recorder.handled == [f"{text:03}" for text in range(number)]


@pytest.mark.promise(2)
async def test_an_event_the_broker_had_stored_all_the_same_is_not_doubled(
    spool: Spool, bus: Bus, database: Database, bus_database: TestDatabase, recorder: Recorder
) -> None:
    impatient = Spool(bus, database, patience=0, last_resort=10)
    assert not await take(impatient, "slow")
    await eventually(lambda: _empty(bus_database))
    await take(spool, "next")
    await eventually(lambda: recorder.handled == ["slow", "next"])


async def test_other_partitions_are_not_held_up(
    bus: Bus, database: Database, bus_database: TestDatabase, recorder: Recorder
) -> None:
    spool = Spool(bus, database, patience=0, last_resort=10)
    assert not await take(spool, "stuck", partition=1)
    spool._patience = 0.7
    assert await take(spool, "free", partition=2)
    assert not await take(spool, "behind", partition=1)
    assert await rows(bus_database) == 2
    spool.start()
    await eventually(lambda: len(recorder.handled) == 3)
    assert recorder.handled.index("stuck") < recorder.handled.index("behind")
    await spool.stop()


async def test_another_replica_empties_the_spool_of_a_dead_one(
    bus: Bus, database: Database, bus_database: TestDatabase, recorder: Recorder
) -> None:
    dead = Spool(bus, database, patience=0, last_resort=10)
    await asyncio.gather(*(take(dead, f"{number:04}") for number in range(1200)))
    successors = [Spool(bus, database), Spool(bus, database)]
    for successor in successors:
        successor.start()
    await eventually(lambda: _empty(bus_database))
    await eventually(lambda: sorted(recorder.handled) == [f"{number:04}" for number in range(1200)])
    for successor in successors:
        await successor.stop()


@pytest.mark.promise(1)
async def test_when_neither_takes_it_the_caller_knows_in_time(bus: Bus, broker: LocalServer) -> None:
    nowhere = Database("postgresql://nobody:nothing@127.0.0.1:9/none", SERVICE)
    spool = Spool(bus, nowhere)
    # Of the 2 s that LINE waits.
    assert spool._patience + spool._last_resort <= 1.5
    await broker.kill()
    try:
        with pytest.raises(SpoolError):
            await take(spool, "refused")
    finally:
        await broker.start()
        await nowhere.close()


async def test_an_event_refused_for_good_holds_nobody_up(
    bus: Bus, database: Database, bus_database: TestDatabase, recorder: Recorder
) -> None:
    spool = Spool(bus, database, patience=0, last_resort=10)
    huge = Outgoing(inbound("live", "line", 0), b"x" * (5 * 1024 * 1024), {"Nats-Msg-Id": "huge"})
    await spool._store(huge)
    await take(spool, "after")
    spool._patience = 0.7
    spool.start()
    await eventually(lambda: recorder.handled == ["after"])
    assert await rows(bus_database) == 1
    await spool.stop()
