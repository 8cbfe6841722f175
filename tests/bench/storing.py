"""Messages from the inbound stream to stored and announced, a second, beside a bare loop that does the same."""

import asyncio
import json
import time
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import nats

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus import subjects
from libs.bus.bus import Bus
from libs.bus.messages import Outgoing
from libs.channels.accounts import Account
from libs.channels.partition import partition_of_event
from libs.channels.registry import CHANNELS
from tests.bench.floor_consumer import POLICIES, TABLES
from tests.bench.floor_webhook import STREAM
from tests.bench.processes import python
from tests.bench.rows import Row, at_least
from tests.bench.webhooks import call
from tests.support.processes import ProcessStack

_COUNT = 15_000


async def storing(stack: ProcessStack, nats_url: str, tenant: UUID) -> list[Row]:
    """Both start on a stream that is full; the clock runs from the first announcement to the last."""
    ours = await _ours(stack, nats_url, tenant)
    floor = await _floor(stack, nats_url, tenant)
    return [at_least("webhook to stored and announced", ours, "1/s", floor, 0.4, 2500)]


async def prepare_floor(stack: ProcessStack, nats_url: str) -> None:
    """Tables of the floor, under the same policies and role, and its stream."""
    client = await nats.connect(nats_url)
    await client.jetstream().add_stream(name=STREAM, subjects=["floor.>"], duplicate_window=120)
    await client.close()
    admin = await asyncpg.connect(stack.postgres.url)
    await admin.execute(TABLES + POLICIES)
    await admin.close()


async def _ours(stack: ProcessStack, nats_url: str, tenant: UUID) -> float:
    await stack.kill("conversations")
    bus = Bus(nats_url, "bench")
    await bus.connect()
    for start in range(0, _COUNT, 500):
        outcomes = await bus.publish_many([_event(tenant, number) for number in range(start, start + 500)])
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    counted = _Count(_COUNT)
    await bus.subscribe(f"events.{tenant}.conversations.message_stored", counted.one)
    await stack.start("conversations")
    rate = await counted.rate()
    await bus.close()
    return rate


async def _floor(stack: ProcessStack, nats_url: str, tenant: UUID) -> float:
    client = await nats.connect(nats_url)
    jetstream = client.jetstream()
    await jetstream.purge_stream("FLOOR")
    for start in range(0, _COUNT, 500):
        await asyncio.gather(*(jetstream.publish("floor.in", _body(number)) for number in range(start, start + 500)))
    counted = _Count(_COUNT)
    await client.subscribe("floor.out", cb=counted.one)
    url = stack.environment("conversations")["FRONTDESK_CONVERSATIONS_DATABASE_URL"]
    async with python("tests.bench.floor_consumer", nats_url, url, str(tenant), "jetstream"):
        rate = await counted.rate()
    await client.close()
    return rate


class _Count:
    """Counts announcements and takes the time."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._seen = 0
        self._first = self._last = 0.0
        self._done = asyncio.Event()

    async def one(self, _message: object) -> None:
        """One more."""
        self._last = time.perf_counter()
        self._first = self._first or self._last
        self._seen += 1
        if self._seen >= self._wanted:
            self._done.set()

    async def rate(self) -> float:
        """Announcements a second, once all are there."""
        await asyncio.wait_for(self._done.wait(), 180)
        return (self._seen - 1) / (self._last - self._first)


def _body(number: int) -> bytes:
    request = call(number, "x", "/", int(time.time() * 1000), "s")
    return json.dumps(json.loads(request.partition(b"\r\n\r\n")[2])["events"][0]).encode()


def _event(tenant: UUID, number: int) -> Outgoing:
    line = CHANNELS["line"]
    body = call(number, "x", "/", int(time.time() * 1000), "s").partition(b"\r\n\r\n")[2]
    (raw,) = line.split(body)
    event = line.normalise(raw, Account(str(tenant), "demo-line"), datetime.now(UTC))
    assert isinstance(event, InboundEvent)
    subject = subjects.inbound("live", "line", partition_of_event(event))
    return Outgoing.of(subject, event, event.dedup_key, tenant)
