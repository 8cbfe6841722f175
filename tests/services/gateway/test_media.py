"""Files at the public address: uploads that resume, pictures in messages, ranges, safe headers, nothing unsigned."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from libs.storage.keys import new_key
from libs.storage.store import MediaStore
from libs.storage.wiring import media_addresses, media_store
from tests.support.media_files import noise, picture
from tests.support.stack import Stack
from tests.support.wait import eventually

_numbers = itertools.count(1)


@pytest.fixture
async def agent(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """An agent, signed in."""
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", trust_env=False, timeout=30) as client:
        answer = await client.post("/sessions", json={"email": "agent@demo.test", "password": "frontdesk"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@pytest.fixture
async def browser(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that shows a picture: nothing is sent but the address."""
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def store(stack: Stack) -> MediaStore:
    return media_store(stack.runtime("gateway"))


async def kept(store: MediaStore, content: bytes, name: str) -> str:
    key = new_key(uuid4(), datetime.now(UTC), uuid4(), name)
    await store.put(key, content)
    return key


async def written(stack: Stack, agent: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    """A customer's message; its conversation."""
    user = f"U{next(_numbers) + 0xABC000:032x}"
    async with httpx.AsyncClient(base_url=stack.simulator_url, trust_env=False, timeout=30) as simulator:
        answer = await simulator.post("/control/line/demo-line/messages", json={"user_id": user, **body})
        assert answer.status_code == 201, answer.text
        provider_id = answer.json()["entry"]["message_id"]

    async def shown() -> Any:
        for row in (await agent.get("/conversations", params={"page_size": 100})).json()["conversations"]:
            messages = (await agent.get(f"/conversations/{row['id']}/messages")).json()["messages"]
            if any(message["provider_message_id"] == provider_id for message in messages):
                return dict(row)
        return None

    found: dict[str, Any] = await eventually(shown, 20, "the conversation")
    return found


async def ready(agent: httpx.AsyncClient, upload_id: str) -> dict[str, Any]:
    async def done() -> Any:
        found: dict[str, Any] = (await agent.get(f"/uploads/{upload_id}")).json()
        return found if found["state"] in {"ready", "failed"} else None

    found: dict[str, Any] = await eventually(done, 60, "the upload")
    return found


async def test_a_customers_picture_is_shown_by_signed_addresses(
    stack: Stack, agent: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    row = await written(stack, agent, {"type": "image"})

    async def attachment() -> dict[str, Any] | None:
        message = (await agent.get(f"/conversations/{row['id']}/messages")).json()["messages"][0]
        found: dict[str, Any] = message["attachments"][0]
        return found if found["state"] == "ready" else None

    found = await eventually(attachment, 20, "the picture")
    assert found is not None
    whole = await browser.get(found["url"])
    small = await browser.get(found["thumbnail_url"])
    assert whole.status_code == small.status_code == 200
    assert whole.headers["content-type"] == found["content_type"]
    assert small.headers["content-type"] == "image/jpeg"


async def test_an_upload_resumes_and_reaches_the_customer(
    stack: Stack, agent: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    row = await written(stack, agent, {"type": "text", "text": "a picture please"})
    content = noise((900, 900))
    new = {
        "file_name": "照片.png",
        "size_bytes": len(content),
        "content_type": "image/png",
        "conversation_id": row["id"],
    }
    made = await agent.post("/uploads", json=new)
    assert made.status_code == 201, made.text
    path = f"/uploads/{made.json()['id']}"
    half = len(content) // 2
    first = await agent.patch(path, content=content[:half], headers={"Upload-Offset": "0"})
    assert (first.status_code, first.json()["offset"]) == (200, half), first.text
    wrong = await agent.patch(path, content=content[:half], headers={"Upload-Offset": "0"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["offset"]) == (409, "upload_offset", half)
    await agent.patch(path, content=content[half:], headers={"Upload-Offset": str(half)})
    upload = await ready(agent, made.json()["id"])
    assert (upload["state"], upload["kind"]) == ("ready", "image")
    assert (await browser.get(upload["url"])).status_code == 200
    sent = await agent.post(f"/conversations/{row['id']}/messages", json={"type": "image", "upload_id": upload["id"]})
    assert sent.status_code == 201, sent.text

    async def gone() -> bool:
        messages = (await agent.get(f"/conversations/{row['id']}/messages")).json()["messages"]
        shown = next(one for one in messages if one["id"] == sent.json()["id"])
        assert shown["delivery_state"] in {"queued", "sending", "sent"}, shown["failure_detail"]
        return bool(shown["delivery_state"] == "sent")

    await eventually(gone, 20, "the answer sent")

    async def arrived() -> dict[str, Any] | None:
        async with httpx.AsyncClient(base_url=stack.simulator_url, trust_env=False, timeout=30) as simulator:
            query = {"account_id": "demo-line", "direction": "received", "page_size": "1000"}
            entries = (await simulator.get("/control/ledger", params=query)).json()["entries"]
        return next((entry["message"] for entry in entries if entry["message"]["type"] == "image"), None)

    message = await eventually(arrived, 20, "the picture at the platform")
    assert message is not None
    for name in ("originalContentUrl", "previewImageUrl"):
        answer = await browser.get(message[name])
        assert answer.status_code == 200, message[name]
        assert answer.headers["content-type"].startswith("image/")


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"content_type": "application/pdf", "size_bytes": 9}, "media_not_allowed"),
        ({"content_type": "image/png", "size_bytes": 10**9}, "media_too_large"),
    ],
    ids=["kind", "size"],
)
@pytest.mark.rule(55)
async def test_what_cannot_be_sent_is_refused_before_its_bytes(
    stack: Stack, agent: httpx.AsyncClient, new: dict[str, Any], code: str
) -> None:
    row = await written(stack, agent, {"type": "text", "text": "hello"})
    answer = await agent.post("/uploads", json={"file_name": "a", "conversation_id": row["id"], **new})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "Send" in answer.json()["detail"]


