"""Publishing: acknowledged, once, in order, with errors that say what happened."""

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import DiscardPolicy
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus.bus import Bus
from libs.bus.errors import (
    BusUnavailableError,
    MessageTooLargeError,
    PublishTimeoutError,
    StreamFullError,
    StreamMismatchError,
)
from libs.bus.messages import Ack, Delivered, Outgoing
from libs.bus.settings import BusSettings
from libs.bus.streams import DEAD_LETTERS, EVENTS, INBOUND_BULK, INBOUND_LIVE, declared, ensure_streams
from libs.bus.subjects import inbound
from tests.libs.bus.traffic import TENANT, outgoing, publish, spec, start_consumer
from tests.support.servers import LocalServer
from tests.support.wait import eventually

SUBJECT = inbound("live", "line", 7)


async def stored(bus: Bus, stream: str = INBOUND_LIVE) -> int:
    return int((await bus.jetstream.stream_info(stream)).state.messages)


async def test_a_published_message_is_stored_with_its_headers(bus: Bus) -> None:
    ack = await bus.publish(SUBJECT, InboundEvent(channel="line"), "one", TENANT)
    assert ack.stream == INBOUND_LIVE
    message = await bus.jetstream.get_msg(INBOUND_LIVE, ack.sequence, direct=True)
    assert message.headers is not None
    assert message.headers["Nats-Msg-Id"] == "one"
    assert message.headers["Frontdesk-Type"] == "frontdesk.channels.v1.InboundEvent"
    assert message.headers["Frontdesk-Tenant"] == str(TENANT)
    assert InboundEvent.FromString(message.data or b"").channel == "line"


@pytest.mark.promise(2)
async def test_the_same_message_id_is_stored_once(bus: Bus) -> None:
    first = await bus.publish(SUBJECT, InboundEvent(), "twice", TENANT)
    second = await bus.publish(SUBJECT, InboundEvent(), "twice", TENANT)
    assert (first.duplicate, second.duplicate, second.sequence) == (False, True, first.sequence)
    assert await stored(bus) == 1


async def test_many_are_stored_in_order_and_duplicates_among_them_once(bus: Bus) -> None:
    known = outgoing("known")
    await bus.publish_raw(known)
    messages = [outgoing(str(number)) for number in range(20)]
    acks = await bus.publish_many([*messages[:10], known, *messages[10:], messages[3]])
    assert all(isinstance(ack, Ack) for ack in acks)
    duplicates = [index for index, ack in enumerate(acks) if isinstance(ack, Ack) and ack.duplicate]
    assert duplicates == [10, 21]
    fresh = [ack.sequence for ack in acks if isinstance(ack, Ack) and not ack.duplicate]
    assert all(later == earlier + 1 for earlier, later in pairwise(fresh))
    assert await stored(bus) == 21


async def test_single_messages_under_load_keep_their_order_and_their_own_verdicts(bus: Bus) -> None:
    known = outgoing("known")
    first = await bus.publish_raw(known)
    messages = [outgoing(str(number)) for number in range(300)]
    messages[100:100] = [known]
    messages[200:200] = [Outgoing(SUBJECT, b"x" * 5_000_000, {})]
    acks = await asyncio.gather(*(bus.publish_raw(message) for message in messages), return_exceptions=True)
    assert isinstance(acks[200], MessageTooLargeError)
    assert acks[100] == Ack(INBOUND_LIVE, first.sequence, duplicate=True)
    fresh = [ack for number, ack in enumerate(acks) if number not in (100, 200)]
    assert [ack.sequence - first.sequence for ack in fresh if isinstance(ack, Ack)] == list(range(1, 301))


async def test_each_message_keeps_its_own_deadline_under_load(bus: Bus) -> None:
    patient = [asyncio.create_task(bus.publish_raw(outgoing(str(number)))) for number in range(50)]
    with pytest.raises(PublishTimeoutError):
        await bus.publish_raw(outgoing("hasty"), timeout=0)
    assert len(await asyncio.gather(*patient)) == 50


@pytest.mark.promise(3)
@pytest.mark.parametrize("count", [4, 40])
async def test_what_follows_an_unanswered_message_of_its_key_is_not_sent(bus: Bus, count: int) -> None:
    def of(key: str, number: int, subject: str = SUBJECT) -> Outgoing:
        return replace(outgoing(f"{key}-{number}"), subject=subject, key=key)

    await bus.jetstream.delete_stream(EVENTS)
    nowhere = f"events.{TENANT}.test.happened"
    outcomes = await bus.publish_many(
        [of("a", 0, nowhere), *(of(key, 1) for key in "ab"), *(of("c", n) for n in range(count))]
    )
    assert [isinstance(outcome, Ack) for outcome in outcomes] == [False, False, True, *[True] * count]
    assert await stored(bus) == 1 + count
    await eventually(lambda: not bus.problem())


