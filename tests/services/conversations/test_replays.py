"""Events replayed from the ledger: the messages they made become what the platform's bytes mean by now, and where they
mean what they meant nothing changes."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.channels.v1 import inbound_pb2 as inbound
from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.delivery.v1.events_pb2 import MediaFetched
from libs.channels.accounts import Account
from libs.channels.events import MalformedBody
from libs.channels.registry import CHANNELS
from tests.services.conversations.shop import Changed, MediaDropped, MediaRequested, RowChanged, Shop, Stored, attempt
from tests.support.inbound import Customer, replayed, unique
from tests.support.shared import shared

_PAST = datetime.now(UTC) - timedelta(hours=1)
_PICTURE = inbound.Attachment(kind="image", url="https://cdn.example/a.jpg")
_PAPER = inbound.Attachment(kind="file", url="https://cdn.example/b.pdf", file_name="b.pdf")
_AD = inbound.AdReferral(ad_id="ad1", source="ad", title="Shoes", click_id="c1")
_FOLDERS = {"facebook": "messenger"}
_EVERYTHING = {
    name: f"SELECT * FROM conversations.{name} WHERE tenant_id = $1 ORDER BY {order}"
    for name, order in (
        ("conversations", "id"),
        ("messages", "id"),
        ("contacts", "id"),
        ("contact_aliases", "kind, value"),
        ("cases", "id"),
        ("history", "id"),
        ("ad_sources", "ad_id"),
        ("pending_changes", "key, kind"),
        ("provider_keys", "key"),
    )
}


async def _everything(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    return {name: [dict(row) for row in await shop.sql(statement)] for name, statement in _EVERYTHING.items()}


async def _only(shop: Shop) -> pb.Message:
    (message,) = (await shop.thread((await shop.only()).id)).messages
    return message


def _customer(shop: Shop) -> Customer:
    return shop.customer(channel="facebook", kind="facebook_user")


def _read_as(event: InboundEvent, **fields: Any) -> InboundEvent:
    """A message's event that was understood otherwise. fields: of MessageReceived."""
    today = replayed(event)
    today.message.Clear()
    today.message.MergeFrom(
        inbound.MessageReceived(provider_message_id=event.message.provider_message_id, **{"type": "text", **fields})
    )
    return today


async def _fetched(shop: Shop, message: pb.Message, **fields: Any) -> None:
    told = {"state": "ready", "storage_key": f"{shop.id}/a", "thumbnail_key": f"{shop.id}/t", **fields}
    fact = MediaFetched(
        tenant_id=message.tenant_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        attachment_id=message.attachments[0].id,
        **told,
    )
    await shop.apply(fact)


async def test_a_message_becomes_what_its_bytes_mean_today_and_everybody_hears_of_it(shop: Shop) -> None:
    customer = _customer(shop)
    first = customer.wrote("asked", id="m0", at=_PAST - timedelta(minutes=1))
    wrong = customer.wrote("{raw json}", id="m1", at=_PAST)
    await shop.receive(first, wrong)
    row = await shop.open((await shop.only()).id)
    (before, _) = (await shop.thread(row.id)).messages

    right = _read_as(wrong, text="yes", selection={"id": "y", "title": "yes"}, quoted_provider_message_id="m0")
    await shop.receive(right, lane="bulk", again=True)

    (after, quoted) = (await shop.thread(row.id)).messages
    assert (after.text, after.quoted.id, after.version) == ("yes", quoted.id, before.version + 1)
    assert json.loads(after.details_json)["selection"]["id"] == "y"
    assert (after.id, after.sort_key, after.sequence, after.sent_at) == (
        before.id,
        before.sort_key,
        before.sequence,
        before.sent_at,
    )
    now = await shop.only()
    assert (now.last_message.preview, now.unread_count) == ("yes", 0)
    (told,) = await shop.told_states(before.id)
    assert told == after


async def test_without_the_word_replay_what_comes_again_changes_nothing(shop: Shop) -> None:
    customer = _customer(shop)
    wrong = customer.wrote("{raw json}")
    await shop.receive(wrong)
    again = _read_as(wrong, text="yes")
    again.replayed = False
    await shop.receive(again, again=True)
    assert (await _only(shop)).text == "{raw json}"


