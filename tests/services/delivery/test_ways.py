"""Free replies first, pushes after them, and what the platform refuses."""

import pytest

from tests.services.delivery.shop import Contact, Shop


async def test_a_reply_goes_first_and_free_then_pushes(shop: Shop) -> None:
    mei = await shop.contact()
    first = await shop.send(mei, "first", reply=await shop.reply_token(mei))
    second = await shop.send(mei, "second")
    assert [(await shop.ended(request)).method for request in (first, second)] == ["reply", "push"]
    assert shop.states(first) == shop.states(second) == ["sending", "sent"]
    received = await shop.received()
    assert [(entry["text"], entry["method"]) for entry in received] == [("first", "reply"), ("second", "push")]
    told = [(await shop.ended(request)).provider_message_id for request in (first, second)]
    assert told == [entry["message_id"] for entry in received]


async def test_a_reply_token_that_was_used_elsewhere_becomes_a_push(shop: Shop) -> None:
    mei = await shop.contact()
    token = await shop.reply_token(mei)
    await shop.ended(await shop.send(mei, "first", reply=token))
    again = await shop.send(mei, "second", reply=token)
    assert (await shop.ended(again)).method == "push"
    assert await shop.arrived(mei) == ["first", "second"]
    assert [call["status"] for call in await shop.calls("/message/reply")] == [200, 400]


async def test_a_reply_token_that_is_nearly_dead_is_not_tried(shop: Shop) -> None:
    mei = await shop.contact()
    token, at = await shop.reply_token(mei)
    late = await shop.send(mei, "late", reply=(token, at - 52_000))
    assert (await shop.ended(late)).method == "push"
    assert await shop.calls("/message/reply") == []


async def test_pushes_carry_the_key_of_their_attempt(shop: Shop) -> None:
    mei = await shop.contact()
    request = await shop.send(mei)
    await shop.ended(request)
    stored = await shop.attempt(request)
    assert [entry["retry_key"] for entry in await shop.received()] == [str(stored["attempt_key"])]


async def test_a_request_that_comes_twice_is_sent_once(shop: Shop) -> None:
    mei = await shop.contact()
    request = await shop.send(mei, "once")
    await shop.publish(request)
    last = await shop.send(mei, "last")
    await shop.ended(last)
    assert await shop.arrived(mei) == ["once", "last"]


@pytest.mark.promise(4)
async def test_a_retry_by_hand_is_a_new_attempt_with_a_key_of_its_own(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="status", status=403, times=1)
    request = await shop.send(mei, "hi")
    assert (await shop.ended(request)).failure_code == "rejected"
    again = await shop.send(mei, again=request)
    assert (await shop.ended(again)).state == "sent"
    first, second = [await shop.attempt(each) for each in (request, again)]
    assert first["attempt_key"] != second["attempt_key"]
    assert (first["state"], second["state"]) == ("failed", "sent")
    assert await shop.arrived(mei) == ["hi"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("x" * 5001, "text_too_long"), ("😀" * 2501, "text_too_long"), (" \n", "rejected"), ("😀" * 2500, "")],
)
async def test_texts_are_measured_before_anything_is_sent(shop: Shop, text: str, code: str) -> None:
    mei = await shop.contact()
    ended = await shop.ended(await shop.send(mei, text))
    assert (ended.state, ended.failure_code) == (("failed", code) if code else ("sent", ""))
    assert len(await shop.calls()) == (0 if code else 1)


async def test_who_is_not_known_to_the_platform_is_an_invalid_recipient(shop: Shop) -> None:
    for contact in (Contact("U" + "0" * 32), Contact("nobody"), Contact("", kind="line_user"), Contact("1", "phone")):
        ended = await shop.ended(await shop.send(contact))
        assert (ended.state, ended.failure_code) == ("failed", "invalid_recipient")
        assert ended.failure_detail


async def test_one_who_blocks_the_account_gets_nothing_and_line_says_sent(shop: Shop) -> None:
    """LINE accepts such pushes and never tells; that a customer blocks the account is heard from its webhook alone."""
    mei = await shop.contact()
    await shop.control("PUT", f"line/{shop.account_id}/users/{mei.alias}", {"blocked": True})
    assert (await shop.ended(await shop.send(mei))).state == "sent"
    assert await shop.arrived(mei) == []


async def test_a_used_up_quota_fails_with_its_own_reason_and_stops_nothing(shop: Shop) -> None:
    mei = await shop.contact()
    await shop.control("PATCH", f"line/{shop.account_id}", {"monthly_quota": 1})
    first, second = await shop.send(mei, "first"), await shop.send(mei, "second")
    assert (await shop.ended(first)).state == "sent"
    refused = await shop.ended(second)
    assert (refused.state, refused.failure_code) == ("failed", "quota_exceeded")
    free = await shop.send(mei, "free", reply=await shop.reply_token(mei))
    assert (await shop.ended(free)).state == "sent"
    assert await shop.arrived(mei) == ["first", "free"]


async def test_a_message_that_cannot_be_sent_holds_up_none_behind_it(shop: Shop) -> None:
    mei = await shop.contact()
    requests = [shop.requested(mei, text) for text in ("a", "x" * 5001, "b")]
    await shop.publish(*requests)
    assert [(await shop.ended(request)).state for request in requests] == ["sent", "failed", "sent"]
    assert await shop.arrived(mei) == ["a", "b"]
