"""What customers send, from the bus into threads and inbox."""

from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.channels.v1 import inbound_pb2 as inbound
from frontdesk.conversations.v1 import conversations_pb2 as pb
from tests.services.conversations.shop import Changed, RowChanged, Seen, Shop, Stored
from tests.support.inbound import Customer

_PAST = datetime.now(UTC) - timedelta(minutes=10)


async def test_a_first_message_makes_a_contact_a_conversation_and_a_case(shop: Shop) -> None:
    await shop.receive(shop.customer().wrote("哈囉", id="m1", quote_token="q", sender=inbound.Sender()))
    row = await shop.only()
    assert (row.channel, row.account_id, row.unread_count) == ("line", shop.account_id, 1)
    assert (row.status, row.handler, row.assignee_id) == (pb.STATUS_OPEN, pb.HANDLER_PERSON, "")
    assert (row.last_message.preview, row.last_message.direction) == ("哈囉", pb.DIRECTION_INBOUND)
    (message,) = (await shop.thread(row.id)).messages
    assert (message.text, message.provider_message_id, message.sequence) == ("哈囉", "m1", 1)
    assert message.case_id == row.case_id != ""
    assert "q" not in message.details_json
    (entry,) = (await shop.history(row.id)).entries
    assert (entry.kind, entry.case_id) == ("case_opened", row.case_id)


async def test_a_stored_message_is_told_with_the_row_it_leaves(shop: Shop) -> None:
    await shop.receive(shop.customer().wrote("one"))
    (told,) = await shop.told(Stored, 1)
    assert told.message == (await shop.thread(told.conversation.id)).messages[0]
    assert told.conversation == await shop.only()


async def test_every_kind_of_content_reaches_the_thread(shop: Shop) -> None:
    customer = shop.customer()
    picture = inbound.Attachment(kind="image", provider_content_id="77", file_name="a.jpg", size_bytes=5)
    sent = [
        customer.wrote("", type="image", attachments=[picture]),
        customer.wrote("", type="location", location=inbound.Location(title="shop", latitude=25.0, longitude=121.5)),
        customer.wrote("", type="sticker", sticker=inbound.Sticker(package_id="1", sticker_id="2")),
        customer.wrote("", type="unsupported"),
        customer.pressed("action=buy", text="Buy"),
    ]
    await shop.receive(*sent)
    messages = (await shop.thread((await shop.only()).id)).messages[::-1]
    assert [message.type for message in messages] == ["image", "location", "sticker", "unsupported", "postback"]
    assert messages[0].attachments[0].file_name == "a.jpg"
    assert '"title": "shop"' in messages[1].details_json
    assert '"sticker_id": "2"' in messages[2].details_json
    assert (messages[4].text, '"data": "action=buy"' in messages[4].details_json) == ("Buy", True)


async def test_groups_have_one_conversation_in_which_members_are_named(shop: Shop) -> None:
    group = shop.customer(kind="line_group")
    await shop.receive(
        group.chat_changed("account_joined"),
        group.wrote("hi", sender=inbound.Sender(provider_user_id="Ua", display_name="Al")),
        group.chat_changed("members_joined", "Ub", "Uc"),
        group.chat_changed("account_left"),
    )
    row = await shop.only()
    assert (row.customer.kind, row.can_reply, row.cannot_reply_reason) == ("group", False, "left")
    assert (await shop.thread(row.id)).messages[0].sender_name == "Al"
    history = (await shop.history(row.id)).entries
    assert [entry.kind for entry in history] == ["account_left", "members_joined", "case_opened", "account_joined"]
    assert dict(history[1].fields) == {"members": "Ub, Uc"}


async def test_a_follow_alone_shows_in_no_list_until_something_is_written(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.followed())
    assert await shop.inbox() == []
    await shop.receive(customer.wrote())
    row = await shop.only()
    assert [entry.kind for entry in (await shop.history(row.id)).entries] == ["case_opened", "followed"]


async def test_blocking_is_shown_and_told(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote())
    await shop.receive(customer.blocked())
    row = await shop.only()
    assert (row.can_reply, row.cannot_reply_reason) == (False, "blocked")
    (told,) = await shop.told(RowChanged, 1)
    assert told.conversation == row


async def test_the_contacts_profile_is_asked_for_once_a_day(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote())
    await shop.receive(customer.wrote())
    (seen,) = await shop.told(Seen, 1)
    row = await shop.only()
    assert (seen.contact_id, seen.alias_kind, seen.alias) == (row.customer.id, "line_user", customer.alias)
    shop.stack.set_clock(86_500)
    await shop.receive(customer.wrote())
    await shop.told(Seen, 2)


@pytest.mark.promise(3)
async def test_arrival_is_the_sequence_and_the_platforms_time_is_the_place(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote("second", at=_PAST + timedelta(seconds=2)))
    await shop.open((await shop.only()).id)
    await shop.receive(customer.wrote("first", at=_PAST + timedelta(seconds=1)))
    await shop.receive(customer.wrote("third", at=_PAST + timedelta(seconds=3)))
    row = await shop.only()
    messages = (await shop.thread(row.id)).messages
    assert [(message.text, message.sequence) for message in messages] == [("third", 3), ("second", 1), ("first", 2)]
    assert row.unread_count == 2


