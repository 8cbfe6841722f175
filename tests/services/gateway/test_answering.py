"""Reading, answering and listening through the public API, with every service behind it."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.support.stack import Stack
from tests.support.wait import PATIENCE_SECONDS, eventually

_numbers = itertools.count(1)
MESSAGE_KEYS = {
    "id", "conversation_id", "direction", "type", "text", "attachments", "provider_message_id", "sequence", "sent_at",
    "delivery_state", "failure_code", "failure_detail", "author_id", "sender_name", "edited", "unsent", "version",
    "sort_key", "details", "attempt", "case_id", "quoted", "reactions", "origin",
    "address_confirmed",
}  # fmt: skip
CONVERSATION_KEYS = {
    "id", "channel", "account_id", "status", "handler", "unread_count", "starred", "archived", "assignee_id",
    "customer", "last_message", "version", "created_at", "sort_at", "case_id", "can_reply", "cannot_reply_reason",
    "reply_window", "ad", "address_confirmed",
}  # fmt: skip


@pytest.fixture
async def agent(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """An agent, signed in."""
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", trust_env=False, timeout=30) as client:
        answer = await client.post("/sessions", json={"email": "agent@demo.test", "password": "frontdesk"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


async def written(stack: Stack, agent: httpx.AsyncClient, text: str) -> dict[str, Any]:
    """A new customer's message; its conversation once it shows."""
    message = {"user_id": f"U{next(_numbers):032x}", "type": "text", "text": text}
    async with httpx.AsyncClient(base_url=stack.simulator_url, trust_env=False, timeout=30) as simulator:
        assert (await simulator.post("/control/line/demo-line/messages", json=message)).status_code == 201

    async def shown() -> list[dict[str, Any]]:
        rows = (await agent.get("/conversations")).json()["conversations"]
        return [row for row in rows if row["last_message"]["preview"] == text]

    rows: list[dict[str, Any]] = await eventually(shown)
    return rows[0]


async def frames(socket: ClientConnection, kind: str, count: int) -> list[dict[str, Any]]:
    """The next frames of a type."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            frame = json.loads(await socket.recv())
            found += [frame] if frame["type"] == kind else []
    return found


async def test_shapes_are_those_the_contract_names(stack: Stack, agent: httpx.AsyncClient) -> None:
    row = await written(stack, agent, "what shape am I")
    assert row.keys() == CONVERSATION_KEYS
    assert row["customer"].keys() == {"id", "name", "picture_url", "kind"}
    assert row["last_message"].keys() == {"id", "direction", "type", "preview", "sent_at", "delivery_state"}
    assert (row["status"], row["handler"], row["unread_count"], row["assignee_id"]) == ("open", "person", 1, None)
    page = (await agent.get(f"/conversations/{row['id']}/messages")).json()
    assert page.keys() == {"messages", "next_page_token", "cursor"}
    (message,) = page["messages"]
    assert message.keys() == MESSAGE_KEYS
    assert (message["direction"], message["delivery_state"], message["text"]) == ("inbound", None, "what shape am I")
    assert (await agent.get(f"/conversations/{row['id']}")).json()["id"] == row["id"]
    assert (await agent.get("/conversations:count-unread")).json()["conversations"] >= 1


@pytest.mark.rule(22)
async def test_a_message_comes_live_and_the_answer_goes_out(stack: Stack, agent: httpx.AsyncClient) -> None:
    cursor = (await agent.get("/conversations")).json()["cursor"]
    row = await written(stack, agent, "is it in stock")
    headers = {"Authorization": agent.headers["Authorization"]}
    url = f"{stack.url.replace('http', 'ws', 1)}/api/v1/stream?cursor={cursor}"
    async with connect(url, additional_headers=headers, proxy=None) as socket:
        (created,) = await frames(socket, "message.created", 1)
        assert created["data"]["message"]["text"] == "is it in stock"
        answer = await agent.post(f"/conversations/{row['id']}/messages", json={"type": "text", "text": "yes"})
        assert answer.status_code == 201
        assert answer.json().keys() == MESSAGE_KEYS
        assert answer.json()["delivery_state"] == "queued"
        (mine,) = await frames(socket, "message.created", 1)
        assert mine["data"]["message"]["id"] == answer.json()["id"]
        assert mine["data"]["conversation"]["status"] == "processing"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while mine["data"]["message"]["delivery_state"] != "sent":
                (mine,) = await frames(socket, "message.updated", 1)
    history = (await agent.get(f"/conversations/{row['id']}/history")).json()
    assert "taken_over" in [entry["kind"] for entry in history["entries"]]


async def test_the_same_key_gives_the_same_answer(stack: Stack, agent: httpx.AsyncClient) -> None:
    row = await written(stack, agent, "twice please")
    path, key = f"/conversations/{row['id']}/messages", {"Idempotency-Key": str(uuid4())}
    first = await agent.post(path, json={"type": "text", "text": "once"}, headers=key)
    again = await asyncio.gather(
        *(agent.post(path, json={"type": "text", "text": "once"}, headers=key) for _ in range(3))
    )
    assert {answer.status_code for answer in (first, *again)} == {201}
    assert {answer.json()["id"] for answer in again} == {first.json()["id"]}
    other = await agent.post(path, json={"type": "text", "text": "another"}, headers=key)
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    unkeyed = [await agent.post(path, json={"type": "text", "text": "unkeyed"}) for _ in range(2)]
    assert len({answer.json()["id"] for answer in unkeyed}) == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there", "ümlaut"])
async def test_keys_are_printable_ascii(agent: httpx.AsyncClient, key: str) -> None:
    headers = [(b"idempotency-key", key.encode("latin-1"))]
    path = f"/conversations/{uuid4()}/messages"
    answer = await agent.post(path, json={"type": "text", "text": "x"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].lower() == "idempotency-key"


async def test_pages_follow_each_other(stack: Stack, agent: httpx.AsyncClient) -> None:
    made = [(await written(stack, agent, f"page {number}"))["id"] for number in range(5)]
    seen, token = [], ""
    while token is not None:
        page = (await agent.get("/conversations", params={"page_size": 2, "page_token": token})).json()
        assert len(page["conversations"]) <= 2
        seen += [row["id"] for row in page["conversations"]]
        token = page["next_page_token"]
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in made] == made[::-1]