async def test_many_may_go_to_different_streams(bus: Bus) -> None:
    fact = Outgoing(f"events.{TENANT}.test.happened", b"", {"Nats-Msg-Id": "fact"})
    acks = await bus.publish_many([outgoing("a"), fact, outgoing("b"), outgoing("c"), outgoing("d"), outgoing("e")])
    assert [ack.stream for ack in acks if isinstance(ack, Ack)] == [INBOUND_LIVE, EVENTS, *[INBOUND_LIVE] * 4]


@pytest.mark.parametrize("more", [0, 20])
async def test_a_message_too_large_harms_only_itself(bus: Bus, more: int) -> None:
    # A broker takes 4 MB here, headers included.
    huge = Outgoing(SUBJECT, b"x" * (4 * 1024 * 1024 - 20), {"Nats-Msg-Id": "huge"})
    running = [asyncio.create_task(bus.publish_raw(outgoing(str(number)))) for number in range(10)]
    with pytest.raises(MessageTooLargeError):
        await bus.publish_raw(huge)
    others = [outgoing(f"other{number}") for number in range(more)]
    outcomes = await bus.publish_many([outgoing("a"), huge, outgoing("b"), outgoing("c"), *others])
    assert [type(outcome) for outcome in outcomes] == [Ack, MessageTooLargeError, Ack, Ack, *[Ack] * more]
    await asyncio.gather(*running)


@pytest.mark.parametrize("count", [5, 20])
async def test_a_full_stream_says_so(bus: Bus, count: int) -> None:
    jetstream = bus.jetstream
    await jetstream.add_stream(
        name="SMALL", subjects=["small"], max_bytes=2000, discard=DiscardPolicy.NEW, allow_atomic=True
    )
    try:
        message = Outgoing("small", b"x" * 900, {})
        await bus.publish_raw(message)
        await bus.publish_raw(message)
        with pytest.raises(StreamFullError):
            await bus.publish_raw(message)
        assert all(isinstance(outcome, StreamFullError) for outcome in await bus.publish_many([message] * count))
    finally:
        await jetstream.delete_stream("SMALL")