@pytest.mark.parametrize("before", ["text", "button"])
async def test_a_button_and_a_message_are_one_by_their_id(shop: Shop, before: str) -> None:
    customer = _customer(shop)
    kinds = [customer.wrote("Buy", id="m1"), customer.pressed("BUY", id="m1", text="Buy now")]
    wrong, right = kinds if before == "text" else kinds[::-1]
    await shop.store(wrong)
    message = await _only(shop)
    await shop.store(replayed(right))
    after = await _only(shop)
    assert (after.id, after.type) == (message.id, "postback" if before == "text" else "text")
    assert after.text == ("Buy now" if before == "text" else "Buy")
    assert after.details_json == ('{"data": "BUY"}' if before == "text" else "")


async def test_what_was_taken_for_something_else_than_a_message_appears(shop: Shop) -> None:
    customer = _customer(shop)
    noticed = customer.noticed("unknown_thing")
    await shop.store(customer.wrote("before"), noticed)
    right = replayed(noticed, message=inbound.MessageReceived(provider_message_id="m9", type="text", text="missed"))
    await shop.store(right, right)
    assert sorted(await shop.texts((await shop.only()).id)) == ["before", "missed"]


async def test_the_customers_words_taken_for_ours_are_the_customers_again(shop: Shop) -> None:
    customer = _customer(shop)
    echo = customer.echoed("hello", id="m1")
    await shop.store(customer.wrote("before", at=_PAST), echo)
    row = await shop.only()
    right = replayed(echo, message=inbound.MessageReceived(provider_message_id="m1", type="text", text="hello"))
    await shop.store(right)
    (message, _) = (await shop.thread(row.id)).messages
    assert (message.direction, message.origin, message.delivery_state) == (pb.DIRECTION_INBOUND, "", 0)
    now = await shop.only()
    assert now.last_message.direction == pb.DIRECTION_INBOUND
    assert (now.reply_window.closes_at.seconds > row.reply_window.closes_at.seconds, now.unread_count) == (True, 1)
    await shop.store(replayed(echo))
    (message, _) = (await shop.thread(row.id)).messages
    assert (message.direction, message.origin) == (pb.DIRECTION_OUTBOUND, "native_app")


async def test_a_file_that_was_overlooked_is_fetched_and_one_that_is_here_stays(shop: Shop) -> None:
    customer = _customer(shop)
    wrong = customer.wrote("look", type="image", attachments=[_PICTURE])
    await shop.receive(wrong)
    await _fetched(shop, await _only(shop), content_type="image/jpeg", kind="image")
    right = _read_as(wrong, text="look", type="image", attachments=[_PAPER, _PICTURE])
    await shop.receive(right, again=True)
    paper, picture = (await _only(shop)).attachments
    assert (paper.state, paper.kind, paper.file_name) == ("fetching", "file", "b.pdf")
    assert (picture.state, picture.storage_key) == ("ready", f"{shop.id}/a")
    _, asked = await shop.told(MediaRequested, 2)
    assert (asked.attachment_id, asked.url) == (paper.id, _PAPER.url)
    assert paper.id != picture.id
    await shop.receive(right, again=True)
    assert len(shop.facts(MediaRequested)) == 2
    assert shop.facts(MediaDropped) == []


async def test_a_file_from_the_wrong_address_is_replaced_and_thrown_away(shop: Shop) -> None:
    customer = _customer(shop)
    wrong = customer.wrote("", type="image", attachments=[_PICTURE, _PICTURE])
    await shop.receive(wrong)
    before = await _only(shop)
    await _fetched(shop, before, content_type="image/jpeg")
    await shop.receive(_read_as(wrong, type="file", attachments=[_PAPER]), again=True)
    (paper,) = (await _only(shop)).attachments
    assert (paper.kind, paper.state) == ("file", "fetching")
    (dropped,) = await shop.told(MediaDropped, 1)
    assert list(dropped.storage_keys) == [f"{shop.id}/a", f"{shop.id}/t"]
    assert list(dropped.attachment_ids) == [before.attachments[1].id]
    # The old file's late word is not the new one's.
    await _fetched(shop, before, storage_key="late")
    assert (await _only(shop)).attachments[0].state == "fetching"


