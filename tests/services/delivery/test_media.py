"""Contents of what customers sent: fetched, kept, shown small, dropped."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from frontdesk.conversations.v1.events_pb2 import MediaDropped, MediaRequested
from frontdesk.delivery.v1.events_pb2 import MediaFetched
from libs.bus import subjects
from libs.bus.messages import Ack, Outgoing
from libs.storage.keys import tenant_of
from libs.storage.store import MediaStore, StorageError
from libs.storage.wiring import StorageSettings, media_store
from services.simulator.domain.ids import user_id
from tests.services.delivery.shop import Shop
from tests.support.inbound import unique
from tests.support.measured import measured
from tests.support.media_files import picture
from tests.support.wait import eventually


@pytest.fixture
def store(shop: Shop) -> MediaStore:
    """Where the service keeps files."""
    return media_store(shop.stack.runtime("delivery"))


async def published(shop: Shop, *facts: MediaRequested | MediaDropped) -> None:
    outcomes = await shop.bus.publish_many(
        [Outgoing.of(subjects.subject_of(shop.id, each), each, unique("fact"), shop.id) for each in facts]
    )
    assert all(isinstance(outcome, Ack) for outcome in outcomes), outcomes


async def sent_by_customer(shop: Shop, kind: str, content: bytes = b"", content_type: str = "image/jpeg") -> str:
    """The customer sends a file; the platform's id of the message."""
    alias = user_id(shop.account_id, unique("person"))
    body: dict[str, Any] = {"kind": "message", "user_id": alias, "type": kind}
    if content:
        address = f"{shop.stack.simulator_url}/control/line/{shop.account_id}/uploads"
        async with httpx.AsyncClient(trust_env=False) as client:
            taken = await client.post(address, content=content, headers={"Content-Type": content_type})
        assert taken.is_success, taken.text
        body["upload_id"] = taken.json()["upload_id"]
    entry = (await shop.control("POST", f"line/{shop.account_id}/events", body))["entry"]
    return str(entry["message_id"])


def requested(shop: Shop, provider_id: str, kind: str = "image", **fields: Any) -> MediaRequested:
    values = {
        "tenant_id": str(shop.id),
        "account_id": shop.account_id,
        "channel": "line",
        "conversation_id": str(uuid4()),
        "message_id": str(uuid4()),
        "attachment_id": str(uuid4()),
        "kind": kind,
        "provider_content_id": provider_id,
        "occurred_at_ms": 1_795_000_000_000,
    }
    return MediaRequested(**{**values, **fields})


async def fetched(shop: Shop, request: MediaRequested, seconds: float = 20) -> MediaFetched:
    def found() -> MediaFetched | None:
        told = shop.facts(MediaFetched)
        return next((fact for fact in told if fact.attachment_id == request.attachment_id), None)

    fact = await eventually(found, seconds, "the content")
    assert fact is not None
    return fact


async def waiting(shop: Shop) -> list[Any]:
    return await shop.sql("SELECT * FROM delivery.media_fetches WHERE tenant_id = $1", shop.id)


async def under_way(shop: Shop) -> bool:
    return [row["tries"] for row in await waiting(shop)] == [1]


async def test_a_picture_is_kept_and_shown_small(shop: Shop, store: MediaStore) -> None:
    content = picture(size=(1600, 1200))
    request = requested(shop, await sent_by_customer(shop, "image", content))
    await published(shop, request)
    fact = await fetched(shop, request)
    assert (fact.state, fact.failure_code, fact.content_type) == ("ready", "", "image/jpeg")
    assert (fact.width, fact.height, fact.size_bytes) == (1600, 1200, len(content))
    assert tenant_of(fact.storage_key) == shop.id
    assert await store.read(fact.storage_key, 10_000_000) == content
    small = await store.read(fact.thumbnail_key, 1_000_000)
    assert small.startswith(b"\xff\xd8\xff")
    assert not await waiting(shop)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        pytest.param(b"%PDF-1.7\n1 0 obj", "application/pdf", id="a document"),
        pytest.param(picture("PNG")[:400], "image/png", id="a damaged picture"),
        pytest.param(b"<html>not found</html>", "application/octet-stream", id="an excuse"),
    ],
)
async def test_what_is_announced_as_a_picture_and_is_none_is_a_file(
    shop: Shop, content: bytes, content_type: str
) -> None:
    request = requested(shop, await sent_by_customer(shop, "image", content))
    await published(shop, request)
    fact = await fetched(shop, request)
    assert (fact.state, fact.kind, fact.content_type, fact.thumbnail_key) == ("ready", "file", content_type, "")


