"""Sending through the Graph API: windows, limits, refusals, and what is told of a message afterwards."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from libs.clock.clock import FixedClock
from tests.services.simulator.desk import Desk
from tests.services.simulator.meta import MetaChannel, error, items
from tests.support.wait import eventually


async def ago(meta: MetaChannel, clock: FixedClock, **passed: float) -> None:
    """The customer's only message so far, so long ago."""
    moment = clock.now() - timedelta(**passed)
    await meta.happen(timestamp=int(moment.timestamp() * 1000))


def tagged() -> dict[str, Any]:
    """What makes a call a person's late answer."""
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


async def test_an_answer_arrives_and_is_named(meta: MetaChannel) -> None:
    person = await meta.person()
    await meta.happen()

    answer = await meta.send("welcome")

    (entry,) = await meta.ledger(direction="received")
    assert (entry["text"], entry["chat_id"], entry["arrived"]) == ("welcome", person, True)
    body = answer.json()
    named = body["messages"][0]["id"] if meta.channel == "whatsapp" else body["message_id"]
    assert named == entry["message_id"]


async def test_the_window_closes_after_a_day(facebook: MetaChannel, instagram: MetaChannel, clock: FixedClock) -> None:
    for meta, subcode in ((facebook, 2018278), (instagram, 2534022)):
        assert error(await meta.send()) == (400, 10, subcode)
        await ago(meta, clock, hours=23, minutes=59)
        assert (await meta.send()).status_code == 200

        other = await meta.person("王大明")
        moment = int((clock.now() - timedelta(hours=24, minutes=1)).timestamp() * 1000)
        await meta.happen(user=other, timestamp=moment)
        assert error(await meta.send(to=other)) == (400, 10, subcode)
        assert error(await meta.send(to=other, **tagged())) == (400, 10, 2018300)

        await meta.control("PATCH", "", {"human_agent": True})
        assert (await meta.send(to=other, **tagged())).status_code == 200


async def test_people_may_answer_for_seven_days(facebook: MetaChannel, clock: FixedClock) -> None:
    await facebook.control("PATCH", "", {"human_agent": True})
    await ago(facebook, clock, days=7, minutes=1)

    assert error(await facebook.send(**tagged())) == (400, 10, 2018278)


async def test_texts_have_limits(facebook: MetaChannel, instagram: MetaChannel, whatsapp: MetaChannel) -> None:
    for meta in (facebook, instagram, whatsapp):
        await meta.happen()

    assert (await facebook.send("字" * 2000)).status_code == 200
    assert error(await facebook.send("x" * 2001))[:2] == (400, 100)
    assert (await instagram.send("字" * 333)).status_code == 200
    assert error(await instagram.send("字" * 334))[:2] == (400, 100)
    assert (await whatsapp.send("字" * 4096)).status_code == 200
    assert error(await whatsapp.send("x" * 4097))[:2] == (400, 100)


async def test_who_blocks_a_page_is_not_available(facebook: MetaChannel) -> None:
    await facebook.happen()
    await facebook.control("POST", f"users/{await facebook.person()}/block")

    assert error(await facebook.send()) == (400, 551, 1545041)

    await facebook.control("POST", f"users/{await facebook.person()}/unblock")
    assert (await facebook.send()).status_code == 200


async def test_unknown_people_restricted_pages_and_old_tags(facebook: MetaChannel, instagram: MetaChannel) -> None:
    assert error(await facebook.send(to="9999999999999999")) == (400, 100, 2018001)
    assert error(await instagram.send(to="9999999999999999")) == (400, 100, 2534014)
    old = {"messaging_type": "MESSAGE_TAG", "tag": "POST_PURCHASE_UPDATE"}
    assert error(await facebook.send(**old))[:2] == (400, 100)
    await facebook.control("PATCH", "", {"restricted": True})
    assert error(await facebook.send()) == (400, 10, 1893063)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": ""},
        {"text": "a", "attachment": {}},
        {"text": "a", "colour": 1},
        {"text": "a", "metadata": "x" * 1001},
    ],
    ids=["nothing", "empty", "both", "unknown-key", "long-metadata"],
)
async def test_messages_that_are_none_are_refused(facebook: MetaChannel, message: dict[str, Any]) -> None:
    await facebook.happen()

    assert error(await facebook.send(message=message))[:2] == (400, 100)


