"""However often and wherever an event comes, it takes effect once; however many write first, a contact is one."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from cli.run.ports import free_port
from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.app.runtime import Runtime
from libs.app.service import Service
from libs.bus.outbox import Outbox
from libs.bus.transient import is_transient
from services.conversations.app import build
from services.conversations.service.inbound import InboundService
from tests.services.conversations.shop import Shop, Stored, attempt
from tests.support.inbound import Customer
from tests.support.stack import Stack

_PAST = datetime.now(UTC) - timedelta(hours=1)
# What two histories of the same events must agree on: sequence is arrival, ids and times of storing are their own.
_THREAD = """
    SELECT provider_message_id, text, sent_at, edited_at, unsent_at, details->>'entities' AS entities, origin,
        delivery_state, failure_code, details->>'reaction' AS reaction, details->>'pricing' AS pricing
    FROM conversations.messages WHERE tenant_id = $1 ORDER BY sort_key, provider_message_id"""
_ROWS = """
    SELECT k.value AS contact, c.unread_count, c.last_preview, c.last_type, c.last_sent_at, c.reach, c.reply_token,
        c.status, c.last_sequence, c.last_inbound_at, c.read_until, c.ad_id, c.ad_at, c.last_delivery_state
    FROM conversations.conversations c JOIN conversations.contact_aliases k USING (tenant_id, contact_id)
    WHERE tenant_id = $1 ORDER BY k.value"""
_KINDS = (
    *("wrote", "wrote", "wrote", "edited", "unsent", "followed", "blocked", "pressed", "referred"),
    *("echoed", "echoed", "receipt", "receipt", "reacted", "read"),
)
_HISTORY = "SELECT kind FROM conversations.history WHERE tenant_id = $1 AND kind <> 'case_opened' ORDER BY kind"


@pytest.fixture
async def second_replica(conversations: Stack) -> AsyncIterator[Service]:
    """Another process of the service, as it were."""
    listen = {"FRONTDESK_CONVERSATIONS_LISTEN": f"127.0.0.1:{free_port()}"}
    replica = build(Runtime({**conversations.environment("conversations"), **listen}))
    await replica.start()
    yield replica
    await replica.stop()


@pytest.fixture(scope="session")
def writers(conversations: Stack) -> list[InboundService]:
    """The way in of several processes, each with connections of its own."""
    clock = conversations.runtime("conversations").clock
    return [InboundService(conversations.database.open("conversations"), clock, Outbox()) for _ in range(4)]


async def store(writer: InboundService, events: Sequence[InboundEvent]) -> None:
    """As a consumer does: when two transactions met, once more."""
    while True:
        try:
            await writer.store(events)
            return
        except Exception as error:
            if not is_transient(error):
                raise


async def counts(shop: Shop) -> tuple[int, ...]:
    """Contacts, conversations, open cases and messages of the shop."""
    (row,) = await shop.sql(
        "SELECT (SELECT count(*) FROM conversations.contacts WHERE tenant_id = $1) AS contacts,"
        " (SELECT count(*) FROM conversations.conversations WHERE tenant_id = $1) AS conversations,"
        " (SELECT count(*) FROM conversations.cases WHERE tenant_id = $1 AND closed_at IS NULL) AS cases,"
        " (SELECT count(*) FROM conversations.messages WHERE tenant_id = $1) AS messages"
    )
    return tuple(row.values())


@pytest.mark.promise(2)
async def test_repeated_in_one_batch_it_shows_once(shop: Shop) -> None:
    event = shop.customer().wrote()
    await shop.receive(event, event, event, again=True)
    assert await counts(shop) == (1, 1, 1, 1)
    assert (await shop.only()).unread_count == 1


@pytest.mark.promise(2)
@pytest.mark.parametrize("lane", ["live", "bulk"])
async def test_repeated_after_the_brokers_window_it_changes_nothing(shop: Shop, lane: str) -> None:
    customer = shop.customer()
    sent = [
        customer.wrote(),
        customer.pressed("x"),
        customer.followed(),
        customer.chat_changed("members_joined"),
        customer.noticed("beacon"),
        customer.edited("nothing", "x"),
    ]
    sent += [customer.edited(sent[0].message.provider_message_id, "better"), customer.wrote()]
    sent += [customer.unsent(sent[-1].message.provider_message_id)]
    await shop.receive(*sent)
    before, told = await shop.only(), len(shop.facts(Stored))
    await shop.receive(*sent, lane=lane, again=True)
    assert await shop.only() == before
    assert len(shop.facts(Stored)) == told
    assert len((await shop.history(before.id)).entries) == 4


@pytest.mark.promise(2)
async def test_repeated_on_both_lanes_at_once_it_shows_once(shop: Shop) -> None:
    sent = [shop.customer().wrote() for _ in range(40)]
    await asyncio.gather(*(shop.receive(*sent, lane=lane, again=True) for lane in ("live", "bulk") for _ in range(3)))
    assert await counts(shop) == (40, 40, 40, 40)
    await shop.told(Stored, 40)


@pytest.mark.promise(3)
async def test_two_replicas_share_the_work_and_store_each_message_once(shop: Shop, second_replica: Service) -> None:
    customers = [shop.customer() for _ in range(30)]
    sent = [customer.wrote(f"{number}") for number in range(4) for customer in customers]
    await asyncio.gather(*(shop.receive(*sent, lane=lane, again=True) for lane in ("live", "bulk")))
    assert await counts(shop) == (30, 30, 30, 120)


@pytest.mark.promise(3)
async def test_many_first_messages_at_once_make_one_conversation(shop: Shop, writers: list[InboundService]) -> None:
    customer = shop.customer()
    sent = [customer.wrote(f"{number}") for number in range(24)]
    await asyncio.gather(*(store(writers[number % 4], [event]) for number, event in enumerate(sent)))
    assert await counts(shop) == (1, 1, 1, 24)
    messages = (await shop.thread((await shop.only()).id)).messages
    assert sorted(message.sequence for message in messages) == list(range(1, 25))


@pytest.mark.promise(2)
async def test_one_batch_in_several_processes_at_once_is_stored_once(shop: Shop, writers: list[InboundService]) -> None:
    customers = [shop.customer() for _ in range(20)]
    sent = [customer.wrote(f"{number}") for number in range(3) for customer in customers]
    shuffled = [random.sample(sent, len(sent)) for _ in writers]
    await asyncio.gather(*(store(writer, batch) for writer, batch in zip(writers, shuffled, strict=True)))
    assert await counts(shop) == (20, 20, 20, 60)


@pytest.mark.promise(2)
async def test_an_answers_echo_is_the_answer(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote())
    row = await shop.only()
    sent = (await shop.send(row.id)).message
    await shop.tell(attempt(sent, "sent", provider_message_id="from-us"))
    changed = (await shop.told_states(sent.id))[-1]
    assert changed.provider_message_id == "from-us"
    await shop.receive(customer.wrote("the echo", id="from-us"))
    assert (await counts(shop))[3] == 2


@pytest.mark.promise(2)
@pytest.mark.parametrize("seed", range(6))
async def test_in_any_order_and_any_batches_the_end_is_the_same(
    shop: Shop, conversations: Stack, bus: Any, writers: list[InboundService], seed: int
) -> None:
    chance = random.Random(seed)
    other = Shop(conversations, bus)
    told = _conversation_of_three(shop, chance)
    await writers[0].store(told)
    # Nobody becomes a contact by having read something.
    await writers[1].store([_for(other, event) for event in told[:3]])
    repeated = [_for(other, event) for event in told + chance.choices(told, k=len(told))]
    chance.shuffle(repeated)
    while repeated:
        size = chance.randint(1, 9)
        await writers[chance.randrange(4)].store(repeated[:size])
        repeated = repeated[size:]
    for statement in (_THREAD, _ROWS, _HISTORY):
        straight, shuffled = await shop.sql(statement), await other.sql(statement)
        assert [tuple(row) for row in straight] == [tuple(row) for row in shuffled]


def _conversation_of_three(shop: Shop, chance: random.Random) -> list[InboundEvent]:
    """What three customers write, change and take back, in the order it happened."""
    events: list[InboundEvent] = []
    customers = [shop.customer() for _ in range(3)]
    events += [customer.wrote("first", at=_PAST - timedelta(seconds=1)) for customer in customers]
    written: list[tuple[Customer, str]] = []
    echoed: list[tuple[Customer, str]] = []
    for second in range(40):
        at, customer = _PAST + timedelta(seconds=second), chance.choice(customers)
        kind = chance.choice(_KINDS)
        if kind == "wrote":
            events.append(customer.wrote(f"text {second}", at=at, reply_token=f"token {second}"))
            written.append((customer, events[-1].message.provider_message_id))
        elif kind == "edited" and written:
            writer, message_id = chance.choice(written)
            events.append(writer.edited(message_id, f"edit {second}", at))
        elif kind == "unsent" and written:
            writer, message_id = written.pop(chance.randrange(len(written)))
            events.append(writer.unsent(message_id, at))
        elif kind == "echoed":
            events.append(customer.echoed(f"echo {second}", at=at, id=f"echo{second}"))
            echoed.append((customer, f"echo{second}"))
        elif kind == "receipt" and echoed:
            reader, message_id = chance.choice(echoed)
            # No platform tells both: what failed afterwards, and that everything up to a moment was read.
            state = chance.choice(["sent", "delivered", "read", *(["failed"] if reader is not customers[0] else [])])
            events.append(reader.receipt(state, message_id, at=at, failure_code="blocked" if state == "failed" else ""))
        elif kind == "read":
            events.append(customers[0].receipt("read", at=at, until=at))
        elif kind == "reacted" and written:
            writer, message_id = chance.choice(written)
            events.append(writer.reacted(message_id, chance.choice(["👍", "❤", ""]), at))
        elif kind == "referred":
            events.append(customer.referred(at, ad_id=f"ad{second}"))
        elif kind == "followed":
            events.append(customer.followed(at, reply_token=f"token {second}"))
        elif kind == "blocked":
            events.append(customer.blocked(at))
        elif kind == "pressed":
            events.append(customer.pressed(f"data {second}", at))
    return events


def _for(shop: Shop, event: InboundEvent) -> InboundEvent:
    """The same event at another shop."""
    copy = InboundEvent.FromString(event.SerializeToString())
    copy.tenant_id, copy.account_id = str(shop.id), shop.account_id
    return copy


async def test_the_same_keys_at_another_tenant_are_other_messages(shop: Shop, conversations: Stack, bus: Any) -> None:
    other = Shop(conversations, bus)
    event = shop.customer().wrote()
    theirs = InboundEvent.FromString(event.SerializeToString())
    theirs.tenant_id = str(other.id)
    theirs.dedup_key = str(uuid4())
    await shop.receive(event, theirs)
    assert (await shop.only()).id != (await other.only()).id
