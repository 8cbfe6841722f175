"""Messenger's utility templates: who may be sent one late, and what is refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from libs.clock.clock import FixedClock
from tests.services.simulator.meta import MetaChannel, error


def texts(*values: str) -> dict[str, Any]:
    """The values of a body."""
    return {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}


LINK = {"type": "buttons", "parameters": [{"type": "URL", "url": "A1"}]}
PRICE = {"type": "header", "parameters": [{"type": "currency", "currency": "x"}]}
HEADER = {"type": "header", "parameters": [{"type": "text", "text": "A1"}]}


async def post(page: MetaChannel, name: str, *components: dict[str, Any], **more: Any) -> httpx.Response:
    """A template to the page's first person."""
    template = {"name": name, "language": {"code": "zh_TW"}, "components": list(components)}
    body = {"recipient": {"id": await page.person()}, "messaging_type": "UTILITY", "message": {"template": template}}
    return await page.graph.post(f"/{page.provider_id}/messages", json=body | more)


async def test_a_template_arrives_after_the_window(facebook: MetaChannel, clock: FixedClock) -> None:
    late = clock.now() - timedelta(days=30)
    await facebook.happen(timestamp=int(late.timestamp() * 1000))

    answer = await post(facebook, "order_update", HEADER, texts("小美", "郵局", "12/1"), LINK)

    (entry,) = await facebook.ledger(direction="received")
    assert answer.json()["message_id"] == entry["message_id"]
    assert entry["text"] == "訂單 A1\n小美 您好，您的訂單已交給 郵局，預計 12/1 送達。"
    assert (entry["arrived"], entry["method"]) == (True, "template")


@pytest.mark.parametrize(
    ("name", "components", "more"),
    [
        ("nothing", (), {}),
        ("refund", (texts("A1"),), {}),
        ("order_update", (HEADER, texts("one"), LINK), {}),
        ("order_update", (HEADER, texts("one", "two", "three")), {}),
        ("pick_up", (), {"messaging_type": "RESPONSE"}),
        ("pick_up", ({"type": "footer"},), {}),
        ("order_update", (HEADER, texts("one", "two", "three"), {"type": "buttons"}), {}),
        ("pick_up", ({"type": "body", "parameters": "x"},), {}),
        ("pick_up", ({"type": "buttons", "parameters": ["x"]},), {}),
        ("order_update", (PRICE, texts("one", "two", "three"), LINK), {}),
    ],
    ids=[
        *("unknown", "pending", "too few values", "no button", "as an answer", "component"),
        *("button without values", "values that are none", "value that is none", "odd value"),
    ],
)
async def test_other_templates_are_refused(
    facebook: MetaChannel, name: str, components: tuple[dict[str, Any], ...], more: dict[str, Any]
) -> None:
    await facebook.happen()
    assert error(await post(facebook, name, *components, **more))[:2] == (400, 100)
    assert await facebook.ledger(direction="received") == []


async def test_only_pages_have_them(facebook: MetaChannel, instagram: MetaChannel) -> None:
    await instagram.happen()
    assert error(await post(instagram, "pick_up"))[:2] == (400, 100)
    listed = (await facebook.graph.get(f"/{facebook.provider_id}/message_templates")).json()["data"]
    assert [one["name"] for one in listed] == ["order_update", "order_update", "pick_up", "refund"]
    await facebook.control("PUT", "templates", {"name": "refund", "language": "zh_TW", "status": "APPROVED"})
    await facebook.happen()
    assert (await post(facebook, "refund", texts("A1"))).status_code == 200
