"""What the simulator sends is what LINE's own SDK accepts, signs and names."""

import asyncio
import base64
import re
from typing import Any

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.webhook import SignatureValidator, UnknownEvent

from cli.run.ports import free_port
from services.simulator.domain.ids import group_id, user_id
from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import ACCOUNT, MEI, SECRET, Platform
from tests.support.wait import eventually, never

MESSAGES = ["text", "image", "video", "audio", "file", "location", "sticker"]
EVENTS = [
    "follow",
    "unfollow",
    "postback",
    "videoPlayComplete",
    "beacon",
    "accountLink",
    "membership",
    "module",
    "activated",
    "deactivated",
    "botSuspended",
    "botResumed",
    "delivery",
]
IN_GROUPS = ["join", "leave", "memberJoined", "memberLeft"]
WITHOUT_TOKEN = {"unfollow", "leave", "memberLeft", "module", "activated", "deactivated", "delivery"}
GROUP = group_id(ACCOUNT, "family")


def parse(desk: Desk) -> list[Any]:
    """The events of the last call, as the SDK reads them; it checks the signature, too."""
    call = desk.calls[-1]
    payload = WebhookParser(SECRET).parse(call.body.decode(), call.headers["x-line-signature"], as_payload=True)
    assert re.fullmatch(r"U[0-9a-f]{32}", payload.destination)
    return list(payload.events)


@pytest.mark.parametrize("kind", MESSAGES)
async def test_sdk_reads_every_kind_of_message(platform: Platform, desk: Desk, kind: str) -> None:
    entry = await platform.happen("message", type=kind)

    (event,) = parse(desk)

    assert event.type == "message"
    assert event.message.type == kind
    assert event.message.id == entry["message_id"]
    assert event.source.user_id == MEI
    assert event.webhook_event_id == entry["event_id"]
    assert event.reply_token == entry["reply_token"]
    assert not event.delivery_context.is_redelivery


@pytest.mark.parametrize("kind", EVENTS)
async def test_sdk_reads_every_kind_of_event(platform: Platform, desk: Desk, kind: str) -> None:
    await platform.happen(kind)

    (event,) = parse(desk)

    assert event.type == kind
    assert not isinstance(event, UnknownEvent)
    has_token = kind not in WITHOUT_TOKEN | {"botSuspended", "botResumed"}
    assert bool(getattr(event, "reply_token", None)) == has_token


@pytest.mark.parametrize("kind", IN_GROUPS)
async def test_sdk_reads_every_event_of_a_group(platform: Platform, desk: Desk, kind: str) -> None:
    await platform.happen(kind, None if kind in ("join", "leave") else MEI, chat_id=GROUP)

    (event,) = parse(desk)

    assert (event.type, event.source.type, event.source.group_id) == (kind, "group", GROUP)


async def test_text_carries_emojis_mentions_and_quotes(platform: Platform, desk: Desk) -> None:
    first = await platform.write()
    emojis = [{"index": 0, "length": 6, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}]
    mention = {"mentionees": [{"index": 7, "length": 4, "type": "user", "userId": MEI}]}
    details = {"message": {"emojis": emojis, "mention": mention}}

    await platform.write("(moon) @Mei", quoted_message_id=first["message_id"], details=details)

    (event,) = parse(desk)
    assert event.message.quoted_message_id == first["message_id"]
    assert event.message.emojis[0].emoji_id == "001"
    assert event.message.mention.mentionees[0].user_id == MEI
    assert event.message.quote_token


async def test_taking_back_and_editing_name_the_message(platform: Platform, desk: Desk) -> None:
    message = await platform.write("tomorow")

    edited = await platform.happen("messageEdited", message_id=message["message_id"], text="tomorrow")
    (event,) = parse(desk)
    assert (event.type, event.message.id, event.message.text) == ("messageEdited", message["message_id"], "tomorrow")
    assert event.reply_token not in (None, message["reply_token"])
    assert edited["event"]["message"]["quoteToken"] != message["event"]["message"]["quoteToken"]

    await platform.happen("unsend", message_id=message["message_id"])
    (event,) = parse(desk)
    assert (event.type, event.unsend.message_id) == ("unsend", message["message_id"])


async def test_rooms_and_unknown_kinds(platform: Platform, desk: Desk) -> None:
    room = "R" + GROUP[1:]
    await platform.write("hello all", chat_id=room)
    (event,) = parse(desk)
    assert (event.source.type, event.source.room_id, event.source.user_id) == ("room", room, MEI)

    await platform.happen("greatNewFeature", details={"feature": {"level": 9}})
    (event,) = parse(desk)
    assert isinstance(event, UnknownEvent)


async def test_following_again_is_unblocking(platform: Platform, desk: Desk) -> None:
    await platform.control("POST", f"line/{ACCOUNT}/users/{MEI}/unblock")
    assert not parse(desk)[0].follow.is_unblocked

    await platform.control("POST", f"line/{ACCOUNT}/users/{MEI}/block")
    assert parse(desk)[0].type == "unfollow"
    await platform.control("POST", f"line/{ACCOUNT}/users/{MEI}/unblock")
    assert parse(desk)[0].follow.is_unblocked


