"""What Meta's channels send: signed, in Meta's envelopes and spelling, again where it failed, and many at once."""

import hashlib
import hmac
import json

import pytest

from tests.services.simulator.desk import Desk
from tests.services.simulator.meta import SECRET, WABA, MetaChannel, bodies, items
from tests.services.simulator.platform import Platform
from tests.support.wait import eventually, never

OBJECTS = {"facebook": "page", "instagram": "instagram", "whatsapp": "whatsapp_business_account"}


async def test_signed_over_the_bytes_in_metas_spelling(meta: MetaChannel, desk: Desk) -> None:
    await meta.happen(text="哈囉 ä/b")

    (call,) = desk.calls
    expected = hmac.new(SECRET.encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["x-hub-signature-256"] == f"sha256={expected}"
    assert b"\\u54c8\\u56c9 \\u00e4\\/b" in call.body
    assert json.loads(call.body)["object"] == OBJECTS[meta.channel]


async def test_a_text_names_who_wrote_to_whom(facebook: MetaChannel, desk: Desk) -> None:
    person = await facebook.person()
    entry = await facebook.happen(text="hello", quoted_message_id="m_1")

    (item,) = items(desk)

    assert bodies(desk)[0]["entry"][0]["id"] == facebook.provider_id
    assert (item["sender"]["id"], item["recipient"]["id"]) == (person, facebook.provider_id)
    assert item["message"]["mid"] == entry["message_id"]
    assert item["message"]["reply_to"]["mid"] == "m_1"
    assert item["timestamp"] == entry["timestamp"]


async def test_a_number_is_told_unless_a_user_name_hides_it(whatsapp: MetaChannel, desk: Desk) -> None:
    await whatsapp.happen()
    await whatsapp.happen(user=await whatsapp.person("李娜"))

    shown, hidden = items(desk)

    assert bodies(desk)[0]["entry"][0]["id"] == WABA
    assert shown["metadata"]["phone_number_id"] == whatsapp.provider_id
    assert shown["contacts"][0]["wa_id"] == shown["messages"][0]["from"]
    assert shown["messages"][0]["from_user_id"] == shown["contacts"][0]["user_id"]
    assert "from" not in hidden["messages"][0]
    assert "wa_id" not in hidden["contacts"][0]
    assert hidden["contacts"][0]["profile"]["username"]
    assert shown["messages"][0]["timestamp"].isdigit()


async def test_a_new_number_reaches_the_same_person(whatsapp: MetaChannel, desk: Desk) -> None:
    person = await whatsapp.person()
    before = await whatsapp.control("GET", f"users/{person}")
    await whatsapp.happen()

    await whatsapp.happen("number_changed", new_id="886900000001")
    system = items(desk)[-1]["messages"][0]
    after = await whatsapp.control("GET", f"users/{person}")

    assert (system["from"], system["from_user_id"]) == (person, before["scoped_id"])
    assert (system["system"]["wa_id"], system["system"]["user_id"]) == ("886900000001", after["scoped_id"])
    assert after["scoped_id"] != before["scoped_id"]
    assert (await whatsapp.send(to="886900000001")).json()["contacts"][0]["wa_id"] == "886900000001"
    await whatsapp.happen(user=person)
    assert items(desk)[-1]["messages"][0]["from"] == "886900000001"

    await whatsapp.happen("user_id_changed", user=person)
    assert items(desk)[-1]["messages"][0]["system"]["type"] == "user_changed_user_id"


@pytest.mark.parametrize("where", ["message", "postback", "referral"])
async def test_ads_are_told_in_every_place(facebook: MetaChannel, desk: Desk, where: str) -> None:
    ad = {"ad_id": "120999", "title": "Summer", "ref": "mail"}
    await facebook.happen(where, ad=ad)

    (item,) = items(desk)

    referral = item["referral"] if where == "referral" else item[where]["referral"]
    assert (referral["ad_id"], referral["source"], referral["ref"]) == ("120999", "ADS", "mail")
    assert referral["ads_context_data"]["ad_title"] == "Summer"


async def test_an_ad_of_whatsapp_comes_with_the_message(whatsapp: MetaChannel, desk: Desk) -> None:
    await whatsapp.happen(ad={"ad_id": "120999", "click_id": "click"})

    referral = items(desk)[0]["messages"][0]["referral"]
    assert (referral["source_id"], referral["ctwa_clid"], referral["source_type"]) == ("120999", "click", "ad")


async def test_standby_has_its_own_list(instagram: MetaChannel, desk: Desk) -> None:
    await instagram.happen(standby=True)

    (entry,) = bodies(desk)[0]["entry"]
    assert "messaging" not in entry
    assert entry["standby"][0]["message"]["text"]


async def test_edits_reactions_and_unsends_name_the_message(instagram: MetaChannel, desk: Desk) -> None:
    first = await instagram.happen(text="tomorow")
    about = first["message_id"]
    await instagram.happen("edit", message_id=about, text="tomorrow")
    await instagram.happen("reaction", message_id=about, emoji="👍")
    await instagram.happen("reaction", message_id=about, emoji="")
    await instagram.happen("unsend", message_id=about)

    _, edit, react, unreact, unsend = items(desk)
    assert (edit["message_edit"]["mid"], edit["message_edit"]["text"]) == (about, "tomorrow")
    assert (react["reaction"]["action"], react["reaction"]["emoji"]) == ("react", "👍")
    assert unreact["reaction"]["action"] == "unreact"
    assert unsend["message"] == {"mid": about, "is_deleted": True}
    assert (await instagram.ledger(kind="message"))[0]["unsent"]


async def test_pictures_of_messenger_are_at_their_address(facebook: MetaChannel, desk: Desk) -> None:
    data = b"\x89PNG something"
    upload = await facebook.platform.http.post(
        f"/control/facebook/{facebook.account_id}/uploads", content=data, headers={"Content-Type": "image/png"}
    )
    await facebook.happen(type="image", upload_id=upload.json()["upload_id"])

    url = items(desk)[0]["message"]["attachments"][0]["payload"]["url"]
    found = await facebook.platform.http.get(url)
    assert (found.content, found.headers["content-type"]) == (data, "image/png")


async def test_failed_calls_come_again_with_the_same_bytes(meta: MetaChannel, desk: Desk) -> None:
    await meta.register(desk.url, redelivery={"enabled": True, "delays_seconds": [0.05, 0.05]})
    desk.statuses.extend([500, 503])

    await meta.happen()

    await eventually(lambda: len(desk.calls) == 3)
    assert len({call.body for call in desk.calls}) == 1


async def test_many_accounts_share_one_call(simulator: Platform, facebook: MetaChannel, desk: Desk) -> None:
    other = MetaChannel(simulator, "facebook", "shop-facebook-two", "100000000000778")
    await other.register(desk.url)
    mine, theirs = await facebook.person(), await other.person()
    events = [
        {"user_id": theirs if number % 2 else mine, "text": str(number)}
        | ({"account_id": other.account_id} if number % 2 else {})
        for number in range(1000)
    ]

    answer = await facebook.control("POST", "batches", {"events": events})
    await other.control("DELETE", "")
    await other.close()

    assert answer["try"]["status"] == 200
    assert len(desk.calls) == 1
    entries = bodies(desk)[0]["entry"]
    assert [entry["id"] for entry in entries[:2]] == [facebook.provider_id, other.provider_id]
    assert [item["message"]["text"] for item in items(desk)] == [str(number) for number in range(1000)]


async def test_neighbours_can_be_merged(meta: MetaChannel, desk: Desk) -> None:
    person = await meta.person()
    events = [{"user_id": person, "text": "one"}, {"user_id": person, "text": "two"}]

    await meta.control("POST", "batches", {"events": events, "merged": True})

    (entry,) = bodies(desk)[0]["entry"]
    if meta.channel == "whatsapp":
        (change,) = entry["changes"]
        assert len(change["value"]["messages"]) == 2
        assert len(change["value"]["contacts"]) == 1
    else:
        assert [item["message"]["text"] for item in entry["messaging"]] == ["one", "two"]


async def test_a_load_run_loses_nothing(meta: MetaChannel, desk: Desk) -> None:
    started = await meta.control("POST", "loads", {"messages": 300, "users": 20, "duplicates": 0.2})
    progress = await meta.control("GET", f"loads/{started['load_id']}", wait=60)

    assert (progress["state"], progress["composed"], progress["failed"]) == ("finished", 300, 0)
    ledger = await meta.ledger(direction="sent", load_id=started["load_id"])
    assert all(entry["answered"] for entry in ledger)
    assert len({entry["user_id"] for entry in ledger}) == 20
    assert len(items(desk)) > 300


async def test_the_handshake_proves_an_address(facebook: MetaChannel, desk: Desk) -> None:
    assert await facebook.control("POST", "verify") == {"proved": True, "status": 200}

    desk.lie = "something else"
    assert await facebook.control("POST", "verify") == {"proved": False, "status": 200}
    desk.verify_token, desk.lie = "another", ""
    assert await facebook.control("POST", "verify") == {"proved": False, "status": 403}


async def test_unsubscribed_accounts_are_silent(meta: MetaChannel, desk: Desk) -> None:
    assert (await meta.graph.delete(f"/{meta.provider_id}/subscribed_apps")).json() == {"success": True}

    answer = await meta.platform.http.post(
        f"/control/{meta.channel}/{meta.account_id}/events", json={"user_id": await meta.person()}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "no_webhook")
    await never(lambda: bool(desk.calls), seconds=0.1)
    fields = {"subscribed_fields": ["messages"]}
    assert (await meta.graph.post(f"/{meta.provider_id}/subscribed_apps", json=fields)).json() == {"success": True}
    assert (await meta.graph.get(f"/{meta.provider_id}/subscribed_apps")).json()["data"]
    await meta.happen()
    assert len(desk.calls) == 1
