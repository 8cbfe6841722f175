"""Where customers came from: badge, filter and sources (rules 11 and 12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.channels.v1 import inbound_pb2 as inbound
from tests.services.conversations.shop import Shop

_AD: dict[str, Any] = {
    "ad_id": "a1",
    "source": "ad",
    "title": "Summer",
    "url": "https://fb.me/1",
    "picture_url": "https://cdn/1",
}
_PAST = datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.rule(11)
async def test_every_way_an_ad_is_told_of_marks_the_conversation(shop: Shop) -> None:
    by_message, by_button, before, by_link = (shop.customer(channel="facebook", kind="facebook_user") for _ in range(4))
    await shop.receive(
        by_message.wrote(ad=inbound.AdReferral(**_AD)),
        by_button.pressed("start", ad=inbound.AdReferral(**_AD)),
        before.referred(**_AD),
        before.wrote(),
        by_link.referred(source="link", ref="poster"),
        by_link.wrote(),
    )
    marked = await shop.inbox(from_ad=True)
    assert len(marked) == 3
    assert {(row.ad.ad_id, row.ad.title, row.ad.url) for row in marked} == {("a1", "Summer", "https://fb.me/1")}
    (other,) = [row for row in await shop.inbox() if row.id not in {row.id for row in marked}]
    assert not other.HasField("ad")
    kinds = [entry.kind for entry in (await shop.history(other.id)).entries]
    assert "came_from_link" in kinds
    assert len(await shop.inbox(ad_id="a1")) == 3
    assert await shop.inbox(ad_id="a2") == []


@pytest.mark.rule(12)
async def test_the_ten_newest_ads_are_listed_each_once(shop: Shop) -> None:
    customers = [shop.customer(channel="facebook", kind="facebook_user") for _ in range(12)]
    for number, customer in enumerate(customers):
        at = _PAST + timedelta(minutes=number)
        ad = inbound.AdReferral(ad_id=f"a{number}", source="ad", title=f"Ad {number}", url=f"https://fb.me/{number}")
        await shop.store(customer.referred(at=at, ad_id=f"a{number}", title="old name"), customer.wrote(ad=ad, at=at))
    found = await shop.ads()
    assert [source.ad_id for source in found] == [f"a{number}" for number in range(11, 1, -1)]
    assert (found[0].title, found[0].url, found[0].channel) == ("Ad 11", "https://fb.me/11", "facebook")
    await shop.store(customers[0].referred(ad_id="a5", at=_PAST + timedelta(minutes=30)))
    assert [source.ad_id for source in await shop.ads()][:2] == ["a5", "a11"]


@pytest.mark.promise(5)
async def test_ads_of_conversations_that_do_not_show_do_not_show(shop: Shop) -> None:
    mine, theirs = (shop.customer(channel="facebook", kind="facebook_user") for _ in range(2))
    await shop.receive(mine.referred(ad_id="mine"), mine.wrote(), theirs.referred(ad_id="theirs"), theirs.wrote())
    seller = shop.teammate("salesperson")
    assert await shop.ads(seller) == []
    row = next(row for row in await shop.inbox(ad_id="mine"))
    await shop.change(row.id, salesperson_id=str(seller.id))
    assert [source.ad_id for source in await shop.ads(seller)] == ["mine"]


async def test_the_same_click_is_told_once_and_an_older_ad_changes_nothing(shop: Shop) -> None:
    customer = shop.customer(channel="facebook", kind="facebook_user")
    clicked = {**_AD, "click_id": "c1"}
    await shop.receive(customer.referred(at=_PAST, **clicked))
    await shop.receive(customer.wrote(at=_PAST, ad=inbound.AdReferral(**clicked)))
    await shop.receive(customer.referred(at=_PAST - timedelta(minutes=9), ad_id="older"))
    row = await shop.only()
    assert row.ad.ad_id == "a1"
    told = [dict(entry.fields) for entry in (await shop.history(row.id)).entries if entry.kind == "came_from_ad"]
    assert [fields["ad_id"] for fields in told] == ["older", "a1"]
    assert told[1]["click_id"] == "c1"


async def test_an_ad_without_an_id_goes_by_what_else_is_known_of_it(shop: Shop) -> None:
    customer = shop.customer(channel="whatsapp", kind="whatsapp_phone")
    await shop.receive(customer.wrote(ad=inbound.AdReferral(source="post", post_id="p1", url="https://fb.me/p")))
    assert (await shop.only()).ad.ad_id == "post:p1"
    assert [source.ad_id for source in await shop.ads()] == ["post:p1"]


@pytest.mark.rule(1)
async def test_shop_and_order_messages_are_listed_apart(shop: Shop) -> None:
    await shop.receive(
        shop.customer().wrote("shop"), shop.customer(channel="facebook", kind="facebook_user").wrote("shop")
    )
    order = shop.customer(channel="order", kind="order")
    await shop.store(order.wrote("order"))
    assert {row.last_message.preview for row in await shop.inbox(without_channels=["order"])} == {"shop"}
    assert [row.last_message.preview for row in await shop.inbox(channels=["order"])] == ["order"]
    assert len(await shop.inbox(channels=["line", "order"], without_channels=["order"])) == 1
    assert await shop.inbox(channels=["order"], without_channels=["order"]) == []