async def test_the_trace_travels_in_the_headers(bus: Bus) -> None:
    context = SpanContext(trace_id=0xABC, span_id=0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    with trace.use_span(NonRecordingSpan(context)):
        ack = await bus.publish(SUBJECT, InboundEvent(), "traced", TENANT)
    message = await bus.jetstream.get_msg(INBOUND_LIVE, ack.sequence, direct=True)
    assert f"{0xABC:032x}" in (message.headers or {})["traceparent"]


async def test_who_listens_hears_what_passes_also_after_the_broker_was_away(bus: Bus, broker: LocalServer) -> None:
    subject, heard = f"events.{TENANT}.test.happened", list[bytes]()

    async def listen(message: Msg) -> None:
        heard.append(message.data)

    await bus.subscribe(subject, listen)
    await bus.publish_raw(Outgoing(subject, b"before", {}))
    await eventually(lambda: heard == [b"before"])
    await broker.kill()
    await eventually(lambda: bus.problem())
    await broker.start()
    await eventually(lambda: not bus.problem())
    await bus.publish_raw(Outgoing(subject, b"after", {}))
    await eventually(lambda: heard == [b"before", b"after"])


@pytest.mark.promise(1)
async def test_publishing_fails_at_once_while_the_broker_is_away_and_works_when_it_is_back(
    bus: Bus, broker: LocalServer
) -> None:
    await broker.kill()
    await eventually(lambda: bus.problem())
    with pytest.raises(BusUnavailableError):
        async with asyncio.timeout(10):
            await bus.publish_raw(outgoing("lost"), timeout=30)
    outcomes = await bus.publish_many([outgoing(str(number)) for number in range(20)])
    assert all(isinstance(outcome, BusUnavailableError) for outcome in outcomes)
    await broker.start()
    await eventually(lambda: not bus.problem())
    await bus.publish_raw(outgoing("found"))


@pytest.mark.promise(1)
async def test_what_was_acknowledged_survives_the_broker_being_killed(bus: Bus, broker: LocalServer) -> None:
    acknowledged: list[str] = []
    stop = asyncio.Event()

    async def produce(worker: int) -> None:
        outcomes: Sequence[object]
        for number in itertools.count():
            messages = [outgoing(f"{worker}-{number}-{part}", worker) for part in range(1 + number % 15)]
            if number % 2:
                outcomes = await bus.publish_many(messages, timeout=2)
            else:
                singly = (bus.publish_raw(message, timeout=2) for message in messages)
                outcomes = await asyncio.gather(*singly, return_exceptions=True)
            stored = [message for message, outcome in zip(messages, outcomes, strict=True) if isinstance(outcome, Ack)]
            acknowledged.extend(message.headers["Nats-Msg-Id"] for message in stored)
            await asyncio.sleep(0.001 if stored else 0.05)
            if stop.is_set():
                return

    producers = [asyncio.create_task(produce(worker)) for worker in range(10)]
    for wanted in (200, 400, 600):
        await eventually(partial(lambda wanted: len(acknowledged) > wanted, wanted))
        await broker.kill()
        await broker.start()
    stop.set()
    await asyncio.gather(*producers)
    seen: list[str] = []

    async def note(batch: list[Delivered]) -> None:
        seen.extend(message.msg_id for message in batch)

    consumer = start_consumer(bus, spec(), note)
    await eventually(lambda: set(acknowledged) <= set(seen), 20)
    await consumer.stop()
    assert len(seen) == len(set(seen))


async def test_a_refused_login_is_reported_and_tried_again(broker: LocalServer) -> None:
    stranger = Bus(broker.url.replace("test@", "wrong@"), "stranger")
    assert not await stranger.connect(0.5)
    assert "authorization" in stranger.problem().lower()
    await stranger.close()


async def test_closing_ends_though_the_client_swallows_a_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    dialling = asyncio.Event()

    async def connect(*_: object, **__: object) -> None:
        dialling.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    monkeypatch.setattr(Client, "connect", connect)
    stuck = Bus("nats://127.0.0.1:9", "stuck")
    assert not await stuck.connect(0.01)
    await dialling.wait()
    async with asyncio.timeout(20):
        await stuck.close()


async def test_a_service_may_start_before_its_broker(bus: Bus, broker: LocalServer) -> None:
    await broker.kill()
    early = Bus(broker.url, "early")
    assert not await early.connect(0.2)
    with pytest.raises(BusUnavailableError, match="not connected"):
        await early.publish_raw(outgoing("early"))
    await broker.start()
    await eventually(lambda: not early.problem())
    await early.publish_raw(outgoing("now"))
    await early.close()


async def test_streams_are_as_declared_however_many_replicas_declare_them(bus: Bus, broker: LocalServer) -> None:
    for stream in (INBOUND_LIVE, INBOUND_BULK, EVENTS, DEAD_LETTERS):
        await bus.jetstream.delete_stream(stream)
    replicas = [Bus(broker.url, f"replica {number}") for number in range(5)]
    assert all(await asyncio.gather(*(replica.connect() for replica in replicas)))
    assert [replica.problem() for replica in replicas] == [""] * 5
    for config in declared(BusSettings()):
        actual = (await bus.jetstream.stream_info(config.name or "")).config
        assert actual.discard == DiscardPolicy.NEW
        assert (actual.subjects, actual.max_age, actual.num_replicas) == (config.subjects, config.max_age, 1)
    await asyncio.gather(*(replica.close() for replica in replicas))


async def test_a_changed_setting_is_applied_and_what_operators_set_stays(bus: Bus) -> None:
    current = (await bus.jetstream.stream_info(EVENTS)).config
    await bus.jetstream.update_stream(current.evolve(description="watched"))
    await ensure_streams(bus.jetstream, BusSettings(nats_events_max_bytes=123456789))
    changed = (await bus.jetstream.stream_info(EVENTS)).config
    assert (changed.max_bytes, changed.description) == (123456789, "watched")
    await ensure_streams(bus.jetstream, BusSettings())


async def test_a_guest_makes_missing_streams_and_changes_none(bus: Bus, broker: LocalServer) -> None:
    await ensure_streams(bus.jetstream, BusSettings(nats_events_max_bytes=123456789))
    await bus.jetstream.delete_stream(DEAD_LETTERS)
    guest = Bus(broker.url, "guest")
    await guest.connect()
    assert not guest.problem()
    assert (await guest.jetstream.stream_info(EVENTS)).config.max_bytes == 123456789
    assert await stored(guest, DEAD_LETTERS) == 0
    await guest.close()
    await ensure_streams(bus.jetstream, BusSettings())


async def test_a_declaration_the_broker_cannot_keep_names_stream_and_reason(bus: Bus) -> None:
    with pytest.raises(StreamMismatchError, match="INBOUND_LIVE"):
        await ensure_streams(bus.jetstream, BusSettings(nats_inbound_live_max_bytes=10**15))
    await ensure_streams(bus.jetstream, BusSettings())


async def test_a_stream_that_vanished_is_made_again(bus: Bus) -> None:
    await bus.jetstream.delete_stream(INBOUND_LIVE)
    with pytest.raises(BusUnavailableError):
        await bus.publish_raw(outgoing("nowhere"))
    assert bus.problem()
    await eventually(lambda: not bus.problem())
    await publish(bus, ["somewhere"])