async def test_tokens(meta: MetaChannel) -> None:
    await meta.happen()
    bare = httpx.AsyncClient(base_url=f"{meta.platform.url}/graph/v23.0", trust_env=False, timeout=30)
    async with bare:
        assert error(await bare.get(f"/{meta.provider_id}"))[:2] == (400, 2500)
        wrong = {"Authorization": "Bearer nobody's"}
        assert error(await bare.get(f"/{meta.provider_id}", headers=wrong))[:2] == (401, 190)
    await meta.control("PATCH", "", {"access": "expired"})
    assert error(await meta.send()) == (401, 190, 463)
    await meta.control("PATCH", "", {"access": "revoked"})
    assert error(await meta.graph.get(f"/{meta.provider_id}")) == (401, 190, 458)
    await meta.control("PATCH", "", {"access": "valid"})
    assert (await meta.send()).status_code == 200
    assert error(await meta.graph.get("/123456")) == (400, 100, 33)


async def test_too_many_calls_a_second(meta: MetaChannel) -> None:
    await meta.happen()
    await meta.control("PATCH", "", {"rate_per_second": 1})

    answers = [await meta.send(str(number)) for number in range(6)]

    refused = {error(answer)[1] for answer in answers if answer.status_code != 200}
    assert refused == {130429 if meta.channel == "whatsapp" else 613}


async def test_a_lost_answer_was_carried_out_and_is_told_of(meta: MetaChannel, desk: Desk) -> None:
    await meta.happen()
    await meta.register(desk.url, receipts={"echo": True, "states": ["sent"]})
    await meta.control("POST", "faults", {"endpoint": "messages", "action": "lost_answer", "times": 1})
    given: dict[str, Any] = {"message": {"text": "once", "metadata": "ref-1"}}
    if meta.channel == "whatsapp":
        given = {"biz_opaque_callback_data": "ref-1"}

    with pytest.raises(httpx.RemoteProtocolError):
        await meta.send("once", **given)

    await eventually(lambda: len(desk.calls) == 2)
    told = items(desk)[-1]
    if meta.channel == "whatsapp":
        assert told["statuses"][0]["biz_opaque_callback_data"] == "ref-1"
        assert told["statuses"][0]["pricing"]["pricing_model"] == "PMP"
    else:
        assert (told["message"]["is_echo"], told["message"]["metadata"]) == (True, "ref-1")
        assert told["message"]["app_id"] == 900000000000001
        assert told["sender"]["id"] == meta.provider_id
    (entry,) = await meta.ledger(direction="received")
    assert (entry["text"], entry["reference"]) == ("once", "ref-1")


async def test_faults_name_metas_codes(meta: MetaChannel) -> None:
    await meta.happen()
    fault = {"endpoint": "messages", "action": "status", "status": 400, "code": 4, "subcode": 77, "times": 1}
    await meta.control("POST", "faults", fault)
    await meta.control("POST", "faults", {"endpoint": "messages", "action": "status", "status": 500, "times": 1})

    assert error(await meta.send()) == (400, 4, 77)
    assert error(await meta.send())[:2] == (500, 1)
    assert (await meta.send()).status_code == 200


