"""What a bot may read about people, groups, itself, and its webhook."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, MessagingApiBlob

from cli.run.ports import free_port
from libs.clock.clock import FixedClock
from services.simulator.domain.ids import group_id, user_id
from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import ACCOUNT, MEI, TOKEN, Platform


async def ask(platform: Platform, method: str, *arguments: str) -> Any:
    """Calls a method of the SDK, of whichever of its two clients has it."""

    def run() -> Any:
        with ApiClient(Configuration(host=f"{platform.url}/line", access_token=TOKEN)) as client:
            owner = MessagingApi if hasattr(MessagingApi, method) else MessagingApiBlob
            return getattr(owner(client), method)(*arguments)

    return await asyncio.to_thread(run)


async def test_profiles(platform: Platform) -> None:
    profile = await ask(platform, "get_profile", MEI)

    assert (profile.user_id, profile.display_name, profile.language) == (MEI, "林小美", "zh-Hant")
    picture = await platform.http.get(profile.picture_url.replace("http://127.0.0.1:0", platform.url))
    assert picture.content.startswith(b"\x89PNG")


async def test_strangers_and_those_who_block_have_no_profile(platform: Platform) -> None:
    assert (await platform.line.get(f"/profile/{user_id('stranger')}")).status_code == 404

    await platform.happen("unfollow")
    blocked = await platform.line.get(f"/profile/{MEI}")
    assert (blocked.status_code, blocked.json()) == (404, {"message": "Not found"})

    await platform.happen("follow")
    assert (await platform.line.get(f"/profile/{MEI}")).status_code == 200


async def test_who_writes_becomes_known(platform: Platform) -> None:
    somebody = user_id("somebody")
    await platform.write(user=somebody)

    profile = (await platform.line.get(f"/profile/{somebody}")).json()
    assert profile == {"userId": somebody, "displayName": f"Customer {somebody[1:7]}"}


async def test_a_profile_can_be_changed(platform: Platform) -> None:
    changes = {"display_name": "小美", "picture": False, "status_message": None}
    await platform.control("PUT", f"line/{ACCOUNT}/users/{MEI}", changes)

    assert (await platform.line.get(f"/profile/{MEI}")).json() == {
        "userId": MEI,
        "displayName": "小美",
        "language": "zh-Hant",
    }


async def test_groups_and_rooms(platform: Platform) -> None:
    group = group_id(ACCOUNT, "family")
    room = "R" + group[1:]
    await platform.write(chat_id=group)
    await platform.write(chat_id=room)
    await platform.control("PUT", f"line/{ACCOUNT}/groups/{group}", {"name": "家人"})

    summary = await ask(platform, "get_group_summary", group)
    assert (summary.group_id, summary.group_name) == (group, "家人")
    assert (await ask(platform, "get_group_member_profile", group, MEI)).display_name == "林小美"
    assert (await ask(platform, "get_room_member_profile", room, MEI)).display_name == "林小美"
    assert (await ask(platform, "get_group_member_count", group)).count == 1
    assert (await ask(platform, "get_room_member_count", room)).count == 1
    assert (await platform.line.get(f"/group/{group}/member/{user_id('stranger')}")).status_code == 404
    assert (await platform.line.get(f"/group/{room}/summary")).status_code == 404


async def test_the_account_itself(platform: Platform) -> None:
    info = await ask(platform, "get_bot_info")

    assert info.user_id == (await platform.control("GET", f"line/{ACCOUNT}"))["bot_user_id"]
    assert (info.display_name, info.chat_mode) == (ACCOUNT, "bot")
    assert (await ask(platform, "get_message_quota")).type == "none"


@pytest.mark.parametrize(
    ("kind", "beginning", "media_type"),
    [
        ("image", b"\xff\xd8\xff", "image/jpeg"),
        ("video", b"\x00\x00\x00", "video/mp4"),
        ("audio", b"\x00\x00\x00", "audio/x-m4a"),
        ("file", b"%PDF-", "application/pdf"),
    ],
)
async def test_contents(platform: Platform, kind: str, beginning: bytes, media_type: str) -> None:
    entry = await platform.happen("message", type=kind)

    response = await platform.line.get(f"/message/{entry['message_id']}/content")

    assert response.content.startswith(beginning)
    assert response.headers["content-type"] == media_type
    assert response.headers["x-line-request-id"]
    assert bytes(await ask(platform, "get_message_content", entry["message_id"])) == response.content
    if kind == "file":
        assert entry["event"]["message"]["fileSize"] == len(response.content)


async def test_previews(platform: Platform) -> None:
    video = await platform.happen("message", type="video")
    audio = await platform.happen("message", type="audio")

    preview = await platform.line.get(f"/message/{video['message_id']}/content/preview")
    assert preview.headers["content-type"] == "image/jpeg"
    assert (await platform.line.get(f"/message/{audio['message_id']}/content/preview")).status_code == 404


async def test_what_was_taken_back_is_gone(platform: Platform) -> None:
    entry = await platform.happen("message", type="image")
    path = f"/message/{entry['message_id']}/content"
    assert (await platform.line.get(path)).status_code == 200

    await platform.happen("unsend", message_id=entry["message_id"])

    assert (await platform.line.get(path)).status_code == 410
    assert (await platform.line.get("/message/123/content")).status_code == 404
    text = await platform.write()
    assert (await platform.line.get(f"/message/{text['message_id']}/content")).status_code == 404


async def test_bytes_of_ones_own(platform: Platform) -> None:
    headers = {"Content-Type": "image/png"}
    upload = await platform.http.post(f"/control/line/{ACCOUNT}/uploads", content=b"\x89PNG mine", headers=headers)

    entry = await platform.happen("message", type="image", upload_id=upload.json()["upload_id"])

    content = await platform.line.get(f"/message/{entry['message_id']}/content")
    assert (content.content, content.headers["content-type"]) == (b"\x89PNG mine", "image/png")
    own = await platform.http.get(f"/control/line/{ACCOUNT}/contents/{entry['message_id']}")
    assert own.content == content.content


async def test_videos_have_to_be_prepared(platform: Platform, clock: FixedClock) -> None:
    await platform.control("PUT", f"line/{ACCOUNT}/transcoding", {"seconds": 10})
    entry = await platform.happen("message", type="video")
    path = f"/message/{entry['message_id']}/content"
    assert (await platform.line.get(f"{path}/transcoding")).json() == {"status": "processing"}
    assert (await platform.line.get(path)).status_code == 202

    clock.advance(timedelta(seconds=10))
    assert (await platform.line.get(f"{path}/transcoding")).json() == {"status": "succeeded"}
    assert (await platform.line.get(path)).status_code == 200

    await platform.control("PUT", f"line/{ACCOUNT}/transcoding", {"fails": True})
    failing = await platform.happen("message", type="audio")
    answer = await platform.line.get(f"/message/{failing['message_id']}/content/transcoding")
    assert answer.json() == {"status": "failed"}
    await platform.control("PUT", f"line/{ACCOUNT}/transcoding", {})


async def test_the_webhook_address(platform: Platform, desk: Desk) -> None:
    found = (await platform.line.get("/channel/webhook/endpoint")).json()
    assert found == {"endpoint": desk.url, "active": True}

    await platform.line.put("/channel/webhook/endpoint", json={"endpoint": desk.url + "2"})
    assert (await platform.line.get("/channel/webhook/endpoint")).json()["endpoint"] == desk.url + "2"
    wrong = await platform.line.put("/channel/webhook/endpoint", json={"endpoint": "ftp://x"})
    assert wrong.status_code == 400


async def test_testing_the_webhook(platform: Platform, desk: Desk) -> None:
    good = (await platform.line.post("/channel/webhook/test")).json()
    assert (good["success"], good["statusCode"], good["reason"]) == (True, 200, "OK")
    assert desk.events == []

    desk.statuses.append(500)
    bad = (await platform.line.post("/channel/webhook/test", json={})).json()
    assert (bad["success"], bad["statusCode"], bad["reason"]) == (False, 500, "ERROR_STATUS_CODE")

    nowhere = f"http://127.0.0.1:{free_port()}/x"
    dead = (await platform.line.post("/channel/webhook/test", json={"endpoint": nowhere})).json()
    assert (dead["success"], dead["statusCode"], dead["reason"]) == (False, 0, "COULD_NOT_CONNECT")


async def test_other_paths_are_not_found(platform: Platform) -> None:
    response = await platform.line.get("/richmenu/list")

    assert (response.status_code, response.json()) == (404, {"message": "Not found"})