async def test_a_picture_that_is_sent_as_a_file_is_one(shop: Shop) -> None:
    request = requested(shop, await sent_by_customer(shop, "file", picture()), "file", file_name="a.pdf")
    await published(shop, request)
    fact = await fetched(shop, request)
    assert (fact.kind, fact.file_name, bool(fact.thumbnail_key)) == ("image", "a.pdf", True)


async def test_a_video_is_awaited_while_the_platform_prepares_it(shop: Shop) -> None:
    await shop.control("PUT", f"line/{shop.account_id}/transcoding", {"seconds": 30})
    request = requested(shop, await sent_by_customer(shop, "video"), "video")
    await published(shop, request)
    await eventually(lambda: shop.calls("/content/transcoding"))
    assert not shop.facts(MediaFetched)
    shop.pass_time(60)
    fact = await fetched(shop, request)
    assert fact.state == "ready"
    assert fact.content_type.startswith("video/")


async def test_what_was_taken_back_is_gone(shop: Shop) -> None:
    request = requested(shop, "404404404")
    await published(shop, request)
    fact = await fetched(shop, request)
    assert (fact.state, fact.failure_code, fact.storage_key) == ("failed", "expired", "")


async def test_a_platform_in_trouble_is_asked_again(shop: Shop) -> None:
    provider_id = await sent_by_customer(shop, "image")
    await shop.fault(endpoint="content", action="status", status=500, times=2)
    request = requested(shop, provider_id)
    await published(shop, request)
    assert (await fetched(shop, request)).state == "ready"


async def test_it_is_given_up_after_a_day(shop: Shop) -> None:
    provider_id = await sent_by_customer(shop, "image")
    await shop.fault(endpoint="content", action="status", status=500)
    request = requested(shop, provider_id)
    await published(shop, request)
    await eventually(lambda: shop.calls(f"/{provider_id}/content"))
    shop.pass_time(25 * 3600)
    fact = await fetched(shop, request)
    assert (fact.state, fact.failure_code) == ("failed", "platform_error")


async def test_a_file_that_the_storage_does_not_take_is_given_up_after_a_day(shop: Shop) -> None:
    settings = shop.stack.runtime("delivery").settings(StorageSettings)
    folder = Path(settings.storage_url.removeprefix("file://") or settings.data_dir / "files")
    await asyncio.to_thread((folder / str(shop.id)).write_text, "in the way")
    request = requested(shop, await sent_by_customer(shop, "image"))
    await published(shop, request)
    await eventually(lambda: under_way(shop))
    shop.pass_time(25 * 3600)
    fact = await fetched(shop, request)
    assert (fact.state, fact.failure_code) == ("failed", "platform_error")


async def test_an_address_into_our_networks_is_not_fetched(shop: Shop) -> None:
    request = requested(shop, "", url="https://127.0.0.1/secret.jpg")
    await published(shop, request)
    fact = await fetched(shop, request)
    assert (fact.state, fact.failure_code) == ("failed", "not_allowed")


