"""Webhook calls as LINE makes them."""

import asyncio
import json
import time
from typing import Any

import pytest

from libs.bus.streams import INBOUND_LIVE
from tests.services.ingestion.platform import LineAccount, Platform, body_of, sign, text
from tests.support.wait import eventually

_GROUP = {"type": "group", "groupId": "Ca", "userId": "Ua"}
_ODD: list[Any] = [
    None,
    17,
    "text",
    [],
    {},
    {"type": "hologram", "source": {"type": "user", "userId": "Ua"}},
    {"type": "message"},
    {"type": "message", "message": {}, "source": {"type": "user"}},
    {"type": "message", "message": {"id": "1", "type": "text"}, "source": {"type": "planet"}},
    {"type": 5},
    {"type": "unsend", "unsend": None, "source": {"type": "user", "userId": "Ua"}},
]


async def _stored(platform: Platform) -> int:
    return int((await platform.bus.jetstream.stream_info(INBOUND_LIVE)).state.messages)


async def test_the_consoles_check_of_the_address_is_answered(platform: Platform) -> None:
    account = platform.account()
    answer = await platform.call(account)
    assert (answer.status_code, answer.json()) == (200, {})
    assert platform.published(account) == []
    assert await platform.entries(account) == []


async def test_a_message_is_published_with_what_it_came_from(platform: Platform) -> None:
    account, event = platform.account(), text("哈囉 😀", user="Ux")
    event_text = json.dumps(event, ensure_ascii=False, indent=2)
    body = b'{"destination":"U0", "events" : [ ' + event_text.encode() + b" ]}\n"
    assert (await platform.post(account, body)).status_code == 200
    (published,) = await platform.heard(account, 1)
    assert published.raw.decode() == event_text
    assert (published.tenant_id, published.channel, published.message.text) == (
        str(account.tenant_id),
        "line",
        "哈囉 😀",
    )
    assert [(alias.kind, alias.value) for alias in published.contact.aliases] == [("line_user", "Ux")]
    assert published.dedup_key == f"{account.id}:message:{event['message']['id']}"
    (subject,) = platform.subjects(account)
    assert subject.startswith("inbound.live.line.")


async def test_every_kind_of_event_is_understood(platform: Platform) -> None:
    account, user = platform.account(), {"source": {"type": "user", "userId": "Ua"}, "message": None}

    def event(kind: str, **fields: Any) -> dict[str, Any]:
        return {name: value for name, value in text(type=kind, **{**user, **fields}).items() if value is not None}

    def content(**fields: Any) -> dict[str, Any]:
        return event("message", message={"id": str(time.monotonic_ns()), **fields})

    provider = {"contentProvider": {"type": "line"}}
    sent = {
        "text": content(type="text", text="hi $", emojis=[{"index": 3, "length": 1, "productId": "p", "emojiId": "1"}]),
        "image": content(type="image", **provider),
        "video": content(type="video", duration=5, **provider),
        "audio": content(type="audio", duration=5, **provider),
        "file": content(type="file", fileName="a.pdf", fileSize=9),
        "location": content(type="location", title="t", address="a", latitude=25.0, longitude=121.5),
        "sticker": content(type="sticker", packageId="1", stickerId="2", stickerResourceType="STATIC"),
        "unsupported": content(type="hologram"),
        "group": text(source=_GROUP),
        "room": text(source={"type": "room", "roomId": "Ra", "userId": "Ua"}),
        "edited": event("messageEdited", message={"id": "1", "type": "text", "text": "new"}),
        "unsent": event("unsend", unsend={"messageId": "1"}),
        "followed": event("follow", follow={"isUnblocked": True}),
        "unfollowed": event("unfollow"),
        "postback": event("postback", postback={"data": "a=1", "params": {"date": "2026-01-01"}}),
        "account_joined": event("join", source=_GROUP),
        "account_left": event("leave", source=_GROUP),
        "members_joined": event("memberJoined", source=_GROUP, joined={"members": [{"type": "user", "userId": "Ub"}]}),
        "members_left": event("memberLeft", source=_GROUP, left={"members": [{"type": "user", "userId": "Ub"}]}),
        "video_play_complete": event("videoPlayComplete", videoPlayComplete={"trackingId": "t"}),
        "beacon": event("beacon", beacon={"hwid": "h", "type": "enter"}),
        "account_link": event("accountLink", link={"result": "ok", "nonce": "n"}),
        "membership": event("membership", membership={"type": "joined", "membershipId": 1}),
        "module": event("module", source=None, module={"type": "attached", "botId": "U0", "scopes": []}),
    }
    assert (await platform.call(account, *sent.values())).status_code == 200
    published = await platform.heard(account, len(sent))
    assert await platform.entries(account) == []
    # Contacts differ, so only the set of them is certain.
    assert {_name(event) for event in published} == {*sent} - {"group", "room"}
    assert {alias.kind for event in published for alias in event.contact.aliases} == {
        "line_user",
        "line_group",
        "line_room",
    }


