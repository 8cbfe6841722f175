"""What else can be written than a text, and how lists are narrowed, through the public API."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.services.gateway.test_media import written
from tests.support.stack import Stack


@pytest.fixture
async def agent(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """An agent, signed in."""
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", trust_env=False, timeout=30) as client:
        answer = await client.post("/sessions", json={"email": "agent@demo.test", "password": "frontdesk"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@pytest.fixture
async def row(stack: Stack, agent: httpx.AsyncClient) -> dict[str, Any]:
    """A LINE customer's conversation."""
    return await written(stack, agent, {"type": "text", "text": "which one?"})


async def _thread(agent: httpx.AsyncClient, row: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await agent.get(f"/conversations/{row['id']}/messages")).json()["messages"]
    return found


async def test_an_answer_quotes_the_customers_message(agent: httpx.AsyncClient, row: dict[str, Any]) -> None:
    (theirs,) = await _thread(agent, row)
    new = {"type": "text", "text": "this one", "quoted_message_id": theirs["id"]}
    answer = await agent.post(f"/conversations/{row['id']}/messages", json=new)
    assert answer.status_code == 201, answer.text
    quoted = {"id": theirs["id"], "direction": "inbound", "type": "text", "preview": "which one?"}
    assert (answer.json()["quoted"], answer.json()["origin"], answer.json()["reactions"]) == (quoted, "desk", [])
    assert (await _thread(agent, row))[0]["quoted"] == quoted


@pytest.mark.parametrize(
    ("new", "status", "code"),
    [
        pytest.param({"type": "text"}, 422, "invalid_argument", id="a text without words"),
        pytest.param({"type": "file", "text": "x"}, 422, "media_not_allowed", id="a file on LINE"),
        pytest.param({"type": "image"}, 422, "invalid_argument", id="a picture without an upload"),
        pytest.param({"type": "image", "upload_id": str(uuid4())}, 404, "upload_not_found", id="nobody's upload"),
        pytest.param({"type": "template"}, 422, "invalid_argument", id="no template chosen"),
        pytest.param(
            {"type": "text", "text": "x", "quoted_message_id": str(uuid4())},
            422,
            "invalid_argument",
            id="no such quote",
        ),
        pytest.param({"type": "carrier pigeon", "text": "x"}, 422, "invalid_argument", id="an unknown type"),
    ],
)
async def test_what_cannot_be_sent_says_what_to_do(
    agent: httpx.AsyncClient, row: dict[str, Any], new: dict[str, Any], status: int, code: str
) -> None:
    answer = await agent.post(f"/conversations/{row['id']}/messages", json=new)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert len(await _thread(agent, row)) == 1


async def test_an_upload_that_is_on_its_way_is_not_sent(agent: httpx.AsyncClient, row: dict[str, Any]) -> None:
    new = {"file_name": "a.png", "size_bytes": 9, "content_type": "image/png", "conversation_id": row["id"]}
    upload = (await agent.post("/uploads", json=new)).json()
    message = {"type": "image", "upload_id": upload["id"]}
    answer = await agent.post(f"/conversations/{row['id']}/messages", json=message)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_not_ready")


@pytest.mark.rule(1)
async def test_tabs_part_shop_from_order_messages(agent: httpx.AsyncClient, row: dict[str, Any]) -> None:
    shop = (await agent.get("/conversations", params={"tab": "shop"})).json()["conversations"]
    orders = (await agent.get("/conversations", params={"tab": "order"})).json()["conversations"]
    assert row["id"] in [one["id"] for one in shop]
    assert {one["channel"] for one in orders} <= {"order"}
    assert "order" not in {one["channel"] for one in shop}


@pytest.mark.rule(11, 12)
async def test_ads_are_listed_and_narrow_the_list(agent: httpx.AsyncClient, row: dict[str, Any]) -> None:
    sources = (await agent.get("/ad-sources")).json()
    assert sources.keys() == {"sources"}
    from_ads = (await agent.get("/conversations", params={"from_ad": "true"})).json()["conversations"]
    assert row["id"] not in [one["id"] for one in from_ads]
    assert all(one["ad"]["ad_id"] for one in from_ads)
    assert (await agent.get("/conversations", params={"ad_id": "nothing"})).json()["conversations"] == []