@pytest.mark.promise(3)
async def test_one_batch_keeps_the_order_of_each_contact(shop: Shop) -> None:
    customers = [shop.customer() for _ in range(5)]
    sent = [
        customer.wrote(f"{number}", at=_PAST + timedelta(milliseconds=number))
        for number in range(20)
        for customer in customers
    ]
    await shop.receive(*sent)
    rows = await shop.inbox()
    assert len(rows) == 5
    for row in rows:
        assert await shop.texts(row.id) == [str(number) for number in range(20)]
    told = [fact.message for fact in await shop.told(Stored, 100)]
    for row in rows:
        assert [m.sequence for m in told if m.conversation_id == row.id] == list(range(1, 21))


async def test_several_names_of_one_contact_lead_to_one_conversation(shop: Shop) -> None:
    phone, both, scoped = (_named(shop.customer(), *names) for names in (["p"], ["s", "p"], ["s"]))
    await shop.receive(phone, both, scoped)
    assert (await shop.only()).unread_count == 3
    await shop.receive(_named(shop.customer(), "s", "new"))
    await shop.receive(_named(shop.customer(), "new"))
    assert (await shop.only()).unread_count == 5


@pytest.mark.rule(6)
async def test_a_message_brings_a_conversation_back_from_the_archive(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote())
    row = await shop.only()
    await shop.change(row.id, archived=True)
    assert await shop.inbox() == []
    assert [found.id for found in await shop.inbox(archived=True)] == [row.id]
    await shop.receive(customer.wrote())
    assert [found.id for found in await shop.inbox()] == [row.id]


async def test_a_message_to_a_closed_conversation_opens_a_new_case_below_the_old_one(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote("old"))
    before = await shop.take_over((await shop.only()).id)
    await shop.close_conversation(before.id)
    await shop.receive(customer.wrote("new"))
    row = await shop.only()
    assert (row.id, row.status, row.assignee_id) == (before.id, pb.STATUS_OPEN, "")
    assert row.case_id != before.case_id
    assert await shop.texts(row.id) == ["old", "new"]
    cases = await shop.sql("SELECT closed_at FROM conversations.cases WHERE tenant_id = $1 ORDER BY id")
    assert [case["closed_at"] is None for case in cases] == [False, True]


async def test_edits_and_unsends_are_shown_and_told(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote("helo", id="a"), customer.wrote("secret", id="b"))
    await shop.receive(customer.edited("a", "hello"), customer.unsent("b"))
    row = await shop.only()
    newest, older = (await shop.thread(row.id)).messages
    assert (older.text, older.edited, older.version) == ("hello", True, 2)
    assert (newest.text, newest.unsent, row.last_message.type, row.last_message.preview) == ("", True, "unsent", "")
    changed = await shop.told(Changed, 2)
    assert {fact.message.id: fact.message for fact in changed} == {newest.id: newest, older.id: older}


@pytest.mark.parametrize("apart", [False, True], ids=["in one batch", "apart"])
async def test_changes_that_come_before_their_message_wait_for_it(shop: Shop, apart: bool) -> None:
    customer = shop.customer()
    early = [
        customer.edited("a", "newest", at=_PAST + timedelta(seconds=9)),
        customer.edited("a", "older", at=_PAST + timedelta(seconds=5)),
        customer.unsent("b", at=_PAST + timedelta(seconds=5)),
    ]
    late = [customer.wrote("first", id="a", at=_PAST), customer.wrote("secret", id="b", at=_PAST)]
    if apart:
        for event in (*early, *late):
            await shop.receive(event)
    else:
        await shop.receive(*early, *late)
    messages = (await shop.thread((await shop.only()).id)).messages[::-1]
    assert [(message.text, message.edited, message.unsent) for message in messages] == [
        ("newest", True, False),
        ("", False, True),
    ]
    waiting = await shop.sql("SELECT count(*) AS n FROM conversations.pending_changes WHERE tenant_id = $1")
    assert waiting[0]["n"] == 0
    stored = await shop.sql("SELECT row_to_json(m)::text AS row FROM conversations.messages m WHERE tenant_id = $1")
    assert not any("secret" in row["row"] for row in stored)


async def test_events_of_the_account_alone_disturb_nobody(shop: Shop) -> None:
    suspended = shop.customer().noticed("bot_suspended")
    suspended.ClearField("contact")
    await shop.receive(suspended, shop.customer().wrote())
    assert (await shop.only()).unread_count == 1


def _named(customer: Customer, *names: str) -> inbound.InboundEvent:
    event = customer.wrote()
    del event.contact.aliases[:]
    event.contact.aliases.extend(inbound.Alias(kind="test_name", value=name) for name in names)
    return event
