"""Replies and pushes: accepted once, refused for LINE's reasons in LINE's words."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    PushMessageRequest,
    ReplyMessageRequest,
    TextMessage,
)

from libs.clock.clock import FixedClock
from services.simulator.domain.ids import group_id, user_id
from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import ACCOUNT, MEI, TOKEN, Platform

REJECTED = [
    ({}, "messages", "Size must be between 1 and 5"),
    ({"messages": []}, "messages", "Size must be between 1 and 5"),
    ({"messages": [{"type": "text", "text": "x"}] * 6}, "messages", "Size must be between 1 and 5"),
    ({"messages": [{"type": "text", "text": ""}]}, "messages[0].text", "May not be empty"),
    ({"messages": [{"type": "text"}]}, "messages[0].text", "May not be empty"),
    ({"messages": [{"type": "text", "text": "x" * 5001}]}, "messages[0].text", "Length must be between 0 and 5000"),
    ({"messages": [{"type": "text", "text": "🙂" * 2501}]}, "messages[0].text", "Length must be between 0 and 5000"),
    ({"messages": [{"type": "text", "text": 5}]}, "messages[0].text", "Must be a string"),
    ({"messages": [{"type": "song"}]}, "messages[0]/type", "Must be one of the following values"),
    ({"messages": ["text"]}, "messages[0]", "Must be an object"),
    ({"messages": [{"type": "sticker", "packageId": "446"}]}, "messages[0].stickerId", "May not be empty"),
    (
        {"messages": [{"type": "image", "originalContentUrl": "http://a/b.jpg", "previewImageUrl": "https://a/b.jpg"}]},
        "messages[0].originalContentUrl",
        "Must be a valid HTTPS URL",
    ),
    (
        {"messages": [{"type": "text", "text": "x", "quickReply": {"items": [{}] * 14}}]},
        "messages[0].quickReply.items",
        "Size must be between 1 and 13",
    ),
]


async def with_sdk(platform: Platform, use: Any) -> Any:
    """Runs use(MessagingApi) in a thread: the SDK's client waits."""

    def run() -> Any:
        with ApiClient(Configuration(host=f"{platform.url}/line", access_token=TOKEN)) as client:
            return use(MessagingApi(client))

    return await asyncio.to_thread(run)


async def test_sdk_replies_and_pushes(platform: Platform) -> None:
    entry = await platform.write()
    text = TextMessage(text="welcome", quote_token=entry["event"]["message"]["quoteToken"])

    reply = ReplyMessageRequest(reply_token=entry["reply_token"], messages=[text])
    replied = await with_sdk(platform, lambda line: line.reply_message_with_http_info(reply))
    push = PushMessageRequest(to=MEI, messages=[TextMessage(text="again")])
    pushed = await with_sdk(platform, lambda line: line.push_message_with_http_info(push, str(uuid4())))

    assert replied.data.sent_messages[0].id.isdigit()
    assert pushed.data.sent_messages[0].quote_token
    assert pushed.headers["x-line-request-id"]
    assert await platform.arrived() == ["welcome", "again"]
    assert [entry["method"] for entry in await platform.ledger(direction="received")] == ["reply", "push"]


async def test_a_retry_key_is_accepted_once(platform: Platform) -> None:
    key = str(uuid4())

    first, second = await platform.push(key=key), await platform.push(key=key.upper())

    assert second.status_code == 409
    assert second.json() == {
        "message": "The retry key is already accepted",
        "sentMessages": first.json()["sentMessages"],
    }
    assert second.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert second.headers["x-line-request-id"] != first.headers["x-line-request-id"]
    (entry,) = await platform.ledger(direction="received")
    assert (entry["repeats"], entry["retry_key"]) == (1, key)


async def test_sdk_reads_the_conflict(platform: Platform) -> None:
    key, push = str(uuid4()), PushMessageRequest(to=MEI, messages=[TextMessage(text="hi")])
    await with_sdk(platform, lambda line: line.push_message(push, key))

    with pytest.raises(ApiException) as refused:
        await with_sdk(platform, lambda line: line.push_message(push, key))

    assert refused.value.status == 409


async def test_a_retry_key_lives_a_day(platform: Platform, clock: FixedClock) -> None:
    key = str(uuid4())
    await platform.push(key=key)

    clock.advance(timedelta(hours=23, minutes=59))
    assert (await platform.push(key=key)).status_code == 409
    clock.advance(timedelta(minutes=1))
    assert (await platform.push(key=key)).status_code == 200


@pytest.mark.parametrize(
    "key", ["", "1234", "{12345678-1234-1234-1234-123456789012}", "12345678123412341234123456789012"]
)
async def test_a_retry_key_is_a_uuid(platform: Platform, key: str) -> None:
    assert (await platform.push(key=key)).status_code == 400
    assert await platform.arrived() == []


async def test_a_refused_push_does_not_use_up_its_key(platform: Platform) -> None:
    key = str(uuid4())

    assert (await platform.push("", key=key)).status_code == 400
    assert (await platform.push("now", key=key)).status_code == 200


async def test_a_reply_token_works_once(platform: Platform) -> None:
    entry = await platform.write()

    assert (await platform.reply(entry["reply_token"], "first")).status_code == 200
    second = await platform.reply(entry["reply_token"], "second")

    assert (second.status_code, second.json()) == (400, {"message": "Invalid reply token"})
    assert await platform.arrived() == ["first"]


async def test_a_reply_token_lives_a_minute(platform: Platform, clock: FixedClock) -> None:
    early, late = await platform.write(), await platform.write()

    clock.advance(timedelta(seconds=60))
    assert (await platform.reply(early["reply_token"])).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await platform.reply(late["reply_token"])).status_code == 400