async def test_what_is_dropped_is_deleted_and_not_fetched(shop: Shop, store: MediaStore) -> None:
    request = requested(shop, await sent_by_customer(shop, "image"))
    await published(shop, request)
    fact = await fetched(shop, request)
    keys = [fact.storage_key, fact.thumbnail_key]
    await shop.fault(endpoint="content", action="status", status=500)
    second = requested(shop, await sent_by_customer(shop, "image"))
    await published(shop, second)
    await eventually(lambda: waiting(shop))
    await published(
        shop, MediaDropped(tenant_id=str(shop.id), storage_keys=keys, attachment_ids=[second.attachment_id])
    )

    async def gone() -> bool:
        found = await asyncio.gather(*(store.stat(key) for key in keys))
        return found == [None, None] and not await waiting(shop)

    await eventually(gone)
    assert [told.attachment_id for told in shop.facts(MediaFetched)] == [request.attachment_id]


async def test_a_file_that_two_workers_fetched_stays(shop: Shop, store: MediaStore) -> None:
    request = requested(shop, await sent_by_customer(shop, "image", picture()))
    await shop.fault(endpoint="content", action="slow", delay_ms=4000, delay_first=True)
    await published(shop, request)
    await eventually(lambda: under_way(shop))
    # The first one's claim is over.
    await shop.sql("UPDATE delivery.media_fetches SET claimed_until = '-infinity' WHERE tenant_id = $1", shop.id)
    await eventually(lambda: len(shop.facts(MediaFetched)) == 2, 20, "both workers")
    first, second = shop.facts(MediaFetched)
    assert (first.state, second) == ("ready", first)
    assert await store.stat(first.storage_key) is not None


async def test_a_file_that_was_dropped_while_it_came_is_told_so_that_it_can_be_deleted(shop: Shop) -> None:
    request = requested(shop, await sent_by_customer(shop, "image", picture()))
    await shop.fault(endpoint="content", action="slow", delay_ms=4000, delay_first=True)
    await published(shop, request)
    await eventually(lambda: under_way(shop))
    await published(shop, MediaDropped(tenant_id=str(shop.id), attachment_ids=[request.attachment_id]))
    fact = await fetched(shop, request)
    assert (fact.state, bool(fact.storage_key)) == ("ready", True)


async def test_what_was_taken_back_is_deleted_however_long_the_storage_is_away(
    shop: Shop, store: MediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_args: Any) -> None:
        raise StorageError("away")

    def paused() -> float:
        return measured('frontdesk_bus_pauses_total{consumer="delivery-media-dropped"}')

    request = requested(shop, await sent_by_customer(shop, "image", picture()))
    await published(shop, request)
    key, before = (await fetched(shop, request)).storage_key, paused()
    with monkeypatch.context() as patch:
        patch.setattr(MediaStore, "delete", away)
        await published(shop, MediaDropped(tenant_id=str(shop.id), storage_keys=[key]))
        await eventually(lambda: paused() > before, what="it waits for the storage")

    async def gone() -> bool:
        return await store.stat(key) is None

    await eventually(gone)


async def test_files_of_others_are_not_dropped(shop: Shop, other: Shop, store: MediaStore) -> None:
    request = requested(other, await sent_by_customer(other, "image"))
    await published(other, request)
    theirs = await fetched(other, request)
    mine = requested(shop, await sent_by_customer(shop, "image"))
    await published(shop, mine)
    kept = await fetched(shop, mine)
    keys = [theirs.storage_key, kept.storage_key]
    await published(shop, MediaDropped(tenant_id=str(shop.id), storage_keys=keys))

    async def dropped() -> bool:
        return await store.stat(kept.storage_key) is None

    await eventually(dropped)
    assert await store.stat(theirs.storage_key) is not None


async def test_one_account_in_trouble_takes_no_one_elses_turn(shop: Shop, other: Shop) -> None:
    await shop.fault(endpoint="content", action="slow", delay_ms=3000, delay_first=True)
    slow = [requested(shop, await sent_by_customer(shop, "image")) for _ in range(15)]
    await published(shop, *slow)
    request = requested(other, await sent_by_customer(other, "image"))
    await published(other, request)
    await fetched(other, request)
    assert len(shop.facts(MediaFetched)) < len(slow)
    assert UUID(slow[0].tenant_id) == shop.id
