"""The same on every channel: texts and pictures both ways, and what becomes of answers, over running services."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.inbound import unique
from tests.support.media_files import picture
from tests.support.stack import Stack
from tests.support.wait import eventually

CHANNELS = ("line", "facebook", "instagram", "whatsapp", "order")
_SECONDS = 30
_numbers = itertools.count(1)


def somebody(channel: str) -> dict[str, str]:
    """Who writes, as the channel's control API names them."""
    number = next(_numbers)
    people = {
        "line": {"user_id": f"U{number + 0xC0FFEE000:032x}"},
        "whatsapp": {"user_id": f"88691{number:07d}"},
        "order": {"order_id": f"9{number:06d}"},
    }
    return people.get(channel, {"user_id": f"6100000000{number:06d}"})


class Thread:
    """One customer's conversation on one channel, seen from both sides."""

    def __init__(self, channel: str, api: httpx.AsyncClient, simulator: httpx.AsyncClient) -> None:
        self.channel = channel
        self.who = somebody(channel)
        self._api = api
        self._simulator = simulator
        self._id = ""

    async def happen(self, **draft: Any) -> dict[str, Any]:
        """What the customer does; the ledger's entry."""
        path = f"/control/{self.channel}/demo-{self.channel}/events"
        answer = await self._simulator.post(path, json={**self.who, **draft})
        assert answer.status_code == 201, answer.text
        entry: dict[str, Any] = answer.json()["entry"]
        assert entry["answered"], entry["tries"]
        return entry

    async def write(self, **draft: Any) -> dict[str, Any]:
        """A message of the customer, as the desk shows it."""
        provider_id = (await self.happen(**draft))["message_id"]

        async def shown() -> dict[str, Any] | None:
            page = await self._api.get("/conversations", params={"channel": self.channel, "page_size": 30})
            for row in page.json()["conversations"]:
                for message in await self.messages(row["id"]):
                    if message["provider_message_id"] == provider_id:
                        self._id = row["id"]
                        return message
            return None

        message: dict[str, Any] | None = await eventually(shown, _SECONDS, "the customer's message")
        assert message is not None
        return message

    async def messages(self, conversation_id: str = "") -> list[dict[str, Any]]:
        """Newest first."""
        answer = await self._api.get(f"/conversations/{conversation_id or self._id}/messages")
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def answer(self, **content: Any) -> str:
        """An answer's id."""
        answer = await self._api.post(f"/conversations/{self._id}/messages", json=content)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def until(self, message_id: str, *states: str) -> dict[str, Any]:
        """The answer, once it is in one of these states."""

        async def reached() -> dict[str, Any] | None:
            message = next(one for one in await self.messages() if one["id"] == message_id)
            assert message["delivery_state"] in states, (message["delivery_state"], message["failure_detail"])
            return message

        message: dict[str, Any] | None = await eventually(reached, _SECONDS, f"answer {states}")
        assert message is not None
        return message

    async def arrived(self) -> list[dict[str, Any]]:
        """What the customer has got."""
        chat = self.who.get("user_id") or self.who["order_id"]
        query = {"account_id": f"demo-{self.channel}", "user_id": chat, "direction": "received"}
        found: list[dict[str, Any]] = (await self._simulator.get("/control/ledger", params=query)).json()["entries"]
        return found

    async def upload(self, content: bytes) -> str:
        """The id of an upload that is ready."""
        new = {"file_name": "a.jpg", "size_bytes": len(content), "content_type": "image/jpeg"}
        made = await self._api.post("/uploads", json={**new, "conversation_id": self._id})
        path = f"/uploads/{made.json()['id']}"
        await self._api.patch(path, content=content, headers={"Upload-Offset": "0"})

        async def ready() -> bool:
            return bool((await self._api.get(path)).json()["state"] == "ready")

        await eventually(ready, _SECONDS, "the upload ready")
        return str(made.json()["id"])


@pytest.fixture
async def thread(request: pytest.FixtureRequest, stack: Stack) -> AsyncIterator[Thread]:
    """A customer of the channel who said hello."""
    async with (
        httpx.AsyncClient(base_url=f"{stack.url}/api/v1", trust_env=False, timeout=30) as api,
        httpx.AsyncClient(base_url=stack.simulator_url, trust_env=False, timeout=30) as simulator,
    ):
        session = await api.post("/sessions", json={"email": "admin@demo.test", "password": "frontdesk"})
        api.headers["Authorization"] = f"Bearer {session.json()['access_token']}"
        made = Thread(request.param, api, simulator)
        await made.write(text=unique("hello"))
        yield made


every_channel = pytest.mark.parametrize("thread", CHANNELS, indirect=True)


@every_channel
async def test_texts_both_ways(thread: Thread) -> None:
    message = await thread.write(text="請問還有貨嗎")
    assert (message["type"], message["text"]) == ("text", "請問還有貨嗎")
    await thread.until(await thread.answer(type="text", text="有的"), "sent", "delivered", "read")
    assert [entry["text"] for entry in await thread.arrived()] == ["有的"]


@pytest.mark.rule(52)
@every_channel
async def test_pictures_both_ways(stack: Stack, thread: Thread) -> None:
    draft = {"picture": True} if thread.channel == "order" else {"type": "image"}
    written = await thread.write(**draft)
    assert written["type"] == "image"

    async def kept() -> dict[str, Any] | None:
        found = next(one for one in await thread.messages() if one["id"] == written["id"])["attachments"][0]
        assert found["state"] == "ready", (found["state"], found["failure_code"])
        attachment: dict[str, Any] = found
        return attachment

    attachment = await eventually(kept, _SECONDS, "the customer's picture")
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=30) as browser:
        assert (await browser.get(attachment["url"])).headers["content-type"] == attachment["content_type"]
        assert (await browser.get(attachment["thumbnail_url"])).headers["content-type"] == "image/jpeg"
    upload = await thread.upload(picture())
    await thread.until(await thread.answer(type="image", upload_id=upload), "sent", "delivered", "read")
    assert len(await thread.arrived()) == 1


@pytest.mark.parametrize("thread", ["facebook", "instagram", "whatsapp"], indirect=True)
async def test_answers_are_delivered_and_read_and_their_echoes_are_no_messages(thread: Thread) -> None:
    message_id = await thread.answer(type="text", text="明天出貨")
    if thread.channel != "instagram":
        await thread.until(message_id, "delivered")
    message = await thread.until(message_id, "sent", "delivered")
    await thread.happen(kind="read", message_id=message["provider_message_id"])
    await thread.until(message_id, "read")
    assert len([one for one in await thread.messages() if one["direction"] == "outbound"]) == 1
