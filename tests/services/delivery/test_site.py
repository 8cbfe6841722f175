"""The shop's own site: kept for who comes back to it, mailed to who left an address."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from frontdesk.conversations.v1.events_pb2 import DeliveryRequested
from frontdesk.tenants.v1 import tenants_pb2 as tenants
from frontdesk.tenants.v1 import tenants_pb2_grpc as tenants_grpc
from libs.storage.keys import new_key
from libs.storage.wiring import media_store
from tests.services.delivery.shop import Contact, Shop
from tests.services.delivery.test_media import fetched, published, requested
from tests.support.inbound import unique
from tests.support.media_files import picture
from tests.support.wait import eventually


@pytest.fixture
async def site(shop: Shop) -> str:
    """The shop's widget; its account's id."""
    account_id = unique("site")
    operator = tenants_grpc.OperatorServiceStub(shop.stack.channel("tenants", "operator"))
    await operator.EnsureChannelAccount(
        tenants.EnsureChannelAccountRequest(
            tenant_id=str(shop.id),
            account_id=account_id,
            channel="web",
            name="Our site",
            credentials={"widget_secret": "a secret of the widget"},
        )
    )
    return account_id


async def send(shop: Shop, site: str, contact: Contact, text: str, **fields: str) -> DeliveryRequested:
    """What conversations would publish."""
    return await shop.send(contact, text, account_id=site, channel="web", **fields)


async def test_an_answer_in_the_chat_is_sent_without_a_call(shop: Shop, site: str) -> None:
    visitor = Contact("v1", kind="web_visitor")
    requests = [await send(shop, site, visitor, text) for text in "abc"]
    for request in requests:
        ended = await shop.ended(request)
        assert ended.state == "sent"
        assert ended.provider_message_id.startswith("web:")
        assert shop.states(request) == ["sent"], "there was nothing to wait for"
    (queue,) = [queue for queue in await shop.queues() if queue.account_id == site]
    assert queue.HasField("last_sent_at")


@pytest.mark.rule(48)
async def test_an_answer_to_a_guest_with_an_address_is_mailed(shop: Shop, site: str) -> None:
    guest = Contact(f"{unique('guest')}@shop.test", kind="email")
    request = await send(shop, site, guest, "It is on its way", subject="Your order")
    assert (await shop.ended(request)).state == "sent"

    async def arrived() -> list[dict[str, str]]:
        found: list[dict[str, str]] = (await shop.control("GET", "mailbox", to=guest.alias))["mails"]
        return found

    (mail,) = await eventually(arrived)
    assert mail["subject"] == "Re: Your order"


@pytest.mark.rule(51)
async def test_a_guest_with_only_a_phone_number_cannot_be_written_to(shop: Shop, site: str) -> None:
    ended = await shop.ended(await send(shop, site, Contact("0912345678", kind="phone"), "hi"))
    assert (ended.state, ended.failure_code) == ("failed", "invalid_recipient")


async def test_an_account_of_the_site_is_asked_of_nobody(shop: Shop, site: str) -> None:
    assert (await shop.check(site)).ok


@pytest.mark.rule(52)
async def test_a_visitors_picture_lies_in_one_place_once_it_is_kept(shop: Shop, site: str) -> None:
    store = media_store(shop.stack.runtime("delivery"))
    put = new_key(shop.id, datetime.now(UTC), uuid4(), "upload.jpg")
    await store.put(put, picture())
    request = requested(shop, put, account_id=site, channel="web")
    await published(shop, request)
    fact = await fetched(shop, request)
    assert fact.state == "ready"

    async def gone() -> bool:
        return await store.stat(put) is None

    await eventually(gone, what="the end of what had been put there first")
    assert await store.stat(fact.storage_key) is not None
