"""What delivery tells, in whatever order and however often."""

import itertools

import pytest

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.delivery.v1.events_pb2 import ProfileFetched
from libs.bus.outbox import Outbox
from libs.clock.clock import SystemClock
from services.conversations.service.facts import FactsService
from tests.services.conversations.shop import RowChanged, Shop, attempt

_STATE = {
    "sending": pb.DELIVERY_STATE_SENDING,
    "sent": pb.DELIVERY_STATE_SENT,
    "failed": pb.DELIVERY_STATE_FAILED,
    "unconfirmed": pb.DELIVERY_STATE_UNCONFIRMED,
}


async def _answer(shop: Shop) -> pb.Message:
    await shop.receive(shop.customer().wrote())
    return (await shop.send((await shop.only()).id)).message


async def _state(shop: Shop, message: pb.Message) -> pb.Message:
    return next(m for m in (await shop.thread(message.conversation_id)).messages if m.id == message.id)


def _service(shop: Shop) -> FactsService:
    return FactsService(shop.stack.database.open("conversations"), SystemClock(), Outbox())


async def test_the_platforms_word_reaches_thread_inbox_and_screens(shop: Shop) -> None:
    message = await _answer(shop)
    await shop.tell(attempt(message, "sent", provider_message_id="p1"))
    (told,) = await shop.told_states(message.id)
    assert told == await _state(shop, message)
    assert (told.delivery_state, told.provider_message_id) == (pb.DELIVERY_STATE_SENT, "p1")
    assert (await shop.only()).last_message.delivery_state == pb.DELIVERY_STATE_SENT


async def test_a_failure_tells_why(shop: Shop) -> None:
    message = await _answer(shop)
    await shop.tell(attempt(message, "failed", failure_code="blocked", failure_detail="Bad Request"))
    (told,) = await shop.told_states(message.id)
    assert (told.failure_code, told.failure_detail) == ("blocked", "Bad Request")


@pytest.mark.promise(4)
@pytest.mark.parametrize("order", list(itertools.permutations(["sending", "unconfirmed", "sent"])))
async def test_the_state_only_moves_forward(shop: Shop, order: tuple[str, ...]) -> None:
    message, service = await _answer(shop), _service(shop)
    for state in (*order, *order):
        await service.apply([attempt(message, state)])
    stored = await _state(shop, message)
    assert stored.delivery_state == pb.DELIVERY_STATE_SENT
    forward = [s for i, s in enumerate(order) if s == "sent" or ("sent" not in order[:i] and s == "unconfirmed")]
    forward += ["sending"] if order[0] == "sending" else []
    assert stored.version == 1 + len(forward)


@pytest.mark.promise(4)
async def test_one_batch_with_everything_in_it_ends_the_same(shop: Shop) -> None:
    message, service = await _answer(shop), _service(shop)
    states = ["sent", "sending", "unconfirmed", "sent", "sending"]
    await service.apply([attempt(message, state, provider_message_id="p1") for state in states])
    assert (await _state(shop, message)).delivery_state == pb.DELIVERY_STATE_SENT


@pytest.mark.promise(4)
async def test_an_old_attempt_speaks_only_to_say_that_it_arrived(shop: Shop) -> None:
    message, service = await _answer(shop), _service(shop)
    await service.apply([attempt(message, "failed", failure_code="timeout")])
    await shop.retry(message)
    await service.apply([attempt(message, "failed", of=1), attempt(message, "unconfirmed", of=1)])
    assert (await _state(shop, message)).delivery_state == pb.DELIVERY_STATE_QUEUED
    await service.apply([attempt(message, "sent", of=1, provider_message_id="late")])
    assert (await _state(shop, message)).delivery_state == pb.DELIVERY_STATE_SENT
    await service.apply([attempt(message, "failed", of=2)])
    assert (await _state(shop, message)).delivery_state == pb.DELIVERY_STATE_SENT


async def test_facts_of_nothing_we_know_are_passed_over(shop: Shop) -> None:
    message, service = await _answer(shop), _service(shop)
    elsewhere = await _answer_elsewhere(shop)
    unknown = attempt(message, "sent")
    unknown.message_id = "01900000-0000-7000-8000-00000000dead"
    swapped = attempt(message, "sent")
    swapped.conversation_id = elsewhere.conversation_id
    inbound = attempt((await shop.thread(message.conversation_id)).messages[-1], "sent")
    newer = attempt(message, "teleported")
    await service.apply([unknown, swapped, inbound, newer])
    assert await _state(shop, message) == message


async def _answer_elsewhere(shop: Shop) -> pb.Message:
    await shop.receive(shop.customer().wrote())
    row = next(found for found in await shop.inbox() if found.unread_count)
    return (await shop.send(row.id)).message


async def test_a_profile_shows_in_the_inbox_and_is_told_when_it_changed(shop: Shop) -> None:
    message = await _answer(shop)
    row = await shop.get(message.conversation_id)
    fact = ProfileFetched(
        tenant_id=str(shop.id), contact_id=row.customer.id, display_name="小明", picture_url="https://p"
    )
    await shop.tell(fact)
    (told,) = await shop.told(RowChanged, 1)
    assert (told.conversation.customer.name, told.conversation.customer.picture_url) == ("小明", "https://p")
    await shop.tell(fact)
    fact.display_name = "小美"
    await shop.tell(fact)
    assert (await shop.told(RowChanged, 2))[1].conversation.customer.name == "小美"
    contacts = await shop.sql("SELECT name, picture_url FROM conversations.contacts WHERE tenant_id = $1")
    assert tuple(contacts[0]) == ("小美", "https://p")


async def test_a_profile_that_tells_no_name_takes_none_away(shop: Shop) -> None:
    row = await shop.get((await _answer(shop)).conversation_id)
    fact = ProfileFetched(
        tenant_id=str(shop.id), contact_id=row.customer.id, display_name="小明", picture_url="https://p", language="zh"
    )
    await shop.apply(fact)
    fact.display_name = fact.picture_url = fact.language = ""
    await shop.apply(fact)
    customer = (await shop.get(row.id)).customer
    assert (customer.name, customer.picture_url) == ("小明", "")
    contacts = await shop.sql("SELECT name, picture_url, language FROM conversations.contacts WHERE tenant_id = $1")
    assert tuple(contacts[0]) == ("小明", "", "zh")


async def test_facts_for_several_tenants_in_one_batch_stay_apart(shop: Shop) -> None:
    other = Shop(shop.stack, shop.bus)
    mine, theirs = await _answer(shop), await _answer(other)
    forged = attempt(theirs, "failed")
    forged.tenant_id = str(shop.id)
    await _service(shop).apply([attempt(mine, "sent"), forged, attempt(theirs, "sending")])
    assert (await _state(shop, mine)).delivery_state == pb.DELIVERY_STATE_SENT
    assert (await _state(other, theirs)).delivery_state == pb.DELIVERY_STATE_SENDING
