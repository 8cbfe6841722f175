"""The shop's platform: its events are signed and readable by the desk's own adapters, its orders take answers once."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from frontdesk.channels.v1 import inbound_pb2 as pb
from libs.channels.accounts import Account
from libs.channels.registry import CHANNELS
from libs.clock.clock import FixedClock
from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import Platform, running

SHOP, SECRET = "shop-orders", "order-secret"
ORDER = CHANNELS["order"]


@pytest.fixture
async def shop(simulator: Platform, desk: Desk) -> AsyncIterator[Platform]:
    """A simulator with one shop that the desk is told of."""
    account = {"account_id": SHOP, "webhook_secret": SECRET, "webhook_url": desk.url, "redelivery": {"enabled": False}}
    await simulator.control("POST", "order/accounts", account)
    yield simulator
    await simulator.http.delete(f"/control/order/{SHOP}")


async def happen(shop: Platform, **draft: Any) -> dict[str, Any]:
    answer = await shop.control("POST", f"order/{SHOP}/events", {"order_id": "1077", **draft})
    entry: dict[str, Any] = answer["entry"]
    return entry


def understood(desk: Desk) -> pb.InboundEvent:
    """What the desk's channel makes of the newest call."""
    call = desk.calls[-1]
    assert ORDER.verify({"webhook_secret": SECRET}, call.headers, call.body)
    (raw,) = ORDER.split(call.body)
    meaning = ORDER.normalise(raw, Account("t", SHOP), datetime.now(UTC))
    assert isinstance(meaning, pb.InboundEvent), meaning
    return meaning


async def answer(
    shop: Platform, clock: FixedClock, key: str = "k1", secret: str = SECRET, **more: Any
) -> httpx.Response:
    content = {"type": "order.answer", "id": key, "account_id": SHOP, "order_id": "1077", "text": "好的", "images": []}
    body = json.dumps(content | more)
    headers = {
        "webhook-id": key,
        "webhook-timestamp": str(int(clock.now().timestamp())),
        "webhook-signature": Webhook(secret.encode()).sign(key, clock.now(), body),
    }
    return await shop.http.post(f"/shop/answers/{SHOP}", content=body, headers=headers)


async def shown(shop: Platform, order_id: str = "1077") -> list[dict[str, Any]]:
    found = await shop.control("GET", "ledger", account_id=SHOP, user_id=order_id, direction="received")
    entries: list[dict[str, Any]] = found["entries"]
    return entries


@pytest.mark.parametrize("form", ["generic", "shopify", "woocommerce"])
async def test_what_a_customer_writes_about_an_order_is_read_by_the_desk(shop: Platform, desk: Desk, form: str) -> None:
    entry = await happen(shop, form=form, text="可以改地址嗎")
    event = understood(desk)
    assert entry["answered"]
    assert (event.contact.aliases[0].value, event.message.text) == ("1077", "可以改地址嗎")
    assert event.contact.display_name == "林小美"
    assert event.message.provider_message_id == entry["message_id"]


@pytest.mark.parametrize("form", ["generic", "shopify", "woocommerce"])
@pytest.mark.parametrize(
    ("kind", "notice"), [("created", "order_created"), ("updated", "order_updated"), ("member", "member_updated")]
)
async def test_orders_and_members_are_told(shop: Platform, desk: Desk, form: str, kind: str, notice: str) -> None:
    await happen(shop, form=form, kind=kind, timestamp=1_795_300_000_000)
    assert understood(desk).notice.kind == notice


@pytest.mark.rule(52)
async def test_a_customers_picture_is_at_its_address(shop: Platform, desk: Desk) -> None:
    await happen(shop, picture=True)
    (picture,) = understood(desk).message.attachments
    found = await shop.http.get(picture.url)
    assert (found.status_code, found.headers["content-type"]) == (200, "image/jpeg")


async def test_an_event_is_the_same_bytes_when_it_is_sent_again(shop: Platform, desk: Desk) -> None:
    await happen(shop, text="again", redeliver=1)
    first, second = desk.calls
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


async def test_a_load_run_writes_about_orders_of_many(shop: Platform, desk: Desk) -> None:
    load = await shop.control("POST", f"order/{SHOP}/loads", {"messages": 20, "users": 5})
    ended = await shop.control("GET", f"order/{SHOP}/loads/{load['load_id']}", wait=30)
    assert (ended["state"], ended["answered"]) == ("finished", 20)
    assert len({understood(desk).contact.aliases[0].value, "1077"}) == 2
    assert (await shop.http.post(f"/control/order/{SHOP}/loads", json={"messages": 2, "users": 1, "batch": 2})).is_error


async def test_an_answer_is_shown_once_however_often_it_comes(shop: Platform, clock: FixedClock) -> None:
    first, again = await answer(shop, clock), await answer(shop, clock)
    assert (first.status_code, first.json()) == (200, again.json())
    (entry,) = await shown(shop)
    assert (entry["text"], entry["repeats"]) == ("好的", 1)


@pytest.mark.parametrize(
    ("more", "status"),
    [({"secret": "another"}, 401), ({"order_id": "9"}, 404), ({"text": "x" * 4001}, 400), ({"type": "order"}, 400)],
    ids=["signed-by-another", "no-such-order", "too-long", "another-type"],
)
async def test_what_is_no_answer_is_refused(
    shop: Platform, clock: FixedClock, more: dict[str, Any], status: int
) -> None:
    assert (await answer(shop, clock, **more)).status_code == status
    assert await shown(shop) == []


async def test_an_old_signature_is_none(shop: Platform, clock: FixedClock) -> None:
    old = FixedClock(datetime.fromtimestamp(clock.now().timestamp() - 301, UTC))
    assert (await answer(shop, old)).status_code == 401


async def test_faults_lose_answers_and_refuse_them(shop: Platform, clock: FixedClock) -> None:
    await shop.control("POST", f"order/{SHOP}/faults", {"endpoint": "answers", "action": "lost_answer", "times": 1})
    with pytest.raises(httpx.TransportError):
        await answer(shop, clock)
    await shop.control(
        "POST", f"order/{SHOP}/faults", {"action": "status", "status": 503, "retry_after": 2, "times": 1}
    )
    refused = await answer(shop, clock)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert (await answer(shop, clock)).status_code == 200
    assert [entry["repeats"] for entry in await shown(shop)] == [1]


async def test_a_restarted_shop_knows_its_orders_and_answers(
    tmp_path_factory: pytest.TempPathFactory, clock: FixedClock
) -> None:
    folder = tmp_path_factory.mktemp("shop")
    async with running(folder, clock) as before:
        await before.control("POST", "order/accounts", {"account_id": SHOP, "webhook_secret": SECRET})
        await before.control("PUT", f"order/{SHOP}/orders/2001", {"name": "周小川"})
        await answer(before, clock)
    async with running(folder, clock) as after:
        assert (await after.control("GET", f"order/{SHOP}/orders/2001"))["name"] == "周小川"
        await answer(after, clock)
        assert [entry["repeats"] for entry in await shown(after)] == [1]