async def test_what_came_later_stays(shop: Shop) -> None:
    customer = _customer(shop)
    edited, unsent, plain = (customer.wrote(f"wrong {n}", id=f"m{n}", at=_PAST) for n in range(3))
    echo = customer.echoed("wrong", id="m3", at=_PAST)
    await shop.store(edited, unsent, plain, echo)
    await shop.store(
        customer.edited("m0", "better"),
        customer.unsent("m1"),
        customer.reacted("m2", "👍"),
        customer.receipt("read", "m3", pricing={"category": "service"}),
    )
    before = await _everything(shop)
    await shop.store(_read_as(unsent, text="right"), replayed(echo))
    assert await _everything(shop) == before
    await shop.store(_read_as(edited, text="right", forwarded=True), _read_as(plain, text="right"))
    found = {one.provider_message_id: one for one in (await shop.thread((await shop.only()).id)).messages}
    assert (found["m0"].text, found["m0"].edited) == ("better", True)
    assert json.loads(found["m0"].details_json)["forwarded"] is True
    assert (found["m1"].text, found["m1"].unsent) == ("", True)
    assert (found["m2"].text, [one.emoji for one in found["m2"].reactions]) == ("right", ["👍"])
    assert found["m3"].delivery_state == pb.DELIVERY_STATE_READ


async def test_an_edit_and_a_reaction_are_corrected_too(shop: Shop) -> None:
    customer = _customer(shop)
    edit, reaction = customer.edited("m1", "wrng", _PAST), customer.reacted("m1", "?", _PAST)
    await shop.store(customer.wrote("first", id="m1", at=_PAST - timedelta(minutes=1)), edit, reaction)
    await shop.store(
        replayed(edit, edited=inbound.MessageEdited(text="right")),
        replayed(reaction, reacted=inbound.MessageReacted(emoji="👍")),
    )
    message = await _only(shop)
    assert (message.text, [one.emoji for one in message.reactions]) == ("right", ["👍"])


async def test_our_own_answers_are_nobodys_to_correct(shop: Shop) -> None:
    customer = _customer(shop)
    await shop.receive(customer.wrote())
    sent = (await shop.send((await shop.only()).id, "our words")).message
    await shop.tell(attempt(sent, "sent", provider_message_id="o1"))
    await shop.told_states(sent.id)
    await shop.store(replayed(customer.echoed("somebody's words", id="o1")))
    assert "our words" in await shop.texts(sent.conversation_id)
    assert "somebody's words" not in await shop.texts(sent.conversation_id)


@pytest.mark.rule(11)
async def test_an_ad_that_was_overlooked_is_the_conversations_now(shop: Shop) -> None:
    wrong = _customer(shop).wrote("hi", at=_PAST)
    await shop.store(wrong)
    for _ in range(2):
        await shop.store(_read_as(wrong, text="hi", ad=_AD))
        row = await shop.only()
        assert (row.ad.ad_id, row.ad.title) == ("ad1", "Shoes")
        kinds = [entry.kind for entry in (await shop.history(row.id)).entries]
        assert kinds.count("came_from_ad") == 1


async def test_a_name_that_changed_hands_stays_with_its_new_owner(shop: Shop) -> None:
    def event(user: str, text: str) -> InboundEvent:
        made = Customer(shop.id, shop.account_id, alias=user, kind="whatsapp_user", channel="whatsapp").wrote(text)
        made.contact.aliases.add(kind="whatsapp_phone", value=phone)
        return made

    phone, first, second = unique("+886"), unique("A"), unique("B")
    old = event(first, "of the former owner")
    await shop.store(old)
    await shop.store(event(second, "of the new owner"))
    before = await _everything(shop)
    await shop.store(replayed(old))
    assert await _everything(shop) == before


@pytest.mark.promise(2)
@pytest.mark.parametrize("seed", range(5))
async def test_replayed_in_any_order_however_often_nothing_changes(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)
    told = _story(shop, chance)
    await shop.store(*told)
    await _some_files_came(shop, chance)
    before = await _everything(shop)
    await shop.all_told()
    facts = {kind: len(shop.facts(kind)) for kind in (Stored, Changed, RowChanged, MediaRequested, MediaDropped)}
    again = [replayed(event) for event in told + chance.choices(told, k=len(told))]
    chance.shuffle(again)
    while again:
        size = chance.randint(1, 15)
        await shop.store(*again[:size])
        assert await _everything(shop) == before
        again = again[size:]
    await shop.all_told()
    assert {kind: len(shop.facts(kind)) for kind in facts} == facts


