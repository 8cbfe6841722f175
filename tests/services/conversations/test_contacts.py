"""Who a contact is: several names, changed names, names of two contacts; and what it told of itself."""

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from frontdesk.conversations.v1 import conversations_pb2 as pb
from tests.services.conversations.shop import Requested, Shop
from tests.support.inbound import Customer, known_as

_PHONE, _USER = "whatsapp_phone", "whatsapp_user"


def _customer(shop: Shop) -> Customer:
    return shop.customer(channel="whatsapp", kind=_PHONE)


def _wrote(shop: Shop, text: str, *names: tuple[str, str]) -> InboundEvent:
    return known_as(_customer(shop).wrote(text), *names)


async def _threads(shop: Shop) -> dict[str, list[str]]:
    return {row.customer.id: await shop.texts(row.id) for row in await shop.inbox()}


async def _recipient(shop: Shop, row: pb.Conversation) -> tuple[str, str]:
    sent = (await shop.send(row.id)).message
    told = await shop.told(Requested, len(shop.facts(Requested)) or 1)
    asked = next(fact for fact in told if fact.message_id == sent.id)
    return asked.recipient_kind, asked.recipient


async def test_a_number_and_a_user_id_are_one_contact_whichever_comes(shop: Shop) -> None:
    await shop.receive(_wrote(shop, "1", (_PHONE, "886")))
    await shop.receive(_wrote(shop, "2", (_USER, "TW.1"), (_PHONE, "886")))
    await shop.receive(_wrote(shop, "3", (_USER, "TW.1")))
    assert list((await _threads(shop)).values()) == [["1", "2", "3"]]


async def test_a_number_that_changed_hands_leads_to_its_new_owner(shop: Shop) -> None:
    await shop.receive(_wrote(shop, "old owner", (_USER, "TW.1"), (_PHONE, "886")))
    await shop.receive(_wrote(shop, "new owner", (_USER, "TW.2"), (_PHONE, "886")))
    await shop.receive(_wrote(shop, "by number", (_PHONE, "886")), _wrote(shop, "by id", (_USER, "TW.1")))
    assert sorted((await _threads(shop)).values()) == [["new owner", "by number"], ["old owner", "by id"]]


async def test_two_contacts_that_turn_out_to_be_one_stay_two(shop: Shop) -> None:
    await shop.receive(_wrote(shop, "by number", (_PHONE, "886")))
    await shop.receive(_wrote(shop, "by id", (_USER, "TW.1")))
    await shop.receive(_wrote(shop, "by both", (_USER, "TW.1"), (_PHONE, "886")))
    assert sorted((await _threads(shop)).values()) == [["by id", "by both"], ["by number"]]
    await shop.receive(_wrote(shop, "number again", (_PHONE, "886")))
    assert sorted((await _threads(shop)).values()) == [["by id", "by both"], ["by number", "number again"]]


async def test_a_changed_id_leads_to_the_same_contact_and_is_sent_to(shop: Shop) -> None:
    customer = _customer(shop)
    await shop.receive(known_as(customer.wrote("before"), (_USER, "TW.1"), (_PHONE, "886")))
    row = await shop.only()
    renamed = customer.renamed((_USER, "TW.9"), text="Bo changed the number")
    await shop.receive(known_as(renamed, (_USER, "TW.1"), (_PHONE, "886")))
    await shop.receive(_wrote(shop, "after", (_USER, "TW.9")))
    assert list((await _threads(shop)).values()) == [["before", "after"]]
    entry = next(one for one in (await shop.history(row.id)).entries if one.kind == "alias_changed")
    assert dict(entry.fields) == {"text": "Bo changed the number", "aliases": "whatsapp_user TW.9"}
    assert await _recipient(shop, row) == (_USER, "TW.9")


async def test_an_id_that_somebody_else_has_stays_theirs(shop: Shop) -> None:
    customer = _customer(shop)
    await shop.receive(_wrote(shop, "theirs", (_USER, "TW.9")))
    await shop.receive(known_as(customer.wrote("mine"), (_USER, "TW.1")))
    await shop.receive(known_as(customer.renamed((_USER, "TW.9")), (_USER, "TW.1")))
    await shop.receive(_wrote(shop, "again", (_USER, "TW.9")), _wrote(shop, "still", (_USER, "TW.1")))
    assert sorted((await _threads(shop)).values()) == [["mine", "still"], ["theirs", "again"]]


async def test_what_a_contact_tells_of_itself_is_kept(shop: Shop) -> None:
    customer = shop.customer(channel="web", kind="web_visitor")
    first = customer.wrote()
    first.contact.display_name, first.contact.email = "Ana", "ana@example.com"
    second = customer.wrote()
    second.contact.phone, second.contact.language = "+886 2", "zh-TW"
    await shop.store(first)
    await shop.store(second)
    (row,) = await shop.sql("SELECT name, email, phone, language FROM conversations.contacts WHERE tenant_id = $1")
    assert tuple(row) == ("Ana", "ana@example.com", "+886 2", "zh-TW")
    assert (await shop.only()).customer.name == "Ana"
    third = customer.wrote()
    third.contact.display_name = "Anna"
    await shop.store(third)
    assert (await shop.only()).customer.name == "Anna"


async def test_a_guest_with_only_a_telephone_cannot_be_answered_until_an_address_is_known(shop: Shop) -> None:
    customer = shop.customer(channel="web", kind="web_visitor")
    event = customer.wrote()
    event.contact.unreachable = "phone_only"
    await shop.store(event)
    row = await shop.only()
    assert (row.can_reply, row.cannot_reply_reason) == (False, "phone_only")
    await shop.store(customer.wrote())
    assert (await shop.only()).can_reply
