"""Answers: one transaction each, once for each key, and only by those who may."""

import asyncio
from uuid import uuid4

import pytest

from frontdesk.conversations.v1 import conversations_pb2 as pb
from libs.auth.permissions import ROLE_PERMISSIONS
from tests.services.conversations.shop import Changed, Requested, RowChanged, Shop, Stored, attempt, refused
from tests.support.inbound import unique


async def _conversation(shop: Shop, reply_token: str = "") -> pb.Conversation:
    await shop.receive(shop.customer().wrote(reply_token=reply_token))
    return await shop.only()


@pytest.mark.rule(22)
async def test_answering_an_open_conversation_takes_it_over(shop: Shop) -> None:
    row = await _conversation(shop)
    answer = await shop.send(row.id, "您好")
    assert (answer.message.text, answer.message.delivery_state) == ("您好", pb.DELIVERY_STATE_QUEUED)
    assert (answer.message.sequence, answer.message.author_id) == (2, str(shop.agent.id))
    after = await shop.only()
    assert after == answer.conversation
    assert (after.status, after.assignee_id, after.unread_count) == (pb.STATUS_PROCESSING, str(shop.agent.id), 0)
    assert (after.last_message.id, after.last_message.preview) == (answer.message.id, "您好")
    newest = (await shop.history(row.id)).entries[0]
    assert (newest.kind, newest.actor_id, newest.case_id) == ("taken_over", str(shop.agent.id), row.case_id)


async def test_what_delivery_needs_is_told_with_the_answer(shop: Shop) -> None:
    row = await _conversation(shop, reply_token="token")
    first = (await shop.send(row.id, "one")).message
    second = (await shop.send(row.id, "two")).message
    stored = await shop.told(Stored, 3)
    assert [fact.message.id for fact in stored[1:]] == [first.id, second.id]
    requests = await shop.told(Requested, 2)
    assert [(r.message_id, r.attempt, r.text, r.sequence) for r in requests] == [
        (first.id, 1, "one", 2),
        (second.id, 1, "two", 3),
    ]
    assert {(r.recipient_kind, r.account_id, r.contact_id) for r in requests} == {
        ("line_user", shop.account_id, row.customer.id)
    }
    assert [r.reply_token for r in requests] == ["token", ""], "a reply token is handed out once"
    assert [r.after_message_id for r in requests] == ["", first.id]


@pytest.mark.promise(3)
async def test_an_answer_stands_after_what_its_writer_saw_whatever_the_clocks_say(shop: Shop) -> None:
    customer = shop.customer()
    shop.stack.set_clock(50)
    await shop.receive(customer.wrote("question"))
    shop.stack.set_clock(-3600)
    row = await shop.only()
    await shop.send(row.id, "answer")
    assert await shop.texts(row.id) == ["question", "answer"]


async def test_the_same_key_gives_the_same_answer_and_sends_once(shop: Shop) -> None:
    row, key = await _conversation(shop), unique("key")
    answers = await asyncio.gather(*(shop.send(row.id, "once", key) for _ in range(8)))
    assert len({answer.message.id for answer in answers}) == 1
    assert await shop.send(row.id, "once", key) == answers[0]
    assert len((await shop.thread(row.id)).messages) == 2
    await shop.told(Requested, 1)


async def test_a_key_stands_for_one_request_of_one_teammate(shop: Shop) -> None:
    row, key = await _conversation(shop), unique("key")
    await shop.receive(shop.customer().wrote())
    elsewhere = next(found for found in await shop.inbox() if found.id != row.id)
    answer = await shop.send(row.id, "once", key)
    with refused("idempotency_key_reused"):
        await shop.send(row.id, "something else", key)
    with refused("idempotency_key_reused"):
        await shop.send(elsewhere.id, "once", key)
    theirs = await shop.send(elsewhere.id, "once", key, shop.teammate("admin"))
    assert theirs.message.id != answer.message.id


async def test_one_key_with_two_bodies_at_once_stores_one_of_them(shop: Shop) -> None:
    row, key = await _conversation(shop), unique("key")
    results = await asyncio.gather(
        *(shop.send(row.id, text, key) for text in ("this", "that") * 4), return_exceptions=True
    )
    errors = [result for result in results if isinstance(result, Exception)]
    assert {getattr(error, "code", error) for error in errors} == {"idempotency_key_reused"}
    assert len(errors) == 4
    assert len((await shop.thread(row.id)).messages) == 2


async def test_a_refused_request_does_not_use_its_key_up(shop: Shop) -> None:
    row, key = await _conversation(shop), unique("key")
    with refused("text_too_long"):
        await shop.send(row.id, "x" * 5001, key)
    assert (await shop.send(row.id, "shorter", key)).message.text == "shorter"


@pytest.mark.parametrize("key", ["x" * 201, "with space", "\u00fc", "tab\t"])
async def test_a_key_that_is_none_is_refused(shop: Shop, key: str) -> None:
    with refused("invalid_argument"):
        await shop.send(str(uuid4()), "hi", key)


async def test_what_the_channel_does_not_take_is_refused_and_stored_nowhere(shop: Shop) -> None:
    row = await _conversation(shop)
    for text, code in (("", "invalid_argument"), ("  \n", "invalid_argument"), ("😀" * 2501, "text_too_long")):
        with refused(code):
            await shop.send(row.id, text)
    assert await shop.only() == row