async def test_no_upload_to_a_conversation_that_is_not_there(agent: httpx.AsyncClient) -> None:
    new = {"file_name": "a", "conversation_id": str(uuid4()), "content_type": "image/png", "size_bytes": 9}
    assert (await agent.post("/uploads", json=new)).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=90-", 206, 90, 100),
        ("bytes=-5", 206, 95, 100),
        ("bytes=95-500", 206, 95, 100),
        ("bytes=100-", 416, 0, 0),
        ("bytes=0-1,5-6", 200, 0, 100),
        ("lines=1-2", 200, 0, 100),
    ],
)
async def test_ranges(
    stack: Stack, browser: httpx.AsyncClient, store: MediaStore, wanted: str, status: int, start: int, end: int
) -> None:
    content = bytes(range(100))
    path = media_addresses(stack.runtime("gateway")).browser_path(await kept(store, content, "content.mp4"), "a.mp4")
    answer = await browser.get(path, headers={"Range": wanted})
    assert answer.status_code == status
    assert answer.content == content[start:end]
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/100"
    head = await browser.head(path, headers={"Range": wanted})
    assert (head.status_code, head.content) == (status, b"")


async def test_files_run_nothing_and_are_cached_as_long_as_their_address(
    stack: Stack, browser: httpx.AsyncClient, store: MediaStore
) -> None:
    addresses = media_addresses(stack.runtime("gateway"))
    image = await browser.get(addresses.browser_path(await kept(store, picture(), "content.jpg"), "照片.jpg"))
    assert image.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in image.headers["content-security-policy"]
    assert image.headers["content-disposition"] == "inline; filename*=UTF-8''%E7%85%A7%E7%89%87.jpg"
    assert image.headers["cache-control"].startswith("private, max-age=")
    again = await browser.get(str(image.request.url.path), headers={"If-None-Match": image.headers["etag"]})
    assert again.status_code == 304
    page = await browser.get(addresses.browser_path(await kept(store, b"<script>", "content.bin"), "x.html"))
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"].startswith("attachment")


async def test_platforms_fetch_by_unguessable_addresses_for_as_long_as_the_file_is_there(
    stack: Stack, browser: httpx.AsyncClient, store: MediaStore
) -> None:
    key = await kept(store, picture(), "content.jpg")
    url = media_addresses(stack.runtime("gateway")).public_url(key, "a.jpg")
    assert (await browser.get(url)).content == picture()
    assert (await browser.get(url.removesuffix("/a.jpg"))).status_code == 200
    await store.delete([key])
    assert (await browser.get(url)).status_code == 404


@pytest.mark.parametrize("path", ["/media", "/media/", "/media/x", "/media/a.b", "/media/public/a.b", "/media/../api"])
async def test_nothing_unsigned_is_served(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_other_methods_are_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/media/x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
