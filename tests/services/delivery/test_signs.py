"""Read marks and typing: best effort, and never in the way."""

import asyncio

import pytest

from frontdesk.conversations.v1.events_pb2 import ReadByStaff
from frontdesk.delivery.v1 import delivery_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2_grpc as stubs
from libs.rpc.errors import NotFoundError
from tests.services.delivery.graph import Number, Rule, person
from tests.services.delivery.shop import Contact, Shop
from tests.support.desk import Desk
from tests.support.stack import Stack
from tests.support.wait import eventually


def read(number: Number, contact: Contact, message_id: str) -> ReadByStaff:
    """Somebody opened the contact's conversation."""
    return ReadByStaff(
        tenant_id=str(number.shop.id),
        account_id=number.account_id,
        channel="whatsapp",
        contact_id=str(contact.id),
        recipient_kind=contact.kind,
        recipient=contact.alias,
        provider_message_id=message_id,
    )


async def typing(delivery: Desk, shop: Shop, number: Number, contact: Contact) -> None:
    """SendTyping; the platform was told by then."""
    stub = stubs.DeliveryServiceStub(delivery.channel("delivery"))
    request = pb.SendTypingRequest(account_id=number.account_id, contact_id=str(contact.id))
    await stub.SendTyping(request, metadata=shop.as_admin("delivery"))


def shown(number: Number) -> list[str]:
    """Messages under which customers were shown that somebody writes, in order."""
    return [call["message_id"] for call in number.graph.calls[number.id] if "typing_indicator" in call]


def marks(number: Number) -> list[str]:
    """Messages that were marked as read, in order."""
    calls = number.graph.calls[number.id]
    return [call["message_id"] for call in calls if call.get("status") == "read" and "typing_indicator" not in call]


async def test_what_was_read_is_told_once_for_each_contact(number: Number, shop: Shop) -> None:
    """While the platform takes its time, only the newest of a contact is worth telling."""
    mei, ken = person(), person()
    slow = Rule(hold=asyncio.Event())
    number.graph.rules[number.id].append(slow)
    await shop.publish(read(number, mei, "m1"))
    await eventually(lambda: marks(number) == ["m1"])
    await shop.publish(read(number, mei, "m2"), read(number, mei, "m3"), read(number, ken, "k1"))
    sent = await number.send(mei, "hello")
    assert (await shop.ended(sent)).state == "sent", "messages wait for no read mark"
    assert slow.hold is not None
    slow.hold.set()
    await eventually(lambda: sorted(marks(number)) == ["k1", "m1", "m3"])


async def test_a_mark_that_is_refused_is_let_go(number: Number, shop: Shop) -> None:
    number.trouble(code=100)
    await shop.publish(read(number, person(), "m1"), read(number, person(), "m2"))
    await eventually(lambda: marks(number) == ["m1", "m2"])


@pytest.mark.promise(5)
async def test_nobody_marks_with_another_tenants_account(number: Number, shop: Shop, other: Shop) -> None:
    stolen = read(number, person(), "stolen")
    stolen.tenant_id = str(other.id)
    await other.publish(stolen)
    await shop.publish(read(number, person(), "own"))
    await eventually(lambda: marks(number) == ["own"])
    with pytest.raises(NotFoundError):
        await typing(shop.stack, other, number, person())


async def test_typing_is_shown_where_the_contact_was_read_last_and_not_twice_in_a_moment(
    number: Number, shop: Shop, delivery: Stack
) -> None:
    mei = person()
    await typing(delivery, shop, number, mei)
    assert shown(number) == [], "nobody knows where"
    await shop.publish(read(number, mei, "m1"))
    await eventually(lambda: marks(number) == ["m1"])
    await typing(delivery, shop, number, mei)
    await typing(delivery, shop, number, mei)
    assert shown(number) == ["m1"]


async def test_typing_where_a_platform_has_none_asks_nothing_of_it(number: Number, shop: Shop, delivery: Stack) -> None:
    """WhatsApp shows it under a message alone."""
    mei = person()
    await shop.publish(read(number, mei, ""), read(number, person(), "m1"))
    await eventually(lambda: marks(number) == ["m1"])
    await typing(delivery, shop, number, mei)
    assert shown(number) == []
