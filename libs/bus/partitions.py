"""Consuming the partitioned inbound streams: four groups a lane, spread over the replicas by leases."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from libs.bus.bus import Bus
from libs.bus.consumer import Consumer, Handler
from libs.bus.leases import Lease, Leases
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import INBOUND_BULK, INBOUND_LIVE
from libs.bus.subjects import BULK, GROUPS, LIVE, group_filters
from libs.db.database import Database


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of inbound messages. batch: most messages a handler gets at once."""

    name: str
    stream: str
    batch: int = 200


LANES = (Lane(LIVE, INBOUND_LIVE), Lane(BULK, INBOUND_BULK))


class PartitionedConsumer:
    """Gives the messages of each contact to one replica at a time, in order, as long as nothing fails.

    name: prefix of the durable consumers, usually the service. Consumers of different groups and lanes call the
    handler concurrently.
    """

    def __init__(
        self, bus: Bus, database: Database, name: str, handler: Handler, lanes: Sequence[Lane] = LANES, owner: str = ""
    ) -> None:
        self._bus = bus
        self._name = name
        self._handler = handler
        self._lanes = lanes
        self._running: dict[str, list[Consumer]] = {}
        groups = [f"g{number}" for number in range(GROUPS)]
        self.leases = Leases(database, f"{name}-inbound", groups, self._begin, self._end, owner)

    def start(self) -> None:
        """Joins the replicas that share the work, in the background."""
        self.leases.start()

    async def stop(self) -> None:
        """Ends after the batches at hand and hands over at once."""
        await self.leases.stop()

    async def _begin(self, lease: Lease) -> None:
        group = int(lease.name.rpartition("g")[2])
        consumers = [Consumer(self._bus, self._spec(lane, group), self._handler) for lane in self._lanes]
        self._running[lease.name] = consumers
        for consumer in consumers:
            consumer.start()

    async def _end(self, lease: Lease) -> None:
        consumers = self._running.pop(lease.name)
        await asyncio.gather(*(consumer.stop() for consumer in consumers))

    def _spec(self, lane: Lane, group: int) -> ConsumerSpec:
        return ConsumerSpec(
            durable=f"{self._name}-{lane.name}-g{group}",
            stream=lane.stream,
            filter_subjects=group_filters(lane.name, group),
            batch=lane.batch,
            exclusive=True,
        )