def _name(event: Any) -> str:
    kind: str = event.WhichOneof("event")
    return str(
        {"message": event.message.type, "chat_changed": event.chat_changed.change, "notice": event.notice.kind}.get(
            kind, kind
        )
    )


async def test_in_standby_no_reply_token_is_passed_on(platform: Platform) -> None:
    account = platform.account()
    await platform.call(account, text(mode="standby"))
    (published,) = await platform.heard(account, 1)
    assert (published.standby, published.message.reply_token) == (True, "")


@pytest.mark.parametrize("odd", _ODD, ids=[json.dumps(odd)[:30] for odd in _ODD])
async def test_an_odd_event_spoils_nothing(platform: Platform, odd: Any) -> None:
    account = platform.account()
    good = [text(str(number)) for number in range(6)]
    answer = await platform.call(account, *good[:3], odd, *good[3:])
    assert answer.status_code == 200
    published = await platform.heard(account, 6)
    assert [event.message.text for event in published] == [str(number) for number in range(6)]
    (entry,) = await platform.entries(account, "parked")
    assert entry.tenant_id == str(account.tenant_id)
    assert json.loads(await platform.body(entry)) == odd


async def test_odd_events_alone_are_kept_and_acknowledged(platform: Platform) -> None:
    account = platform.account()
    for _ in range(2):
        assert (await platform.call(account, *_ODD)).status_code == 200
    assert platform.published(account) == []
    # What is kept already is not kept again; {} and the like of other accounts are other events.
    assert len(await platform.entries(account, "parked")) == len(_ODD)


async def test_events_of_one_contact_are_published_in_the_order_of_the_body(platform: Platform) -> None:
    account = platform.account()
    await platform.call(account, *(text(str(number)) for number in range(60)))
    published = await platform.heard(account, 60)
    assert [event.message.text for event in published] == [str(number) for number in range(60)]
    assert len(set(platform.subjects(account))) == 1


@pytest.mark.promise(2)
async def test_a_redelivery_is_stored_once(platform: Platform) -> None:
    account, events = platform.account(), [text() for _ in range(5)]
    await platform.call(account, *events)
    await platform.heard(account, 5)
    stored = await _stored(platform)
    again = [{**event, "deliveryContext": {"isRedelivery": True}, "replyToken": "new"} for event in events]
    for event in again:
        assert (await platform.call(account, event)).status_code == 200
    assert (await platform.call(account, *again)).status_code == 200
    assert await _stored(platform) == stored


