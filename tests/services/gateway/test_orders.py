"""Orders end to end: what customers write about them on the shop's platform, and answers that go back to it."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.inbound import unique
from tests.support.media_files import picture
from tests.support.stack import Stack
from tests.support.wait import eventually

_numbers = itertools.count(50_000)


class Orders:
    """A shop account of the test's own, at the desk and at the simulator, and an admin who answers."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.api = httpx.AsyncClient(base_url=f"{stack.url}/api/v1", trust_env=False, timeout=30)
        self.shop = httpx.AsyncClient(base_url=stack.simulator_url, trust_env=False, timeout=30)
        self.account = ""
        self.secret = unique("secret")

    async def open(self, answer_url: str = "") -> None:
        """Signs in and connects. answer_url: elsewhere than at the simulator."""
        session = await self.api.post("/sessions", json={"email": "admin@demo.test", "password": "frontdesk"})
        self.api.headers["Authorization"] = f"Bearer {session.json()['access_token']}"
        new = {"channel": "order", "name": "Shop", "credentials": {"webhook_secret": self.secret}}
        made = await self.api.post("/channel-accounts", json=new)
        assert made.status_code == 201, made.text
        self.account = made.json()["id"]
        await self.rotate(answer_url)
        told = {
            "account_id": self.account,
            "webhook_secret": self.secret,
            "webhook_url": f"{self._stack.webhooks_url}/webhooks/order/{self.account}",
        }
        await self.control("POST", "accounts", told)

    async def rotate(self, answer_url: str = "") -> None:
        """Gives the desk the shop's secret as it is now."""
        address = answer_url or f"{self._stack.simulator_url}/shop/answers/{self.account}"
        body = {"credentials": {"webhook_secret": self.secret, "answer_url": address}}
        answer = await self.api.post(f"/channel-accounts/{self.account}:rotate-credentials", json=body)
        assert answer.is_success, answer.text

    async def close(self) -> None:
        """Lets the account go."""
        await self.api.post(f"/channel-accounts/{self.account}:disconnect")
        await self.api.aclose()
        await self.shop.aclose()

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """A control call about the shop."""
        where = path if path == "accounts" else f"{self.account}/{path}".rstrip("/")
        answer = await self.shop.request(method, f"/control/order/{where}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def happen(self, **draft: Any) -> str:
        """Something about a new order; the order's id."""
        order_id = str(next(_numbers))
        entry = (await self.control("POST", "events", {"order_id": order_id, **draft}))["entry"]
        assert entry["answered"], entry["tries"]
        return order_id

    async def rows(self, **query: str) -> list[dict[str, Any]]:
        """Conversations of this shop."""
        page = await self.api.get("/conversations", params={"page_size": "100", **query})
        return [row for row in page.json()["conversations"] if row["account_id"] == self.account]

    async def written(self, text: str = "可以改地址嗎", **draft: Any) -> tuple[str, dict[str, Any]]:
        """A customer's message about a new order: the order's id, its conversation."""
        order_id = await self.happen(**{"text": text, **draft})

        async def shown() -> dict[str, Any] | None:
            for row in await self.rows():
                if order_id in row["customer"]["name"]:
                    return row
            return None

        row = await eventually(shown, 20, "the order's conversation")
        assert row is not None
        return order_id, row

    async def messages(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Newest first."""
        found: list[dict[str, Any]] = (await self.api.get(f"/conversations/{row['id']}/messages")).json()["messages"]
        return found

    async def answer(self, row: dict[str, Any], **content: Any) -> str:
        """An answer's id."""
        body = {"type": "text", "text": "好的", **content}
        answer = await self.api.post(f"/conversations/{row['id']}/messages", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def until(self, row: dict[str, Any], message_id: str, state: str) -> dict[str, Any]:
        """The answer, once it is in this state."""

        async def reached() -> dict[str, Any] | None:
            found = (one for one in await self.messages(row) if one["id"] == message_id)
            return next((one for one in found if one["delivery_state"] == state), None)

        message: dict[str, Any] | None = await eventually(reached, 30, f"answer {state}")
        assert message is not None
        return message

    async def shown(self, order_id: str) -> list[dict[str, Any]]:
        """Answers on the order's page."""
        query = {"account_id": self.account, "user_id": order_id, "direction": "received"}
        found: list[dict[str, Any]] = (await self.shop.get("/control/ledger", params=query)).json()["entries"]
        return found

    async def calls(self) -> list[dict[str, Any]]:
        """Every call for an answer that reached the shop with a good signature."""
        found = await self.shop.get("/control/calls", params={"account_id": self.account})
        calls: list[dict[str, Any]] = found.json()["calls"]
        return calls

    async def token_state(self) -> str:
        """What the desk says of the account."""
        accounts = (await self.api.get("/channel-accounts")).json()["channel_accounts"]
        return str(next(one for one in accounts if one["id"] == self.account)["state"])


@pytest.fixture
async def orders(stack: Stack) -> AsyncIterator[Orders]:
    made = Orders(stack)
    await made.open()
    yield made
    await made.close()


@pytest.mark.rule(1)
@pytest.mark.parametrize("form", ["generic", "shopify", "woocommerce"])
async def test_each_order_is_a_conversation_in_the_tab_of_orders(orders: Orders, form: str) -> None:
    _, row = await orders.written(form=form)
    assert row["channel"] == "order"
    assert row["last_message"]["preview"] == "可以改地址嗎"
    _, other = await orders.written(form=form)
    assert other["id"] != row["id"]
    assert row["id"] in {one["id"] for one in await orders.rows(tab="order")}
    assert await orders.rows(tab="shop") == []


@pytest.mark.rule(1)
async def test_messages_of_other_channels_are_in_the_tab_of_the_shop(stack: Stack, orders: Orders) -> None:
    text = unique("hello")
    message = {"user_id": f"U{next(_numbers):032x}", "type": "text", "text": text}
    await orders.shop.post("/control/line/demo-line/messages", json=message)

    async def previews(tab: str) -> set[str]:
        page = await orders.api.get("/conversations", params={"page_size": "100", "tab": tab})
        return {row["last_message"]["preview"] for row in page.json()["conversations"] if row["last_message"]}

    async def arrived() -> bool:
        return text in await previews("shop")

    await eventually(arrived, 20, "LINE's message")
    assert text not in await previews("order")


async def test_an_answer_is_on_the_orders_page(orders: Orders) -> None:
    order_id, row = await orders.written()
    await orders.until(row, await orders.answer(row, text="明天出貨"), "sent")
    (shown,) = await orders.shown(order_id)
    assert shown["text"] == "明天出貨"


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "fault",
    [
        {"action": "lost_answer"},
        {"action": "status", "status": 503},
        {"action": "status", "status": 500, "accepted": True},
    ],
    ids=["lost-answer", "unavailable", "taken-but-500"],
)
async def test_what_may_have_arrived_is_said_again_under_the_same_webhook_id(
    orders: Orders, fault: dict[str, Any]
) -> None:
    order_id, row = await orders.written()
    await orders.control("POST", "faults", {"endpoint": "answers", "times": 2, **fault})
    await orders.until(row, await orders.answer(row), "sent")
    assert len(await orders.shown(order_id)) == 1
    calls = await orders.calls()
    assert len(calls) == 3
    assert len({call["retry_key"] for call in calls}) == 1


async def test_a_secret_that_is_refused_waits_for_the_right_one(orders: Orders) -> None:
    order_id, row = await orders.written()
    orders.secret = unique("secret")
    await orders.control("PATCH", "", {"webhook_secret": orders.secret})
    first, second = await orders.answer(row, text="first"), await orders.answer(row, text="second")

    async def told() -> bool:
        return await orders.token_state() == "reconnect"

    await eventually(told, 20, "account reconnect")
    assert await orders.shown(order_id) == []
    await orders.rotate()
    for message_id in (first, second):
        await orders.until(row, message_id, "sent")
    assert [entry["text"] for entry in await orders.shown(order_id)] == ["first", "second"]


async def test_an_answer_nobody_asked_for_fails_and_says_why(orders: Orders) -> None:
    _, row = await orders.written()
    await orders.control("POST", "faults", {"endpoint": "answers", "action": "status", "status": 404})
    failed = await orders.until(row, await orders.answer(row), "failed")
    assert failed["failure_code"] == "invalid_recipient"


async def test_an_address_for_answers_that_is_never_called_is_refused_on_its_field(orders: Orders) -> None:
    credentials = {"webhook_secret": orders.secret, "answer_url": "http://127.0.0.1:9977/answers"}
    new = {"channel": "order", "name": "Shop", "credentials": credentials}
    refused = await orders.api.post("/channel-accounts", json=new)
    assert (refused.status_code, refused.json()["code"]) == (422, "address_not_allowed")
    assert [error["field"] for error in refused.json()["errors"]] == ["credentials.answer_url"]
    body = {"credentials": credentials}
    refused = await orders.api.post(f"/channel-accounts/{orders.account}:rotate-credentials", json=body)
    assert refused.json()["code"] == "address_not_allowed"


@pytest.mark.rule(52)
async def test_pictures_both_ways(stack: Stack, orders: Orders) -> None:
    order_id, row = await orders.written("壞掉了", picture=True)

    async def ready() -> dict[str, Any] | None:
        attachment: dict[str, Any] = (await orders.messages(row))[0]["attachments"][0]
        return attachment if attachment["state"] == "ready" else None

    attachment = await eventually(ready, 30, "the customer's picture")
    assert attachment is not None
    content = picture()
    new = {"file_name": "a.jpg", "size_bytes": len(content), "content_type": "image/jpeg", "conversation_id": row["id"]}
    upload = (await orders.api.post("/uploads", json=new)).json()["id"]
    await orders.api.patch(f"/uploads/{upload}", content=content, headers={"Upload-Offset": "0"})

    async def converted() -> bool:
        return bool((await orders.api.get(f"/uploads/{upload}")).json()["state"] == "ready")

    await eventually(converted, 30, "the upload ready")
    await orders.until(row, await orders.answer(row, type="image", text="", upload_id=upload), "sent")
    (shown,) = await orders.shown(order_id)
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=30) as browser:
        assert (await browser.get(attachment["url"])).status_code == 200
        assert (await browser.get(shown["message"]["images"][0])).headers["content-type"].startswith("image/")


async def test_what_happens_to_an_order_is_in_its_history(orders: Orders) -> None:
    order_id, row = await orders.written()
    for kind in ("created", "updated"):
        await orders.control("POST", "events", {"order_id": order_id, "kind": kind, "status": "shipped"})

    async def told() -> bool:
        lines = (await orders.api.get(f"/conversations/{row['id']}/history")).json()["entries"]
        found = {line["kind"]: line["fields"] for line in lines}
        assert found["order_created"]["number"] == f"#{order_id}"
        return bool(found["order_updated"]["status"] == "shipped")

    await eventually(told, 20, "the order's history")


async def test_a_forged_event_is_refused_and_woocommerces_greeting_is_not(stack: Stack, orders: Orders) -> None:
    async with httpx.AsyncClient(base_url=stack.webhooks_url, trust_env=False, timeout=30) as platform:
        forged = await platform.post(f"/webhooks/order/{orders.account}", content=b'{"type":"order.message"}')
        assert forged.status_code == 401
        greeting = {"content-type": "application/x-www-form-urlencoded"}
        answer = await platform.post(f"/webhooks/order/{orders.account}", content=b"webhook_id=7", headers=greeting)
        assert answer.status_code == 200
