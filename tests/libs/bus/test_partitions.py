"""Partitioned consuming: every message once to one replica, moving when replicas come and go."""

import asyncio

import pytest

from libs.bus.bus import Bus
from libs.bus.messages import Delivered
from libs.bus.partitions import PartitionedConsumer
from libs.bus.subjects import PARTITIONS, inbound
from libs.db.database import Database
from tests.libs.bus.traffic import outgoing, text_of
from tests.support.servers import LocalServer
from tests.support.wait import eventually


class Replica:
    """Handles messages and remembers them, by partition."""

    def __init__(self, bus: Bus, database: Database, owner: str) -> None:
        self.handled: list[tuple[str, int, int]] = []
        self.consumer = PartitionedConsumer(bus, database, "parttest", self._handle, owner=owner)
        self.consumer.start()

    async def _handle(self, batch: list[Delivered]) -> None:
        for message in batch:
            _inbound, lane, _channel, partition = message.subject.split(".")
            self.handled.append((lane, int(partition), int(text_of(message))))

    @property
    def share(self) -> int:
        return len(self.consumer.leases.held)


async def produce(bus: Bus, numbers: range) -> None:
    for number in numbers:
        messages = [outgoing(str(number), partition) for partition in range(0, PARTITIONS, 3)]
        bulk = outgoing(str(number))
        messages.append(type(bulk)(inbound("bulk", "line", 5), bulk.payload, bulk.headers))
        await bus.publish_many(messages)


def expected(numbers: range) -> set[tuple[str, int, int]]:
    live = {("live", partition, number) for partition in range(0, PARTITIONS, 3) for number in numbers}
    return live | {("bulk", 5, number) for number in numbers}


@pytest.mark.promise(3)
async def test_all_is_handled_in_order_while_replicas_come_and_go(
    bus: Bus, broker: LocalServer, database: Database
) -> None:
    other_bus = Bus(broker.url, "other")
    await other_bus.connect()
    first = Replica(bus, database, "a")
    await eventually(lambda: first.share == 4)
    await produce(bus, range(10))
    await eventually(lambda: set(first.handled) == expected(range(10)))

    second = Replica(other_bus, database, "b")
    producing = asyncio.create_task(produce(bus, range(10, 60)))
    await eventually(lambda: (first.share, second.share) == (2, 2))
    await producing
    await eventually(lambda: set(first.handled + second.handled) == expected(range(60)))
    await first.consumer.stop()
    await eventually(lambda: second.share == 4)
    await produce(bus, range(60, 70))
    await eventually(lambda: set(first.handled + second.handled) == expected(range(70)))
    await second.consumer.stop()
    await other_bus.close()
    for replica in (first, second):
        for lane, partition in {(lane, partition) for lane, partition, _ in replica.handled}:
            numbers = [number for *key, number in replica.handled if key == [lane, partition]]
            assert numbers == sorted(numbers), (lane, partition)
