"""Pictures on the shop's site, both ways; and nothing but pictures."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.services.widget.conftest import MakeBrowser
from tests.services.widget.site import Browser, Staff, picture, unique
from tests.support.stack import Stack
from tests.support.wait import eventually


async def uploaded(browser: Browser, kind: str = "PNG") -> str:
    answer = await browser.uploads(picture(kind))
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def shown(browser: Browser) -> dict[str, Any]:
    """The newest message, once its picture has a thumbnail."""

    async def found() -> dict[str, Any] | None:
        messages = (await browser.reads())["messages"]
        images = messages[0]["images"] if messages else []
        return messages[0] if images and images[0]["thumbnail_url"] != images[0]["url"] else None

    message = await eventually(found, 30, "a thumbnail")
    assert isinstance(message, dict)
    return message


@pytest.mark.rule(52)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_a_visitor_sends_a_picture(make_browser: MakeBrowser, staff: Staff, desk: Stack, kind: str) -> None:
    guest, text = make_browser(), unique("like this?")
    await guest.session()
    answer = await guest.writes(text, images=[await uploaded(guest, kind)])
    assert answer.status_code == 201
    row = await staff.finds(text)

    async def ready() -> bool:
        (message,) = await staff.messages(row)
        (attachment,) = message["attachments"]
        return attachment["state"] == "ready" and bool(attachment["thumbnail_url"])

    await eventually(ready, 30, "the attachment")
    (image,) = (await shown(guest))["images"]
    for address in image.values():
        async with httpx.AsyncClient(base_url=desk.url, trust_env=False, timeout=30) as anybody:
            file = await anybody.get(address)
        assert (file.status_code, file.headers["cross-origin-resource-policy"]) == (200, "cross-origin")
        assert file.headers["content-type"].startswith("image/")


@pytest.mark.rule(52)
async def test_a_picture_alone_is_a_message(make_browser: MakeBrowser) -> None:
    guest = make_browser()
    await guest.session()
    assert (await guest.writes("", images=[await uploaded(guest)])).status_code == 201
    assert (await shown(guest))["text"] == ""


@pytest.mark.rule(52)
async def test_staff_answers_with_a_picture(make_browser: MakeBrowser, staff: Staff) -> None:
    guest, text = make_browser(), unique("show me")
    await guest.session()
    await guest.writes(text)
    row = await staff.finds(text)
    upload = await _staff_upload(staff, row, "answer.png", "image/png", picture())
    answer = await staff.api.post(
        f"/conversations/{row['id']}/messages",
        json={"type": "image", "upload_id": upload["id"]},
        headers={"Idempotency-Key": unique("k").replace(" ", "-")},
    )
    assert answer.status_code == 201, answer.text
    found = await shown(guest)
    assert (found["direction"], len(found["images"])) == ("outbound", 1)


@pytest.mark.rule(53, 54, 55)
@pytest.mark.parametrize(
    "content",
    [b"\0\0\0\x18ftypmp42" + b"0" * 99, b"ID3" + b"0" * 99, b"%PDF-1.7", b"<svg xmlns='x'/>", b"plain", b""],
    ids=["video", "audio", "file", "svg", "text", "nothing"],
)
async def test_nothing_but_pictures_is_taken(make_browser: MakeBrowser, content: bytes) -> None:
    guest = make_browser()
    await guest.session()
    answer = await guest.uploads(content)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_an_image")


async def test_a_large_picture_is_refused(make_browser: MakeBrowser) -> None:
    guest = make_browser()
    await guest.session()
    answer = await guest.uploads(picture() + b"0" * 10_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.promise(5)
async def test_only_who_uploaded_a_picture_can_attach_it(make_browser: MakeBrowser) -> None:
    one, other = make_browser(), make_browser()
    await asyncio.gather(one.session(), other.session())
    image = await uploaded(one)
    for wrong in (image, image[:-2], f"{image}.x", "x", ""):
        answer = await other.writes("mine?", images=[wrong])
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_image")


async def _staff_upload(
    staff: Staff, row: dict[str, Any], name: str, content_type: str, content: bytes
) -> dict[str, Any]:
    wanted = {"file_name": name, "size_bytes": len(content), "content_type": content_type, "conversation_id": row["id"]}
    made = (await staff.api.post("/uploads", json=wanted)).raise_for_status().json()
    path = f"/uploads/{made['id']}"
    headers = {"Upload-Offset": "0", "Content-Type": "application/octet-stream"}
    (await staff.api.patch(path, content=content, headers=headers)).raise_for_status()

    async def ready() -> dict[str, Any] | None:
        found: dict[str, Any] = (await staff.api.get(path)).raise_for_status().json()
        assert found["state"] != "failed", found
        return found if found["state"] == "ready" else None

    upload = await eventually(ready, 30, "the upload")
    assert isinstance(upload, dict)
    return upload
