"""Files both ways on every channel that the simulator plays: what comes is shown, what goes arrives."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.media_files import live_webm, picture, recording
from tests.support.stack import Stack
from tests.support.wait import eventually

_CHANNELS = ("line", "facebook", "instagram", "whatsapp")
_COMES = [(channel, kind) for channel in _CHANNELS for kind in ("image", "video", "audio", "file")]
_GOES = [(channel, kind) for channel, kind in _COMES if (channel, kind) != ("line", "file")]
_RULES = {"image": 52, "video": 53, "audio": 54, "file": 55}


def _cases(pairs: list[tuple[str, str]]) -> list[Any]:
    return [
        pytest.param(channel, kind, id=f"{kind} on {channel}", marks=pytest.mark.rule(_RULES[kind]))
        for channel, kind in pairs
    ]


@pytest.fixture
async def agent(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """An agent, signed in."""
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", trust_env=False, timeout=30) as client:
        answer = await client.post("/sessions", json={"email": "agent@demo.test", "password": "frontdesk"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@pytest.fixture
async def outside(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, and the simulator's controls."""
    async with httpx.AsyncClient(base_url=stack.simulator_url, trust_env=False, timeout=30) as client:
        yield client


async def wrote(outside: httpx.AsyncClient, agent: httpx.AsyncClient, channel: str, body: dict[str, Any]) -> Any:
    """A new customer writes; their conversation's id and number on the platform."""
    user = f"U{secrets.token_hex(16)}" if channel == "line" else f"8869{secrets.randbelow(10**8):08}"
    name = f"客人 {secrets.token_hex(4)}"
    await outside.put(f"/control/{channel}/demo-{channel}/users/{user}", json={"display_name": name})
    answer = await outside.post(f"/control/{channel}/demo-{channel}/messages", json={"user_id": user, **body})
    assert answer.is_success, answer.text

    async def shown() -> Any:
        rows = (await agent.get("/conversations", params={"channel": channel, "page_size": 100})).json()
        return next((row for row in rows["conversations"] if row["customer"]["name"] == name), None)

    return (await eventually(shown, 20, "the conversation"))["id"], user


async def newest(agent: httpx.AsyncClient, conversation_id: str) -> dict[str, Any]:
    messages = (await agent.get(f"/conversations/{conversation_id}/messages")).json()["messages"]
    found: dict[str, Any] = messages[0]
    return found


@pytest.mark.parametrize(("channel", "kind"), _cases(_COMES))
async def test_what_a_customer_sends_is_shown(
    stack: Stack, agent: httpx.AsyncClient, outside: httpx.AsyncClient, channel: str, kind: str
) -> None:
    sent = "document" if (channel, kind) == ("whatsapp", "file") else kind
    conversation_id, _ = await wrote(outside, agent, channel, {"type": sent})

    async def ready() -> Any:
        attachment = (await newest(agent, conversation_id))["attachments"][0]
        assert attachment["state"] != "failed", attachment
        return attachment if attachment["state"] == "ready" else None

    found = await eventually(ready, 20, "the content")
    assert found["kind"] == kind
    answer = await outside.get(f"{stack.url}{found['url']}")
    assert (answer.status_code, len(answer.content)) == (200, found["size_bytes"])
    assert bool(found["thumbnail_url"]) == (kind in {"image", "video"})


@pytest.mark.parametrize(("channel", "kind"), _cases(_GOES))
async def test_what_an_agent_sends_arrives(
    agent: httpx.AsyncClient, outside: httpx.AsyncClient, tmp_path: Path, channel: str, kind: str
) -> None:
    conversation_id, user = await wrote(outside, agent, channel, {"type": "text", "text": "hi"})
    content, content_type = _sample(tmp_path, kind)
    upload = await uploaded(agent, conversation_id, content, content_type)
    body = {"type": kind, "upload_id": upload["id"]}
    sent = await agent.post(f"/conversations/{conversation_id}/messages", json=body)
    assert sent.status_code == 201, sent.text

    async def gone() -> bool:
        message = await newest(agent, conversation_id)
        assert message["delivery_state"] in {"sent", "delivered", "read"}, message["failure_detail"]
        return True

    await eventually(gone, 20, "the answer sent")
    query = {"account_id": f"demo-{channel}", "user_id": user, "direction": "received"}
    entries = (await outside.get("/control/ledger", params=query)).json()["entries"]
    addresses = _addresses(entries[-1])
    assert addresses, entries[-1]
    for address in addresses:
        assert (await outside.get(address)).status_code == 200


async def uploaded(agent: httpx.AsyncClient, conversation_id: str, content: bytes, content_type: str) -> Any:
    """A file made ready for the conversation's channel."""
    new = {"file_name": "給你.bin", "size_bytes": len(content), "content_type": content_type}
    made = await agent.post("/uploads", json={**new, "conversation_id": conversation_id})
    assert made.status_code == 201, made.text
    path = f"/uploads/{made.json()['id']}"
    assert (await agent.patch(path, content=content, headers={"Upload-Offset": "0"})).status_code == 200

    async def ready() -> Any:
        found = (await agent.get(path)).json()
        assert found["state"] != "failed", found
        return found if found["state"] == "ready" else None

    return await eventually(ready, 60, "the upload")


def _sample(folder: Path, kind: str) -> tuple[bytes, str]:
    """As an iPhone, a browser's recorder and an office make them."""
    if kind == "image":
        return picture("HEIF"), "image/heic"
    if kind == "video":
        return recording(folder / "v.webm", "webm", video="libvpx", audio="libopus").read_bytes(), "video/webm"
    if kind == "audio":
        return live_webm(folder / "a.webm").read_bytes(), "audio/webm;codecs=opus"
    return b"%PDF-1.7\n%%EOF", "application/pdf"


def _addresses(entry: Any) -> list[str]:
    """Every address of a file in what the platform accepted."""
    if isinstance(entry, dict):
        return [address for value in entry.values() for address in _addresses(value)]
    if isinstance(entry, list):
        return [address for value in entry for address in _addresses(value)]
    return [entry] if isinstance(entry, str) and "/media/public/" in entry and entry.startswith("http") else []
