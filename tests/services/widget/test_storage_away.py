"""While the file storage is away, the shop's site goes on: only pictures are refused, and told why."""

from collections.abc import AsyncIterator

import pytest

from tests.services.ingestion.platform import Platform, WebAccount, running_platform
from tests.services.widget.site import Browser, picture
from tests.support.databases import Databases
from tests.support.servers import LocalServer

# A port where nobody listens.
_AWAY = {"FRONTDESK_STORAGE_URL": "s3://key:secret@files?endpoint=http://127.0.0.1:9"}


@pytest.fixture
async def platform(databases: Databases, redis: LocalServer) -> AsyncIterator[Platform]:
    """Ingestion that was started while its storage was away: it is ready when this is given."""
    async with running_platform(databases, redis, _AWAY) as around:
        yield around


@pytest.mark.promise(7)
async def test_texts_are_taken_and_pictures_are_refused_for_now(platform: Platform) -> None:
    account = WebAccount(channel="web")
    platform.tenants.accounts[account.id] = account
    guest = Browser(platform.http, account.id)
    await guest.session()
    assert (await guest.writes("is anybody there?")).status_code == 201
    assert (await guest.sends_form("call me", email="a@shop.test")).status_code == 201
    refused = await guest.uploads(picture())
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert (refused.json()["code"], refused.json()["detail"]) == (
        "unavailable",
        "Pictures cannot be kept right now. Try again.",
    )
    ready = await platform.http.get("/readyz")
    assert (ready.status_code, list(ready.json()["degraded"])) == (200, ["ingestion.storage"])