@pytest.mark.parametrize("name", ["x-line-signature", "X-Line-Signature", "X-LINE-SIGNATURE"])
async def test_the_signature_is_found_however_its_header_is_spelt(platform: Platform, name: str) -> None:
    account, body = platform.account(), body_of(text())
    reader, writer = await asyncio.open_connection("127.0.0.1", int(platform.stack.webhooks_url.rpartition(":")[2]))
    head = (
        f"POST /webhooks/line/{account.id} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        f"{name}: {sign(account.secret, body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_what_was_not_signed_with_the_accounts_secret_is_refused(platform: Platform) -> None:
    account, other = platform.account(), platform.account()
    body = body_of(text())
    right = sign(account.secret, body)
    for signature in (
        sign("another secret", body),
        sign(other.secret, body),
        sign(account.secret, body + b" "),
        right[:-1],
        right + "=",
        "x",
        "~" * 5000,
        right.swapcase(),
    ):
        answer = await platform.post(account, body, signature)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature"), signature
        assert account.secret not in answer.text
    unsigned = await platform.http.post(f"/webhooks/line/{account.id}", content=body)
    assert unsigned.status_code == 401
    assert (await platform.post(account, body.replace(b'"hi"', b'"ho"'), right)).status_code == 401
    assert platform.published(account) == []


async def test_an_account_nobody_connected_is_not_there(platform: Platform) -> None:
    answer = await platform.call(LineAccount(), text())
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_account")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/webhooks",
        "/webhooks/line",
        "/webhooks/line/",
        "/webhooks/line/a/b",
        "/webhooks/telegram/a",
        "/webhooks/line/%00",
    ],
)
async def test_other_addresses_are_not_there(platform: Platform, path: str) -> None:
    answer = await platform.http.post(path, content=body_of())
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused(platform: Platform, method: str) -> None:
    answer = await platform.http.request(method, f"/webhooks/line/{platform.account().id}", content=b"x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_too_long_a_body_is_refused_before_it_is_read(platform: Platform) -> None:
    account = platform.account()
    answer = await platform.post(account, b"x" * 600_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert (await platform.post(account, b'{"events":[]}' + b" " * 599_000)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"\xff",
        b"[]",
        b"{}",
        b'{"events":{}}',
        b'{"events":null}',
        b'{"events":[}',
        b'{"events":[]} x',
        b"[" * 9999,
    ],
)
async def test_a_signed_body_that_is_no_webhook_is_refused_and_kept(platform: Platform, body: bytes) -> None:
    account = platform.account()
    answer = await platform.post(account, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_webhook")
    (entry,) = await platform.entries(account, "refused")
    assert await platform.body(entry) == body[:1000]
    assert entry.size_bytes == len(body)


async def test_far_too_many_events_are_no_webhook(platform: Platform) -> None:
    account = platform.account()
    answer = await platform.post(account, b'{"events":[' + b"1," * 10_000 + b"1]}")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_webhook")
    (entry,) = await platform.entries(account)
    assert (entry.reason, entry.truncated) == ("too_many_items", True)


async def test_an_event_no_broker_would_take_is_parked(platform: Platform) -> None:
    account = platform.account()
    answer = await platform.call(account, text("before"), text("x" * 550_000), text("after"))
    assert answer.status_code == 200
    assert [event.message.text for event in await platform.heard(account, 2)] == ["before", "after"]
    (entry,) = await platform.entries(account, "parked")
    assert entry.reason == "too_large"


@pytest.mark.promise(1)
async def test_many_calls_at_once_are_all_published(platform: Platform) -> None:
    accounts = [platform.account() for _ in range(10)]

    called = {(account.id, f"U{number}") for number in range(40) for account in accounts}
    await asyncio.gather(
        *(platform.taken(account, text(user=f"U{number}")) for number in range(40) for account in accounts)
    )

    def published() -> bool:
        events = [event for account in accounts for event in platform.published(account)]
        return {(event.account_id, event.contact.aliases[0].value) for event in events} == called

    await eventually(published, what="an event of every call")


@pytest.mark.promise(7)
async def test_an_account_over_its_quota_waits_in_the_other_lane(platform: Platform) -> None:
    account, calm = platform.account(quota=3), platform.account(quota=3)
    for _ in range(2):
        await platform.call(account, text(), text())
    await platform.call(calm, text())
    await platform.heard(account, 4)
    await platform.heard(calm, 1)
    assert [subject.split(".")[1] for subject in platform.subjects(account)] == ["live", "live", "bulk", "bulk"]
    assert [subject.split(".")[1] for subject in platform.subjects(calm)] == ["live"]
    platform.stack.set_clock(86_400)
    try:
        await platform.call(account, text())
    finally:
        platform.stack.set_clock(0)
    await platform.heard(account, 5)
    assert platform.subjects(account)[-1].split(".")[1] == "live"


async def test_the_service_tells_that_it_lives_and_serves(platform: Platform) -> None:
    assert (await platform.http.get("/livez")).status_code == 200
    assert (await platform.http.get("/readyz")).json() == {"ready": True, "problems": {}}