async def test_standby_has_no_reply_token(platform: Platform, desk: Desk) -> None:
    entry = await platform.write(mode="standby")

    (event,) = parse(desk)

    assert event.mode.value == "standby"
    assert event.reply_token is None
    assert entry["reply_token"] is None


async def test_event_ids_are_ulids_of_the_moment(platform: Platform) -> None:
    first, second = await platform.write(), await platform.write()

    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", first["event_id"])
    assert first["event_id"][:10] == second["event_id"][:10]
    assert first["event_id"] != second["event_id"]
    assert int(second["message_id"]) > int(first["message_id"])


async def test_several_events_in_one_call(platform: Platform, desk: Desk) -> None:
    other = user_id(ACCOUNT, "somebody")
    drafts = [{"user_id": MEI, "text": "one"}, {"user_id": other, "kind": "follow"}, {"user_id": MEI, "kind": "odd"}]

    await platform.control("POST", f"line/{ACCOUNT}/batches", {"events": drafts})

    assert [event.type for event in parse(desk)] == ["message", "follow", "odd"]
    assert len(desk.calls) == 1


async def test_verifying_sends_no_events_but_signs(platform: Platform, desk: Desk) -> None:
    answer = await platform.control("POST", f"line/{ACCOUNT}/verify")

    assert answer["try"]["status"] == 200
    assert parse(desk) == []


async def test_raw_bytes_with_any_signature(platform: Platform, desk: Desk) -> None:
    body = b'{"destination":"x","events":[]} \xff'
    raw = {"body_base64": base64.b64encode(body).decode()}

    await platform.control("POST", f"line/{ACCOUNT}/raw", raw)
    await platform.control("POST", f"line/{ACCOUNT}/raw", {"body": "{}", "signature": "forged"})
    await platform.control("POST", f"line/{ACCOUNT}/raw", {"body": "{}", "signature": ""})

    assert desk.calls[0].body == body
    assert desk.calls[1].headers["x-line-signature"] == "forged"
    assert not SignatureValidator(SECRET).validate("{}", "forged")
    assert "x-line-signature" not in desk.calls[2].headers


async def test_redelivery_comes_later_with_the_same_id(platform: Platform, desk: Desk) -> None:
    await platform.register(desk.url, redelivery={"enabled": True, "delays_seconds": [0.05, 0.1]})
    desk.statuses.extend([500, 503])

    entry = await platform.write("once")
    assert [item["status"] for item in entry["tries"]] == [500]

    await eventually(lambda: len(desk.calls) == 3)
    assert [event["deliveryContext"]["isRedelivery"] for event in desk.events] == [False, True, True]
    assert {event["webhookEventId"] for event in desk.events} == {entry["event_id"]}
    assert {event["message"]["id"] for event in desk.events} == {entry["message_id"]}
    assert parse(desk)[0].delivery_context.is_redelivery

    async def tries() -> list[Any]:
        (found,) = await platform.ledger(direction="sent")
        assert found["answered"]
        return [item["status"] for item in found["tries"]]

    assert await eventually(tries) == [500, 503, 200]


async def test_without_redelivery_nothing_is_sent_again(platform: Platform, desk: Desk) -> None:
    desk.statuses.append(500)

    entry = await platform.write()

    assert not entry["answered"]
    await never(lambda: len(desk.calls) > 1, seconds=0.3)


async def test_an_answered_event_can_be_sent_again_on_purpose(platform: Platform, desk: Desk) -> None:
    entry = await platform.write(redeliver=2)

    assert [event["webhookEventId"] for event in desk.events] == [entry["event_id"]] * 3
    assert [event["deliveryContext"]["isRedelivery"] for event in desk.events] == [False, True, True]


async def test_two_seconds_are_all_a_webhook_gets(platform: Platform, desk: Desk) -> None:
    desk.hold = asyncio.Event()

    entry = await platform.write()
    desk.hold.set()

    (only,) = entry["tries"]
    assert only["status"] is None
    assert only["error"].startswith("request_timeout")
    assert only["took_ms"] >= 1900


async def test_a_dead_webhook_is_told(platform: Platform) -> None:
    await platform.register(f"http://127.0.0.1:{free_port()}/webhook")

    entry = await platform.write()

    assert entry["tries"][0]["error"].startswith("could_not_connect")


async def test_without_a_webhook_nothing_can_be_written(platform: Platform) -> None:
    await platform.control("PATCH", f"line/{ACCOUNT}", {"webhook_active": False})

    response = await platform.http.post(f"/control/line/{ACCOUNT}/messages", json={"user_id": MEI})

    assert response.status_code == 409
    assert response.json()["code"] == "no_webhook"
    assert await platform.ledger() == []