async def test_a_closed_conversation_is_not_answered(shop: Shop) -> None:
    row = await _conversation(shop)
    await shop.close_conversation(row.id)
    with refused("conversation_closed"):
        await shop.send(row.id)
    with refused("conversation_closed"):
        await shop.take_over(row.id)


async def test_who_blocked_the_account_is_not_written_to(shop: Shop) -> None:
    customer = shop.customer()
    await shop.receive(customer.wrote(), customer.blocked())
    with refused("cannot_reply") as error:
        await shop.send((await shop.only()).id)
    assert error.value.fields == {"reason": "blocked"}


@pytest.mark.rule(105)
@pytest.mark.parametrize("role", [role for role in ROLE_PERMISSIONS if role not in ("sales_manager", "salesperson")])
async def test_a_colleagues_conversation_takes_a_permission(shop: Shop, role: str) -> None:
    row = await _conversation(shop)
    await shop.take_over(row.id)
    caller = shop.teammate(role)
    if "answer_others" in caller.permissions:
        answered = (await shop.send(row.id, teammate=caller)).conversation
        assert answered.assignee_id == str(shop.agent.id), "answering for a colleague does not take it away"
        assert (await shop.take_over(row.id, caller)).assignee_id == str(caller.id)
        return
    for call in (shop.send(row.id, teammate=caller), shop.take_over(row.id, caller)):
        with refused("handled_by_colleague") as error:
            await call
        assert error.value.fields["assignee_id"] == str(shop.agent.id)


@pytest.mark.rule(22)
async def test_taking_over_twice_changes_nothing_more(shop: Shop) -> None:
    row = await _conversation(shop)
    taken = await shop.take_over(row.id)
    assert (taken.status, taken.assignee_id) == (pb.STATUS_PROCESSING, str(shop.agent.id))
    assert taken.version == row.version + 1
    assert await shop.take_over(row.id) == taken
    await shop.told(RowChanged, 1)
    assert [entry.kind for entry in (await shop.history(row.id)).entries] == ["taken_over", "case_opened"]


@pytest.mark.rule(22)
async def test_of_many_who_take_over_at_once_one_gets_it(shop: Shop) -> None:
    row = await _conversation(shop)
    callers = [shop.teammate("cs_agent") for _ in range(6)]
    results = await asyncio.gather(*(shop.take_over(row.id, caller) for caller in callers), return_exceptions=True)
    (winner,) = (result for result in results if isinstance(result, pb.Conversation))
    assert (await shop.only()).assignee_id == winner.assignee_id
    assert [getattr(result, "code", "") for result in results].count("handled_by_colleague") == 5


async def test_opening_marks_read_for_whoever_may_answer(shop: Shop) -> None:
    row = await _conversation(shop)
    assert await shop.unread() == 1
    await shop.take_over(row.id)
    assert (await shop.open(row.id, shop.teammate("cs_agent"))).unread_count == 1
    opened = await shop.open(row.id)
    assert opened.unread_count == 0
    assert await shop.unread() == 0
    assert await shop.open(row.id) == opened


@pytest.mark.promise(4)
@pytest.mark.parametrize("state", ["failed", "unconfirmed"])
async def test_a_retry_is_a_new_attempt_at_the_same_message(shop: Shop, state: str) -> None:
    row = await _conversation(shop)
    sent, key = (await shop.send(row.id, "again")).message, unique("key")
    with refused("cannot_retry"):
        await shop.retry(sent)
    await shop.tell(attempt(sent, state, failure_code="platform_error", failure_detail="boom"))
    await shop.told_states(sent.id)
    again = await asyncio.gather(*(shop.retry(sent, key) for _ in range(4)))
    assert {(m.id, m.attempt, m.delivery_state, m.failure_code) for m in again} == {
        (sent.id, 2, pb.DELIVERY_STATE_QUEUED, "")
    }
    requests = await shop.told(Requested, 2)
    assert [(r.message_id, r.attempt, r.after_attempt) for r in requests] == [(sent.id, 1, 0), (sent.id, 2, 1)]
    assert (await shop.only()).last_message.delivery_state == pb.DELIVERY_STATE_QUEUED
    with refused("cannot_retry"):
        await shop.retry(sent)


async def test_only_an_outbound_message_of_that_conversation_is_retried(shop: Shop) -> None:
    row = await _conversation(shop)
    await shop.receive(shop.customer().wrote())
    elsewhere = next(found for found in await shop.inbox() if found.id != row.id)
    sent = (await shop.send(row.id)).message
    inbound = (await shop.thread(row.id)).messages[-1]
    far = "ffffffff-ffff-7fff-bfff-ffffffffffff"
    with refused("message_not_found"):
        await shop.retry(sent, conversation_id=elsewhere.id)
    for message_id in (inbound.id, "x", str(uuid4()), far):
        with refused("message_not_found"):
            await shop.retry(sent, message_id=message_id)


async def test_every_fact_carries_the_version_it_made(shop: Shop) -> None:
    row = await _conversation(shop)
    sent = (await shop.send(row.id)).message
    # One after the other: what comes together may be told as one change.
    await shop.tell(attempt(sent, "sending"))
    await shop.told_states(sent.id, 1)
    await shop.tell(attempt(sent, "sent"))
    changed = (await shop.told_states(sent.id, 2))[-1]
    stored = [fact.conversation.version for fact in shop.facts(Stored)]
    told = stored + [fact.conversation.version for fact in shop.facts(Changed)]
    assert told == sorted(set(told))
    assert (await shop.only()).version == told[-1]
    assert changed.version == 3
