"""Answers that were lost where the platform has no keys: its later word counts, and nothing is sent a second time."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from frontdesk.conversations.v1.events_pb2 import DeliveryRequested
from tests.services.delivery.graph import Graph, Number, person
from tests.services.delivery.shop import Shop
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(4)


async def test_the_next_message_goes_out_while_the_platforms_word_is_awaited(number: Number, shop: Shop) -> None:
    mei = person()
    number.trouble(lost=True)
    lost, behind = await number.send(mei, "lost"), await number.send(mei, "behind")
    assert (await shop.ended(behind)).state == "sent"
    stored = await number.awaited(lost)
    assert (stored["state"], stored["finished_at"]) == ("sending", None)
    assert stored["confirm_by"] == stored["last_tried_at"] + timedelta(minutes=10)
    await number.confirmed(lost)
    ended = await shop.ended(lost)
    assert (ended.state, ended.provider_message_id, ended.failure_code) == ("sent", "wamid.told", "")
    assert number.texts() == ["lost", "behind"]
    assert shop.states(lost) == ["sending", "sent"]


async def test_what_the_platform_does_not_speak_of_is_unconfirmed_after_ten_minutes_and_may_be_told_still(
    number: Number, shop: Shop
) -> None:
    lost = await _lost(number)
    shop.pass_time(9 * 60)
    mark = await number.send(person(), "mark")
    await shop.ended(mark)
    assert shop.states(lost) == ["sending"]
    shop.pass_time(61)
    ended = await shop.ended(lost)
    assert (ended.state, ended.failure_code) == ("unconfirmed", "unconfirmed")
    await number.confirmed(lost, "delivered")
    await eventually(lambda: shop.states(lost) == ["sending", "unconfirmed", "sent"])
    assert len(number.of(lost)) == 1


async def test_the_platform_may_say_that_it_failed(number: Number, shop: Shop) -> None:
    lost = await _lost(number)
    await number.confirmed(lost, "failed", failure_code="blocked", failure_detail="not reachable")
    ended = await shop.ended(lost)
    assert (ended.state, ended.failure_code, ended.failure_detail) == ("failed", "blocked", "not reachable")


@pytest.mark.parametrize("code", [0, 131026], ids=["accepted", "refused"])
async def test_a_word_that_comes_before_the_answer_counts_and_the_answer_changes_nothing(
    number: Number, shop: Shop, code: int
) -> None:
    mei, answered = person(), asyncio.Event()
    number.trouble(code=code, hold=answered)
    early, behind = await number.send(mei, "early"), await number.send(mei, "behind")
    await number.called(early)
    await number.confirmed(early, "read")
    assert (await shop.ended(early)).provider_message_id == "wamid.told"
    answered.set()
    assert (await shop.ended(behind)).state == "sent"
    assert shop.states(early) == ["sending", "sent"]
    assert (await shop.attempt(early))["provider_message_id"] == "wamid.told"


async def test_a_word_for_another_account_or_an_unknown_attempt_changes_nothing(number: Number, shop: Shop) -> None:
    lost = await _lost(number)
    await number.confirmed(lost, account_id=shop.account_id)
    await number.confirmed(lost, message_id=str(uuid4()))
    await number.confirmed(lost, attempt=2)
    second = await _lost(number)
    await number.confirmed(second)
    await shop.ended(second)
    assert shop.states(lost) == ["sending"]


async def test_what_is_awaited_waits_in_no_queue(number: Number, shop: Shop) -> None:
    await _lost(number)
    (queue,) = [queue for queue in await shop.queues() if queue.account_id == number.account_id]
    assert (queue.waiting, queue.HasField("oldest_queued_at")) == (0, False)


async def test_a_person_may_send_again_what_is_unconfirmed(number: Number, shop: Shop, graph: Graph) -> None:
    mei = person()
    number.trouble(lost=True)
    lost = await number.send(mei, "once")
    await number.awaited(lost)
    shop.pass_time(601)
    assert (await shop.ended(lost)).state == "unconfirmed"
    again = await number.send(mei, again=lost)
    assert (await shop.ended(again)).state == "sent"
    names = [call["biz_opaque_callback_data"] for call in graph.calls[number.id]]
    assert len(set(names)) == 2


async def _lost(number: Number) -> DeliveryRequested:
    number.trouble(lost=True)
    request = await number.send(person(), "lost")
    await number.awaited(request)
    return request
