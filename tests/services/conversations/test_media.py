"""Files of messages: asked for, here, never here, gone again; and what else a message holds."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.channels.v1 import inbound_pb2 as inbound
from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.delivery.v1.events_pb2 import MediaFetched
from tests.services.conversations.shop import Changed, MediaDropped, MediaRequested, Shop, Stored
from tests.support.inbound import Customer, replayed

_PICTURE = inbound.Attachment(kind="image", provider_content_id="77", url="https://cdn.example/a", file_name="a.jpg")


async def _pictured(shop: Shop, *attachments: inbound.Attachment) -> tuple[Customer, pb.Message]:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    await shop.receive(customer.wrote("", id="m1", type="image", attachments=attachments or [_PICTURE]))
    return customer, await _only(shop)


async def _only(shop: Shop) -> pb.Message:
    (message,) = (await shop.thread((await shop.only()).id)).messages
    return message


def _fetched(message: pb.Message, state: str = "ready", **fields: Any) -> MediaFetched:
    return MediaFetched(
        tenant_id=message.tenant_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        attachment_id=message.attachments[0].id,
        state=state,
        **fields,
    )


async def test_a_file_is_asked_for_and_shown_once_it_is_here(shop: Shop) -> None:
    _, message = await _pictured(shop)
    assert (message.attachments[0].state, message.attachments[0].url) == ("fetching", "")
    (asked,) = await shop.told(MediaRequested, 1)
    assert (asked.message_id, asked.attachment_id) == (message.id, message.attachments[0].id)
    assert (asked.kind, asked.provider_content_id, asked.url) == ("image", "77", "https://cdn.example/a")
    here = _fetched(message, storage_key="t/a", thumbnail_key="t/b", content_type="image/jpeg", width=4, size_bytes=9)
    await shop.tell(here, here)
    (told,) = await shop.told(Changed, 1)
    picture = told.message.attachments[0]
    assert (picture.state, picture.storage_key, picture.thumbnail_key) == ("ready", "t/a", "t/b")
    assert (picture.content_type, picture.width, picture.size_bytes) == ("image/jpeg", 4, 9)
    assert await _only(shop) == told.message
    await shop.apply(_fetched(message, "failed", failure_code="expired"))
    assert (await _only(shop)).attachments[0].state == "ready"


async def test_a_file_that_never_came_says_why_and_may_still_come(shop: Shop) -> None:
    _, message = await _pictured(shop)
    await shop.apply(_fetched(message, "failed", failure_code="too_large"))
    picture = (await _only(shop)).attachments[0]
    assert (picture.state, picture.failure_code) == ("failed", "too_large")
    await shop.apply(_fetched(message, storage_key="t/a"))
    picture = (await _only(shop)).attachments[0]
    assert (picture.state, picture.failure_code, picture.storage_key) == ("ready", "", "t/a")


async def test_what_a_file_is_its_content_says(shop: Shop) -> None:
    _, message = await _pictured(shop)
    await shop.apply(_fetched(message, storage_key="t/a", content_type="application/pdf", kind="file"))
    paper = (await _only(shop)).attachments[0]
    assert (paper.kind, paper.file_name, paper.content_type) == ("file", "a.jpg", "application/pdf")


async def test_what_must_not_be_kept_is_an_address_and_nothing_else(shop: Shop) -> None:
    story = inbound.Attachment(kind="image", url="https://cdn.example/story", never_store=True)
    lost = inbound.Attachment(kind="file")
    _, message = await _pictured(shop, story, lost)
    assert [(one.state, one.url) for one in message.attachments] == [
        ("not_kept", "https://cdn.example/story"),
        ("failed", ""),
    ]
    assert shop.facts(MediaRequested) == []


async def test_files_of_what_was_taken_back_are_dropped(shop: Shop) -> None:
    customer, message = await _pictured(shop, _PICTURE, _PICTURE)
    await shop.apply(_fetched(message, storage_key="t/a", thumbnail_key="t/b"))
    await shop.receive(customer.unsent("m1"))
    (dropped,) = await shop.told(MediaDropped, 1)
    assert list(dropped.storage_keys) == ["t/a", "t/b"]
    assert list(dropped.attachment_ids) == [message.attachments[1].id]
    late = _fetched(message, storage_key="t/c")
    late.attachment_id = message.attachments[1].id
    await shop.apply(late)
    assert [list(fact.storage_keys) for fact in await shop.told(MediaDropped, 2)] == [["t/a", "t/b"], ["t/c"]]
    assert list((await _only(shop)).attachments) == []


async def test_a_file_that_comes_for_an_attachment_that_was_replaced_is_dropped(shop: Shop) -> None:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    wrong = customer.wrote("", id="m1", type="image", attachments=[_PICTURE])
    await shop.receive(wrong)
    message = await _only(shop)
    right = replayed(wrong)
    right.message.attachments[0].url = "https://cdn.example/b"
    await shop.receive(right, again=True)
    late = _fetched(message, storage_key="t/a", thumbnail_key="t/b")
    await shop.apply(late, _fetched(message, "failed", failure_code="expired"))
    withdrawn, unwanted = await shop.told(MediaDropped, 2)
    assert (list(withdrawn.attachment_ids), list(withdrawn.storage_keys)) == ([message.attachments[0].id], [])
    assert (list(unwanted.attachment_ids), list(unwanted.storage_keys)) == ([], ["t/a", "t/b"])
    assert [one.state for one in (await _only(shop)).attachments] == ["fetching"]


async def test_what_was_taken_back_before_it_came_is_not_asked_for(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.unsent("m1"))
    await shop.receive(customer.wrote("", id="m1", type="image", attachments=[_PICTURE]))
    await shop.told(Stored, 1)
    assert shop.facts(MediaRequested) == shop.facts(MediaDropped) == []


async def test_reactions_come_change_and_go_in_the_order_they_happened(shop: Shop) -> None:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    now = datetime.now(UTC)
    first, second, third = (
        customer.reacted("m1", emoji, now + timedelta(seconds=number)) for number, emoji in enumerate(("👍", "❤", ""))
    )
    await shop.receive(second)
    await shop.receive(customer.wrote(id="m1"))
    assert [(one.emoji, one.by) for one in (await _only(shop)).reactions] == [("❤", "customer")]
    await shop.receive(first)
    assert [one.emoji for one in (await _only(shop)).reactions] == ["❤"]
    await shop.receive(third)
    await shop.receive(second, again=True)
    assert list((await _only(shop)).reactions) == []
    assert "reaction" not in (await _only(shop)).details_json


@pytest.mark.rule(46)
async def test_what_a_message_answers_is_shown_even_if_it_comes_late_and_until_it_is_taken_back(shop: Shop) -> None:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    await shop.receive(customer.wrote("and this?", id="m2", quoted_provider_message_id="m1"))
    assert not (await _only(shop)).HasField("quoted")
    await shop.receive(customer.wrote("my words", id="m1"))
    row = await shop.only()
    quoted = (await shop.thread(row.id)).messages[-1].quoted
    found = {message.provider_message_id: message for message in (await shop.thread(row.id)).messages}
    quoted = found["m2"].quoted
    assert (quoted.id, quoted.preview, quoted.type) == (found["m1"].id, "my words", "text")
    await shop.receive(customer.unsent("m1"))
    found = {message.provider_message_id: message for message in (await shop.thread(row.id)).messages}
    assert (found["m2"].quoted.preview, found["m2"].quoted.type) == ("", "unsent")
    stored = await shop.sql("SELECT row_to_json(m)::text AS row FROM conversations.messages m WHERE tenant_id = $1")
    assert not any("my words" in row["row"] for row in stored)


async def test_a_quote_of_another_conversations_message_shows_nothing(shop: Shop) -> None:
    customer, other = (shop.customer(channel="facebook", kind="facebook_user") for _ in range(2))
    await shop.receive(customer.wrote("mine", id="m1"), other.wrote("theirs", id="m2", quoted_provider_message_id="m1"))
    for row in await shop.inbox():
        assert not any(message.HasField("quoted") for message in (await shop.thread(row.id)).messages)


async def test_whatever_a_message_holds_is_kept_to_be_drawn(shop: Shop) -> None:
    customer = shop.customer(channel="whatsapp", kind="whatsapp_phone")
    item = inbound.OrderedItem(product_id="p", quantity=2, price="9.5", currency="TWD")
    await shop.receive(
        customer.wrote(
            contacts=[inbound.ContactCard(name="Bo", phones=["+886"])],
            order=inbound.OrderedItems(items=[item]),
            selection=inbound.Selection(id="yes", kind="button"),
            story=inbound.Story(kind="reply", url="https://cdn.example/s"),
            forwarded=True,
            product_id="sku",
            subject="Shoes",
            page_url="https://shop.example/p",
            mark_as_read_token="secret",
        )
    )
    details = json.loads((await _only(shop)).details_json)
    assert details["contacts"] == [{"name": "Bo", "phones": ["+886"]}]
    assert details["order"]["items"][0]["quantity"] == 2
    assert (details["selection"]["id"], details["story"]["kind"], details["forwarded"]) == ("yes", "reply", True)
    assert (details["product_id"], details["subject"], details["page_url"]) == (
        "sku",
        "Shoes",
        "https://shop.example/p",
    )
    assert "mark_as_read_token" not in details