async def test_receipts_come_in_odd_orders_and_twice(meta: MetaChannel, desk: Desk) -> None:
    await meta.happen()
    receipts = {"echo": False, "states": ["read", "delivered", "sent"], "copies": 2, "before_answer": True}
    await meta.register(desk.url, receipts=receipts)

    await meta.send()

    told = [one["kind"] for one in await meta.ledger(direction="sent")][1:]
    expected = {
        "facebook": ["read", "read", "delivery", "delivery"],
        "instagram": ["read", "read"],
        "whatsapp": ["status"] * 6,
    }
    assert told == expected[meta.channel]
    assert len(desk.calls) == 1 + len(told)


async def test_receipts_by_hand_know_the_message(meta: MetaChannel, desk: Desk) -> None:
    await meta.happen()
    await meta.send(**({"biz_opaque_callback_data": "ref-2"} if meta.channel == "whatsapp" else {}))
    (entry,) = await meta.ledger(direction="received")

    await meta.happen("read", message_id=entry["message_id"])

    told = items(desk)[-1]
    if meta.channel == "whatsapp":
        (status,) = told["statuses"]
        assert (status["status"], status["biz_opaque_callback_data"]) == ("read", "ref-2")
    elif meta.channel == "instagram":
        assert told["read"] == {"mid": entry["message_id"]}
    else:
        assert told["read"] == {"watermark": entry["at"]}


async def test_somebody_answers_in_metas_own_app(meta: MetaChannel, desk: Desk) -> None:
    await meta.happen("echo", text="from the app")

    told = items(desk)[0]
    if meta.channel == "whatsapp":
        assert told["message_echoes"][0]["text"]["body"] == "from the app"
        assert told["message_echoes"][0]["to"] == await meta.person()
    else:
        assert told["message"]["is_echo"]
        assert "app_id" not in told["message"]


async def test_read_marks_and_typing_are_seen(meta: MetaChannel) -> None:
    written = await meta.happen()
    if meta.channel == "whatsapp":
        read = {"messaging_product": "whatsapp", "status": "read", "message_id": written["message_id"]}
        calls = [read, read | {"typing_indicator": {"type": "text"}}]
    else:
        calls = [
            {"recipient": {"id": await meta.person()}, "sender_action": name} for name in ("mark_seen", "typing_on")
        ]

    for call in calls:
        assert (await meta.graph.post(f"/{meta.provider_id}/messages", json=call)).status_code == 200

    actions = (await meta.control("GET", "actions"))["actions"]
    assert [one["action"] for one in actions] == ["read" if meta.channel == "whatsapp" else "mark_seen", "typing_on"]
    assert {one["user_id"] for one in actions} == {await meta.person()}
    assert await meta.ledger(direction="received") == []


async def test_profiles_and_the_account_itself(meta: MetaChannel) -> None:
    account = (await meta.graph.get(f"/{meta.provider_id}")).json()
    assert account["id"] == meta.provider_id
    person = await meta.graph.get(f"/{await meta.person()}", params={"fields": "name,profile_pic"})
    if meta.channel == "whatsapp":
        assert error(person) == (400, 100, 33)
        assert account["verified_name"]
        return
    assert person.json()["name"] == "林小美"
    picture = await meta.platform.http.get(urlsplit(person.json()["profile_pic"]).path)
    assert picture.headers["content-type"] == "image/png"


async def test_a_pages_token_serves_its_instagram_account(facebook: MetaChannel, instagram: MetaChannel) -> None:
    linked = {"page_id": facebook.provider_id, "access_token": facebook.token}
    await instagram.control("PATCH", "", linked)
    await instagram.happen()
    await facebook.happen()
    to = {"recipient": {"id": await instagram.person()}, "message": {"text": "through the page"}}

    assert (await facebook.graph.post("/me/messages", json=to)).status_code == 200
    assert (await facebook.graph.post(f"/{facebook.provider_id}/messages", json=to)).status_code == 200

    assert len(await instagram.ledger(direction="received")) == 2
    page = await facebook.graph.get("/me", params={"fields": "name,instagram_business_account"})
    assert page.json()["instagram_business_account"] == {"id": instagram.provider_id}
