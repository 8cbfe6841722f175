"""What the platform tells of our side: echoes and receipts, in whatever order and however often."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from frontdesk.conversations.v1 import conversations_pb2 as pb
from libs.channels.references import reference
from tests.services.conversations.shop import Confirmed, Shop, Stored, attempt
from tests.support.inbound import Customer

_NAMES = {pb.DeliveryState.Name(number).removeprefix("DELIVERY_STATE_").lower(): number for number in range(8)}


async def _answered(shop: Shop) -> tuple[Customer, pb.Message]:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    await shop.receive(customer.wrote(at=datetime.now(UTC) - timedelta(seconds=5)))
    return customer, (await shop.send((await shop.only()).id)).message


def _named(message: pb.Message, of: int = 1) -> str:
    return reference(UUID(message.id), of)


async def _last(shop: Shop, message: pb.Message) -> pb.Message:
    thread = (await shop.thread(message.conversation_id)).messages
    return next(one for one in thread if one.id == message.id)


@pytest.mark.promise(2)
async def test_our_own_echo_is_our_message(shop: Shop) -> None:
    customer, sent = await _answered(shop)
    await shop.receive(customer.echoed("hello", id="p1", reference=_named(sent)))
    answer = await _last(shop, sent)
    assert (answer.delivery_state, answer.provider_message_id) == (pb.DELIVERY_STATE_SENT, "p1")
    assert len((await shop.thread(sent.conversation_id)).messages) == 2
    (confirmed,) = await shop.told(Confirmed, 1)
    assert (confirmed.message_id, confirmed.attempt, confirmed.state) == (sent.id, 1, "sent")
    assert confirmed.provider_message_id == "p1"
    await shop.receive(customer.echoed("hello", id="p1", reference=_named(sent)), again=True)
    await shop.receive(customer.echoed("hello", id="p1"))
    assert (await _last(shop, sent)).version == answer.version
    assert len((await shop.thread(sent.conversation_id)).messages) == 2


@pytest.mark.promise(2)
async def test_an_echo_that_names_another_customers_message_is_a_message_of_its_own(shop: Shop) -> None:
    _, sent = await _answered(shop)
    stranger = shop.customer(channel="facebook", kind="facebook_user")
    await shop.receive(stranger.echoed("forged", id="p9", reference=_named(sent)))
    assert (await _last(shop, sent)).delivery_state == pb.DELIVERY_STATE_QUEUED
    theirs = next(row for row in await shop.inbox() if row.id != sent.conversation_id)
    (message,) = (await shop.thread(theirs.id)).messages
    assert (message.text, message.origin, message.direction) == ("forged", "native_app", pb.DIRECTION_OUTBOUND)
    assert shop.facts(Confirmed) == []


@pytest.mark.promise(2)
async def test_an_echo_that_names_nothing_is_the_answer_that_is_being_sent(shop: Shop) -> None:
    customer, sent = await _answered(shop)
    await shop.receive(
        customer.echoed("hello", id="p1", app="our app"), customer.echoed("hello", id="p2", app="our app")
    )
    await shop.apply(attempt(sent, "sent", provider_message_id="p1"))
    answer = await _last(shop, sent)
    assert (answer.delivery_state, answer.provider_message_id) == (pb.DELIVERY_STATE_SENT, "p1")
    thread = (await shop.thread(sent.conversation_id)).messages
    assert [(one.origin, one.provider_message_id) for one in thread][:2] == [("other_app", "p2"), ("desk", "p1")]
    await shop.receive(customer.echoed("hello", id="p3"), customer.echoed("other words", id="p4", app="our app"))
    origins = {one.provider_message_id: one.origin for one in (await shop.thread(sent.conversation_id)).messages}
    assert (origins["p3"], origins["p4"]) == ("native_app", "other_app")


@pytest.mark.promise(2)
async def test_an_echo_that_comes_again_is_not_the_next_answer_that_says_the_same(shop: Shop) -> None:
    customer, first = await _answered(shop)
    echo = customer.echoed("hello", id="p1", app="our app")
    await shop.store(echo, echo)
    second = (await shop.send(first.conversation_id)).message
    third = (await shop.send(first.conversation_id)).message
    await shop.store(echo)
    assert [(await _last(shop, one)).provider_message_id for one in (first, second, third)] == ["p1", "", ""]
    echo = customer.echoed("hello", id="p2", app="our app")
    await shop.store(echo, echo)
    thread = (await shop.thread(first.conversation_id)).messages
    assert {one.id: one.delivery_state for one in thread if one.origin} == {
        first.id: pb.DELIVERY_STATE_SENT,
        second.id: pb.DELIVERY_STATE_SENT,
        third.id: pb.DELIVERY_STATE_QUEUED,
    }


@pytest.mark.rule(6)
async def test_what_colleagues_write_elsewhere_takes_its_place(shop: Shop) -> None:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    at = datetime.now(UTC) - timedelta(minutes=5)
    await shop.receive(customer.wrote("first", at=at), customer.wrote("third", at=at + timedelta(seconds=20)))
    row = await shop.only()
    await shop.change(row.id, archived=True)
    await shop.receive(customer.echoed("second", at=at + timedelta(seconds=10)))
    await shop.receive(customer.echoed("fourth", at=at + timedelta(seconds=30), app="263902037430900"))
    row = await shop.only()
    assert await shop.texts(row.id) == ["first", "second", "third", "fourth"]
    assert (row.unread_count, row.archived, row.last_message.preview) == (2, False, "fourth")
    assert row.last_message.delivery_state == pb.DELIVERY_STATE_SENT
    origins = [message.origin for message in (await shop.thread(row.id)).messages]
    assert origins == ["other_app", "", "native_app", ""]
    assert len(shop.facts(Stored)) == 4


async def test_an_echo_may_be_the_first_message_of_all(shop: Shop) -> None:
    await shop.receive(shop.customer(channel="whatsapp", kind="whatsapp_phone").echoed("welcome"))
    row = await shop.only()
    assert (row.unread_count, row.case_id != "", row.reply_window.state) == (0, True, "templates")


async def test_receipts_move_the_message_forward_and_tell_why_it_failed(shop: Shop) -> None:
    customer, sent = await _answered(shop)
    await shop.tell(attempt(sent, "sent", provider_message_id="p1"))
    await shop.told_states(sent.id)
    await shop.receive(customer.receipt("read", "p1"), customer.receipt("delivered", "p1", "unknown"))
    assert (await _last(shop, sent)).delivery_state == pb.DELIVERY_STATE_READ
    assert (await shop.get(sent.conversation_id)).last_message.delivery_state == pb.DELIVERY_STATE_READ

    customer, sent = await _answered_again(shop)
    await shop.tell(attempt(sent, "sent", provider_message_id="p2"))
    await shop.told_states(sent.id)
    pricing = {"category": "service", "billable": "false"}
    await shop.receive(
        customer.receipt("failed", "p2", failure_code="blocked", failure_detail="131026 undeliverable", pricing=pricing)
    )
    failed = await _last(shop, sent)
    assert (failed.delivery_state, failed.failure_code) == (pb.DELIVERY_STATE_FAILED, "blocked")
    assert '"category": "service"' in failed.details_json
    again = await shop.retry(failed)
    assert (again.delivery_state, again.attempt, again.provider_message_id) == (pb.DELIVERY_STATE_QUEUED, 2, "")
    await shop.receive(customer.receipt("failed", "p2", failure_code="blocked"))
    assert (await _last(shop, sent)).delivery_state == pb.DELIVERY_STATE_QUEUED


async def _answered_again(shop: Shop) -> tuple[Customer, pb.Message]:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    await shop.receive(customer.wrote())
    row = next(row for row in await shop.inbox() if not row.assignee_id)
    return customer, (await shop.send(row.id)).message


async def test_a_receipt_names_an_attempt_whose_answer_was_lost(shop: Shop) -> None:
    customer, sent = await _answered(shop)
    await shop.tell(attempt(sent, "unconfirmed", failure_code="timeout"))
    await shop.told_states(sent.id)
    await shop.receive(customer.receipt("delivered", "p1", reference=_named(sent)))
    answer = await _last(shop, sent)
    assert (answer.delivery_state, answer.failure_code, answer.provider_message_id) == (
        pb.DELIVERY_STATE_DELIVERED,
        "",
        "p1",
    )
    (confirmed,) = await shop.told(Confirmed, 1)
    assert (confirmed.state, confirmed.attempt) == ("delivered", 1)


async def test_everything_up_to_a_moment_is_read_and_nothing_after_it(shop: Shop) -> None:
    customer, first = await _answered(shop)
    second = (await shop.send(first.conversation_id)).message
    for message in (first, second):
        await shop.tell(attempt(message, "sent", provider_message_id=f"p-{message.id}"))
        await shop.told_states(message.id)
    until = first.sent_at.ToDatetime(UTC) + timedelta(milliseconds=1)
    later = "UPDATE conversations.messages SET sent_at = now() + interval '1 h' WHERE tenant_id = $1 AND id = $2"
    await shop.sql(later, UUID(second.id))
    await shop.receive(customer.receipt("read", until=until))
    assert (await _last(shop, first)).delivery_state == pb.DELIVERY_STATE_READ
    assert (await _last(shop, second)).delivery_state == pb.DELIVERY_STATE_SENT


async def test_a_receipt_finds_its_message_under_whatever_name_the_customer_goes(shop: Shop) -> None:
    _, sent = await _answered(shop)
    await shop.apply(attempt(sent, "sent", provider_message_id="p1"))
    other_name = shop.customer(channel="facebook", kind="facebook_user")
    await shop.receive(other_name.receipt("delivered", "p1"))
    assert (await _last(shop, sent)).delivery_state == pb.DELIVERY_STATE_DELIVERED
    assert len(await shop.sql("SELECT 1 FROM conversations.contacts WHERE tenant_id = $1")) == 1


async def test_a_receipt_of_somebody_nobody_knows_makes_no_contact(shop: Shop) -> None:
    customer = shop.customer(channel="whatsapp", kind="whatsapp_phone")
    await shop.receive(customer.receipt("delivered", "p1"), customer.reacted("p1", "👍"))
    assert await shop.sql("SELECT 1 FROM conversations.contacts WHERE tenant_id = $1") == []
    waiting = await shop.sql("SELECT kind FROM conversations.pending_changes WHERE tenant_id = $1 ORDER BY kind")
    assert [row["kind"] for row in waiting] == ["reaction", "receipt_delivered"]


_STORIES = {
    "arrived": (("answer", "echo", "delivered", "watermark"), "read"),
    "refused": (("answer", "echo", "sent", "failed"), "failed"),
    "refused and yet read": (("unconfirmed", "echo", "failed", "read"), "read"),
}


@pytest.mark.promise(2)
@pytest.mark.parametrize("story", _STORIES)
async def test_in_whatever_order_answer_echo_and_receipts_come_the_end_is_the_same(shop: Shop, story: str) -> None:
    steps, end = _STORIES[story]
    seen = set()
    customer = shop.customer(channel="facebook", kind="facebook_user")
    await shop.receive(customer.wrote())
    row = await shop.only()
    for number, order in enumerate(itertools.permutations(steps)):
        sent = (await shop.send(row.id, str(number))).message
        for step in order:
            await _step(shop, customer, sent, step)
        answer = await _last(shop, sent)
        seen.add((answer.delivery_state, answer.provider_message_id == f"p-{sent.id}", answer.text == str(number)))
    assert seen == {(_NAMES[end], True, True)}
    thread = (await shop.thread(row.id, page_size=100)).messages
    assert len(thread) == 25
    assert await shop.sql("SELECT 1 FROM conversations.pending_changes WHERE tenant_id = $1") == []


async def _step(shop: Shop, customer: Customer, sent: pb.Message, step: str) -> None:
    provider_id, now = f"p-{sent.id}", datetime.now(UTC)
    if step in {"answer", "unconfirmed"}:
        state = "sent" if step == "answer" else step
        fact = attempt(sent, state, provider_message_id=provider_id if step == "answer" else "")
        fact.occurred_at.FromDatetime(now)
        await shop.apply(fact)
        return
    event: InboundEvent
    if step == "echo":
        event = customer.echoed(sent.text, id=provider_id, reference=_named(sent))
    elif step == "watermark":
        event = customer.receipt("read", until=now + timedelta(seconds=1))
    else:
        event = customer.receipt(step, provider_id, failure_code="blocked" if step == "failed" else "")
    await shop.store(event)