@pytest.mark.promise(2)
@pytest.mark.parametrize("channel", ["facebook", "instagram", "line", "whatsapp"])
async def test_real_payloads_replayed_change_nothing(shop: Shop, channel: str) -> None:
    told = _samples(shop, channel)
    await shop.store(*told)
    before = await _everything(shop)
    assert len(before["messages"]) > 5
    await shop.store(*[replayed(event) for event in told[::-1]])
    assert await _everything(shop) == before


def _samples(shop: Shop, name: str) -> list[InboundEvent]:
    """What the samples of a channel mean. Many use one message id for different messages: each gets its own."""
    channel = CHANNELS[name]
    account = Account(str(shop.id), shop.account_id, "an account")
    found: list[InboundEvent] = []
    for path in sorted(shared("payloads", _FOLDERS.get(name, name)).glob("*.json")):
        try:
            raw = channel.split(path.read_bytes())
        except MalformedBody:
            # A lone event.
            raw = [channel.restore(path.read_bytes())]
        for one in raw:
            event = channel.normalise(one, account, datetime.now(UTC))
            if isinstance(event, InboundEvent) and event.contact.aliases:
                _rename(event, f"sample{len(found)}")
                found.append(event)
    return found


def _rename(event: InboundEvent, provider_id: str) -> None:
    event.dedup_key += provider_id
    match event.WhichOneof("event"):
        case "message":
            event.message.provider_message_id = provider_id
        case "echoed":
            event.echoed.message.provider_message_id = provider_id
        case "postback":
            event.postback.provider_event_id = provider_id


async def _some_files_came(shop: Shop, chance: random.Random) -> None:
    for row in await shop.inbox():
        for message in (await shop.thread(row.id)).messages:
            if message.attachments and chance.random() < 0.6:
                await _fetched(shop, message, content_type="image/png", width=3, file_name="x.png", kind="image")


def _story(shop: Shop, chance: random.Random) -> list[InboundEvent]:
    """What three customers and our side did, with several things in one moment."""
    customers = [_customer(shop) for _ in range(3)]
    story: list[InboundEvent] = []
    for customer in customers:
        ids: list[str] = []
        for second in sorted(chance.randint(0, 12) for _ in range(16)):
            made = _something(customer, ids, _PAST + timedelta(seconds=second), chance)
            story.append(made)
    chance.shuffle(story)
    return story


def _something(customer: Customer, ids: list[str], at: datetime, chance: random.Random) -> InboundEvent:
    known = chance.choice(ids) if ids else "never came"
    new = unique("m")
    match chance.randrange(11):
        case 0:
            return customer.edited(known, f"edit {new}", at)
        case 1:
            return customer.unsent(known, at)
        case 2 | 3:
            return customer.reacted(known, chance.choice(["👍", "❤", ""]), at)
        case 4:
            pricing = {"category": chance.choice(["service", "utility"])}
            return customer.receipt(chance.choice(["sent", "delivered", "read"]), known, at=at, pricing=pricing)
        case 5:
            return customer.referred(at, ad_id=chance.choice(["ad1", "ad2"]), click_id=new)
        case 6:
            ids.append(new)
            return customer.echoed(f"echo {new}", id=new, at=at, app=chance.choice(["", "another"]))
        case 7:
            ids.append(new)
            return customer.pressed("data", at, id=new, params={"date": "2026-11-22"})
        case 8:
            ids.append(new)
            location = inbound.Location(title="here", latitude=25.0339, longitude=121.0)
            return customer.wrote("", id=new, at=at, type="location", location=location, ad=_AD)
        case 9:
            ids.append(new)
            files = [_PICTURE, _PICTURE, inbound.Attachment(kind="image", url="https://s", never_store=True)]
            return customer.wrote("look", id=new, at=at, type="image", attachments=chance.sample(files, 2))
    ids.append(new)
    return customer.wrote(f"text {new}", id=new, at=at, quoted_provider_message_id=known, quote_token="q")
