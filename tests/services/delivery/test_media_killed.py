"""kill -9 between keeping a file and telling of it: it is told once, and no second copy lies about."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from frontdesk.delivery.v1.events_pb2 import MediaFetched
from libs.bus.bus import Bus
from libs.storage.wiring import media_store
from tests.services.delivery.shop import Shop
from tests.services.delivery.test_media import fetched, published, requested, sent_by_customer
from tests.services.delivery.test_uploads import Uploads
from tests.services.simulator.desk import Desk
from tests.support.databases import TestDatabase
from tests.support.media_files import picture
from tests.support.processes import ProcessStack, process_stack
from tests.support.wait import eventually

# Longer than any claim.
_LATER = 1000


@pytest.fixture(scope="module")
async def processes() -> AsyncIterator[ProcessStack]:
    """Every service a process of its own."""
    async with process_stack(["simulator", "tenants"], {}, demo=False) as stack:
        yield stack


@pytest.fixture
async def crashes(processes: ProcessStack, tmp_path: Path) -> AsyncIterator[Path]:
    """Where a file of a point's name has the service die there; the service, running."""
    await processes.start("delivery", {"FRONTDESK_CRASH_DIR": str(tmp_path)})
    yield tmp_path
    await processes.kill("delivery")


@pytest.fixture
async def shop(processes: ProcessStack, webhook: Desk) -> AsyncIterator[Shop]:
    """A tenant with one account."""
    bus = Bus(processes.environment()["FRONTDESK_NATS_URL"], "test")
    assert await bus.connect(10)
    made = await Shop.open(processes, TestDatabase(processes.postgres.url), bus, webhook.url)
    yield made
    await made.close()
    await bus.close()


async def died(processes: ProcessStack, crashes: Path) -> None:
    """Waits for the death; then the service runs again, when the dead one's claims are over."""
    await eventually(lambda: "delivery" not in processes.running(), 30, "death")
    await processes.start("delivery", {"FRONTDESK_CRASH_DIR": str(crashes)})


async def test_a_content_is_told_once_and_kept_once(processes: ProcessStack, crashes: Path, shop: Shop) -> None:
    request = requested(shop, await sent_by_customer(shop, "image", picture()))
    (crashes / "media.kept").touch()
    await published(shop, request)
    await died(processes, crashes)
    shop.pass_time(_LATER)
    fact = await fetched(shop, request, 30)
    assert fact.state == "ready"
    assert len(shop.facts(MediaFetched)) == 1
    files = Path(processes.environment("delivery")["FRONTDESK_STORAGE_URL"].removeprefix("file://"))
    assert sorted(_names(files / str(shop.id))) == ["content.jpg", "thumbnail.jpg"]


async def test_an_upload_becomes_ready_all_the_same(processes: ProcessStack, crashes: Path, shop: Shop) -> None:
    uploads, content = Uploads(shop), picture()
    upload = await uploads.create("image/jpeg", len(content))
    (crashes / "upload.kept").touch()
    await uploads.append(upload, 0, content)
    await died(processes, crashes)
    shop.pass_time(_LATER)
    done = await uploads.finished(upload)
    assert done.state == "ready"
    assert await media_store(processes.runtime("delivery")).stat(done.storage_key) is not None


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]