async def test_a_redelivery_revives_an_unused_token_for_twenty_minutes(platform: Platform, clock: FixedClock) -> None:
    used, unused, old = await platform.write(), await platform.write(), await platform.write()
    await platform.reply(used["reply_token"])

    async def again_after(minutes: int, entry: dict[str, Any]) -> int:
        clock.advance(timedelta(minutes=minutes))
        await platform.control("POST", f"line/{ACCOUNT}/redeliveries", {"event_id": entry["event_id"]})
        return (await platform.reply(entry["reply_token"])).status_code

    assert await again_after(5, used) == 400
    assert await again_after(5, unused) == 200
    assert await again_after(11, old) == 400


async def test_a_reply_takes_no_retry_key(platform: Platform) -> None:
    entry = await platform.write()
    body = {"replyToken": entry["reply_token"], "messages": [{"type": "text", "text": "hi"}]}

    response = await platform.line.post("/message/reply", json=body, headers={"X-Line-Retry-Key": str(uuid4())})

    assert response.status_code == 400
    assert (await platform.reply(entry["reply_token"])).status_code == 200


@pytest.mark.parametrize(("body", "place", "message"), REJECTED)
async def test_what_is_wrong_in_messages_is_named(
    platform: Platform, body: dict[str, Any], place: str, message: str
) -> None:
    response = await platform.line.post("/message/push", json={"to": MEI} | body)

    answer = response.json()
    assert (response.status_code, answer["message"]) == (400, "The request body has 1 error(s)")
    assert answer["details"][0]["property"] == place
    assert answer["details"][0]["message"].startswith(message)
    checked = await platform.line.post("/message/validate/push", json=body)
    assert checked.json() == answer


async def test_five_thousand_utf16_units_fit(platform: Platform) -> None:
    assert (await platform.push("🙂" * 2500)).status_code == 200


async def test_what_is_wrong_in_the_request_itself(platform: Platform) -> None:
    headers = {"Content-Type": "application/json"}
    broken = await platform.line.post("/message/push", content=b"{", headers=headers)
    text = await platform.line.post("/message/push", content=b"{}", headers={"Content-Type": "text/plain"})
    large = await platform.line.post("/message/push", content=b" " * (2 * 1024 * 1024 + 1), headers=headers)

    assert broken.status_code == 400
    assert broken.json()["message"].startswith("The request body could not be parsed as JSON")
    assert text.status_code == 415
    assert large.status_code == 413


async def test_unknown_and_malformed_recipients(platform: Platform) -> None:
    unknown = await platform.push(to=user_id("nobody"))
    malformed = await platform.push(to="U123")

    assert (unknown.status_code, unknown.json()) == (400, {"message": "Failed to send messages"})
    assert malformed.status_code == 400
    assert malformed.json()["message"].startswith("The property, 'to', in the request body is invalid")


async def test_a_push_to_who_blocks_is_accepted_and_never_arrives(platform: Platform) -> None:
    await platform.happen("unfollow")

    response = await platform.push("are you there?")

    assert response.status_code == 200
    assert await platform.arrived() == []
    (entry,) = await platform.ledger(direction="received")
    assert not entry["arrived"]
    assert (await platform.line.get("/message/quota/consumption")).json() == {"totalUsage": 0}


async def test_a_group_gets_pushes_and_replies(platform: Platform) -> None:
    group = group_id(ACCOUNT, "family")
    entry = await platform.write(chat_id=group)

    assert (await platform.reply(entry["reply_token"], "to all")).status_code == 200
    assert (await platform.push("more", to=group)).status_code == 200
    assert await platform.arrived(group) == ["to all", "more"]

    await platform.happen("leave", None, chat_id=group)
    assert (await platform.push("gone", to=group)).status_code == 400


async def test_without_the_right_token_nothing_works(platform: Platform, desk: Desk) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    for response in (
        await platform.line.get("/info", headers=wrong),
        await platform.http.get("/line/v2/bot/info"),
        await platform.http.post("/line/v2/bot/message/push", json={}),
    ):
        assert response.status_code == 401
        assert response.json()["message"].startswith("Authentication failed.")

    await platform.control("PATCH", f"line/{ACCOUNT}", {"token_revoked": True})
    assert (await platform.push()).status_code == 401
    await platform.register(desk.url, access_token=TOKEN + "-new")
    assert (await platform.push()).status_code == 401


async def test_more_than_the_rate_is_refused(platform: Platform) -> None:
    await platform.control("PATCH", f"line/{ACCOUNT}", {"rate_per_second": 3})

    answers = await asyncio.gather(*(platform.push(str(number)) for number in range(12)))

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json() == {"message": "The API rate limit has been exceeded. Try again later."}
    assert len(await platform.arrived()) == 12 - len(refused)


async def test_the_month_has_a_quota(platform: Platform, clock: FixedClock) -> None:
    await platform.control("PATCH", f"line/{ACCOUNT}", {"monthly_quota": 2})
    quota, used = "/message/quota", "/message/quota/consumption"
    assert (await platform.line.get(quota)).json() == {"type": "limited", "value": 2}

    await platform.push("1")
    await platform.push("2")
    third = await platform.push("3")

    assert (third.status_code, third.json()) == (429, {"message": "You have reached your monthly limit."})
    assert (await platform.line.get(used)).json() == {"totalUsage": 2}
    entry = await platform.write()
    assert (await platform.reply(entry["reply_token"], "free")).status_code == 200
    clock.advance(timedelta(days=31))
    assert (await platform.push("4")).status_code == 200
    assert (await platform.line.get(used)).json() == {"totalUsage": 1}
