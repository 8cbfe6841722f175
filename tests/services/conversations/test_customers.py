"""What customers of the shop's own site read: their own thread, as far as it concerns them, and nobody else's."""

from typing import Any

import pytest

from frontdesk.conversations.v1 import conversations_pb2 as conversations
from frontdesk.conversations.v1 import customers_pb2 as pb
from frontdesk.conversations.v1 import customers_pb2_grpc as stubs
from libs.auth.tokens import TokenIssuer
from libs.rpc.client import on_behalf
from libs.rpc.errors import FrontdeskError, InvalidArgumentError
from tests.services.conversations.shop import Shop, attempt
from tests.support.inbound import Customer, unique
from tests.support.wait import eventually

INBOUND, OUTBOUND = conversations.DIRECTION_INBOUND, conversations.DIRECTION_OUTBOUND


async def read(shop: Shop, kind: str, alias: str, account: str = "", **wanted: Any) -> pb.ListCustomerMessagesResponse:
    """A page, as ingestion asks for it in the shop's name."""
    issuer: TokenIssuer = shop.stack.issuer("ingestion")
    stub = stubs.CustomerThreadsServiceStub(shop.stack.channel("conversations", "ingestion"))
    request = pb.ListCustomerMessagesRequest(
        account_id=account or shop.account_id, alias_kind=kind, alias=alias, **wanted
    )
    metadata = on_behalf(issuer, "conversations", shop.id)
    answer: pb.ListCustomerMessagesResponse = await stub.ListCustomerMessages(request, metadata=metadata)
    return answer


def visitor(shop: Shop, kind: str = "web_visitor") -> Customer:
    """Somebody at the shop's site."""
    return shop.customer(kind=kind, channel="web")


async def of(shop: Shop, customer: Customer, **wanted: Any) -> pb.ListCustomerMessagesResponse:
    """Their own thread."""
    return await read(shop, customer.kind, customer.alias, **wanted)


async def test_thread_holds_what_was_written_and_answers_that_were_sent(shop: Shop) -> None:
    customer = visitor(shop)
    await shop.receive(customer.wrote("do you ship to Taipei?", id="owner.1"))
    row = await shop.only()
    sent = await shop.send(row.id, "we do")
    waiting = await of(shop, customer)
    assert [message.text for message in waiting.messages] == ["do you ship to Taipei?"]
    await shop.tell(attempt(sent.message, "sent"))
    await eventually(lambda: _texts(shop, customer, ["we do", "do you ship to Taipei?"]), what="the answer")
    found = await of(shop, customer)
    assert found.conversation_id == row.id
    answer, question = found.messages
    assert (answer.direction, answer.provider_message_id) == (OUTBOUND, "")
    assert (question.direction, question.provider_message_id) == (INBOUND, "owner.1")


async def test_an_answer_that_failed_is_not_seen(shop: Shop) -> None:
    customer = visitor(shop)
    await shop.receive(customer.wrote("hello"))
    sent = await shop.send((await shop.only()).id, "cannot arrive")
    await shop.tell(attempt(sent.message, "failed", failure_code="rejected"))
    await shop.told_states(sent.message.id)
    assert [message.text for message in (await of(shop, customer)).messages] == ["hello"]


async def test_what_was_taken_back_is_gone(shop: Shop) -> None:
    customer = visitor(shop)
    await shop.receive(customer.wrote("a typo", id="m.1"), customer.wrote("without it", id="m.2"))
    await shop.receive(customer.unsent("m.1"))
    assert [message.text for message in (await of(shop, customer)).messages] == ["without it"]


async def test_pages_are_newest_first_and_whole(shop: Shop) -> None:
    customer = visitor(shop)
    await shop.receive(*(customer.wrote(f"line {number}") for number in range(5)))
    first = await of(shop, customer, page_size=3)
    second = await of(shop, customer, page_size=3, page_token=first.next_page_token)
    assert [message.text for message in (*first.messages, *second.messages)] == [f"line {n}" for n in (4, 3, 2, 1, 0)]
    assert not second.next_page_token


@pytest.mark.promise(5)
async def test_nobody_reads_anybody_elses_thread(shop: Shop) -> None:
    member = visitor(shop, "web_member")
    await shop.receive(member.wrote("my order"))
    assert len((await of(shop, member)).messages) == 1
    others = Shop(shop.stack, shop.bus)
    strangers = [
        await read(shop, "web_visitor", member.alias),
        await read(shop, "web_member", visitor(shop).alias),
        await read(shop, "web_member", member.alias, account=unique("other")),
        await read(others, "web_member", member.alias, account=shop.account_id),
    ]
    assert [(list(found.messages), found.conversation_id) for found in strangers] == [([], "")] * 4


@pytest.mark.parametrize("kind", ["line_user", "email", "phone", ""])
async def test_only_customers_of_the_site_read_here(shop: Shop, kind: str) -> None:
    with pytest.raises(InvalidArgumentError, match="web_visitor or web_member"):
        await read(shop, kind, "anybody")


async def test_a_token_of_another_list_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidArgumentError, match="page_token"):
        await read(shop, "web_visitor", "anybody", page_token="bm90IG91cnM")


@pytest.mark.promise(5)
async def test_a_call_without_a_tenant_is_refused(shop: Shop) -> None:
    stub = stubs.CustomerThreadsServiceStub(shop.stack.channel("conversations", "ingestion"))
    request = pb.ListCustomerMessagesRequest(account_id=shop.account_id, alias_kind="web_visitor", alias="v")
    with pytest.raises(FrontdeskError) as refused:
        await stub.ListCustomerMessages(request)
    assert refused.value.code == "unauthenticated"


async def _texts(shop: Shop, customer: Customer, wanted: list[str]) -> bool:
    return [message.text for message in (await of(shop, customer)).messages] == wanted
