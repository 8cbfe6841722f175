"""Answers that were lost: nothing is sent twice, and nothing is called sent without the platform's word."""

import pytest

from tests.services.delivery.shop import Shop

pytestmark = pytest.mark.promise(4)


async def test_a_push_whose_answer_was_lost_is_asked_again_under_the_same_key(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="lost_answer", times=2)
    request, behind = await shop.send(mei, "once"), await shop.send(mei, "behind")
    ended = await shop.ended(request)
    assert (ended.state, ended.method) == ("sent", "push")
    await shop.ended(behind)
    assert await shop.arrived(mei) == ["once", "behind"]
    calls = [call for call in await shop.calls("/message/push") if call["retry_key"]]
    assert [(call["status"], call["outcome"]) for call in calls] == [
        (200, "answer_lost"),
        (409, "answer_lost"),
        (409, "answered"),
        (200, "answered"),
    ]
    assert len({call["retry_key"] for call in calls[:3]}) == 1
    assert ended.provider_message_id == (await shop.received())[0]["message_id"]


async def test_a_500_that_carried_the_push_out_is_found_out(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="status", status=500, accepted=True, times=1)
    assert (await shop.ended(await shop.send(mei, "once"))).state == "sent"
    assert await shop.arrived(mei) == ["once"]
    assert [call["status"] for call in await shop.calls("/message/push")] == [500, 409]


async def test_a_push_that_never_arrived_is_sent_by_the_next_try(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="drop", times=1)
    assert (await shop.ended(await shop.send(mei, "once"))).state == "sent"
    assert await shop.arrived(mei) == ["once"]


async def test_a_slow_answer_counts_as_lost(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="slow", delay_ms=7000, times=1)
    assert (await shop.ended(await shop.send(mei, "once"))).state == "sent"
    assert await shop.arrived(mei) == ["once"]


async def test_a_reply_whose_answer_was_lost_is_tried_with_the_same_token_alone(shop: Shop) -> None:
    """Taken or not, the platform can tell only by the token: spent, it may have been spent by either try."""
    mei, ken = await shop.contact(), await shop.contact()
    await shop.fault(endpoint="reply", action="lost_answer", chat_id=mei.alias, times=1)
    await shop.fault(endpoint="reply", action="drop", chat_id=ken.alias, times=1)
    taken = await shop.send(mei, "taken", reply=await shop.reply_token(mei))
    dropped = await shop.send(ken, "dropped", reply=await shop.reply_token(ken))
    ended = await shop.ended(taken)
    assert (ended.state, ended.failure_code) == ("unconfirmed", "unconfirmed")
    assert ended.failure_detail == "Invalid reply token"
    assert (await shop.ended(dropped)).state == "sent"
    assert (await shop.arrived(mei), await shop.arrived(ken)) == (["taken"], ["dropped"])
    assert await shop.calls("/message/push") == []


async def test_a_lost_reply_is_unconfirmed_once_its_token_is_dead_and_the_next_goes_out(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="reply", action="lost_answer")
    request = await shop.send(mei, "taken", reply=await shop.reply_token(mei))
    await shop.tried(request)
    shop.pass_time(60)
    assert (await shop.ended(request)).state == "unconfirmed"
    assert (await shop.ended(await shop.send(mei, "next"))).method == "push"
    assert await shop.arrived(mei) == ["taken", "next"]


async def test_a_person_may_send_what_is_unconfirmed_again(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="reply", action="lost_answer", times=1)
    request = await shop.send(mei, "twice", reply=await shop.reply_token(mei))
    assert (await shop.ended(request)).state == "unconfirmed"
    again = await shop.send(mei, again=request)
    assert (await shop.ended(again)).method == "push"
    assert await shop.arrived(mei) == ["twice", "twice"]


async def test_a_lost_push_whose_key_is_forgotten_is_unconfirmed(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="lost_answer")
    request = await shop.send(mei, "once")
    await shop.tried(request)
    shop.pass_time(25 * 3600)
    assert (await shop.ended(request)).state == "unconfirmed"
    assert await shop.arrived(mei) == ["once"]


async def test_a_platform_that_stays_down_is_given_up_after_a_quarter_of_an_hour(shop: Shop) -> None:
    mei, ken = await shop.contact(), await shop.contact()
    await shop.fault(endpoint="push", action="status", status=503, chat_id=mei.alias)
    await shop.fault(endpoint="push", action="status", status=429, chat_id=ken.alias)
    doubtful, refused = await shop.send(mei), await shop.send(ken)
    for request in (doubtful, refused):
        await shop.tried(request)
    shop.pass_time(16 * 60)
    assert (await shop.ended(doubtful)).state == "unconfirmed"
    ended = await shop.ended(refused)
    assert (ended.state, ended.failure_code) == ("failed", "rate_limited")
    assert await shop.received() == []
