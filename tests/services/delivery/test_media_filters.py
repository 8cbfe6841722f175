"""Every statement about files names its tenant by itself: the transactions here are bound to two, so that row-level
security shows both."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from libs.db.database import Database
from libs.db.repository import Repository
from services.delivery.domain.media import MediaFetch, Upload
from services.delivery.repository.media import MediaRepository, add_media_fetches
from services.delivery.repository.uploads import UploadRepository
from tests.support.databases import Databases, TestDatabase

pytestmark = pytest.mark.promise(5)
_NOW = datetime(2026, 11, 22, tzinfo=UTC)
REPOSITORIES: tuple[type[Repository], ...] = (MediaRepository, UploadRepository)


@dataclass
class Theirs:
    """Rows of another tenant."""

    tables: TestDatabase
    database: Database
    me: UUID
    fetch: MediaFetch
    upload: Upload

    @property
    def done(self) -> Upload:
        """Their upload under this tenant's name."""
        return replace(self.upload, tenant_id=self.me, state="failed", failure_code="stolen")

    async def rows(self) -> list[str]:
        """Everything the other tenant has."""
        sql = "SELECT t::text AS row FROM delivery.{} t WHERE tenant_id = $1"
        found = [await self.tables.fetch(sql.format(table), self.fetch.tenant_id) for table in _TABLES]
        return [row["row"] for rows in found for row in rows]


_TABLES = ("media_fetches", "uploads")
Try = Callable[[Any, Theirs], Awaitable[Any]]
READS: dict[str, Try] = {
    "UploadRepository.get": lambda to, their: to.get(their.upload.upload_id),
    "UploadRepository.lock_old": lambda to, their: to.lock_old(their.upload.upload_id, _NOW),
    "UploadRepository.unfinished": lambda to, their: to.unfinished(their.upload.teammate_id),
}
WRITES: dict[str, Try] = {
    "MediaRepository.remove": lambda to, their: to.remove(their.fetch.attachment_id),
    "MediaRepository.postpone": lambda to, their: to.postpone(their.fetch.attachment_id, _NOW),
    "UploadRepository.add": lambda to, their: to.add(replace(their.upload, tenant_id=their.me, file_name="stolen")),
    "UploadRepository.append": lambda to, their: to.append(their.upload.upload_id, 0, "part", 1, _NOW),
    "UploadRepository.finish": lambda to, their: to.finish(their.done),
    "UploadRepository.postpone": lambda to, their: to.postpone(their.upload.upload_id, _NOW),
    "UploadRepository.want": lambda to, their: to.want(their.upload.upload_id, _NOW),
    "UploadRepository.remove": lambda to, their: to.remove(their.upload.upload_id),
}


@pytest.fixture(params=["uploading", "converting", "ready"])
async def theirs(databases: Databases, request: pytest.FixtureRequest) -> AsyncIterator[Theirs]:
    """Another tenant with a fetch, and an upload in each state."""
    tables = await databases.new(["delivery"])
    database, tenant_id = tables.open("delivery"), uuid4()
    fetch = MediaFetch(tenant_id, "a-1", "theirs", "line", uuid4(), uuid4(), "image", "1", "", "", _NOW, _NOW, 0)
    upload = Upload(tenant_id, uuid4(), uuid4(), "line", "a.jpg", "image/jpeg", "image", False, 9, _NOW, request.param)
    async with database.unit([tenant_id]) as unit:
        await add_media_fetches(unit, [fetch])
        await UploadRepository(unit, tenant_id).add(upload)
    made = Theirs(tables, database, uuid4(), fetch, upload)
    assert len(await made.rows()) == 2
    yield made
    await databases.drop(tables)


def test_every_method_is_here() -> None:
    methods = {
        f"{kind.__name__}.{name}"
        for kind in REPOSITORIES
        for name, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)
    }
    assert methods == READS.keys() | WRITES.keys()


@pytest.mark.parametrize("name", READS)
async def test_nothing_of_another_tenant_is_read(theirs: Theirs, name: str) -> None:
    assert not await _try(theirs, name, READS[name])


@pytest.mark.parametrize("name", WRITES)
async def test_nothing_of_another_tenant_is_written(theirs: Theirs, name: str) -> None:
    before = await theirs.rows()
    await _try(theirs, name, WRITES[name])
    assert await theirs.rows() == before


async def test_a_fetch_for_a_tenant_nobody_is_bound_to_is_refused(theirs: Theirs) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with theirs.database.unit([theirs.me]) as unit:
            await add_media_fetches(unit, [replace(theirs.fetch, attachment_id="a-2")])


async def _try(theirs: Theirs, name: str, attempt: Try) -> Any:
    kind = next(kind for kind in REPOSITORIES if kind.__name__ == name.split(".")[0])
    async with theirs.database.unit([theirs.me, theirs.fetch.tenant_id]) as unit:
        return await attempt(kind(unit, theirs.me), theirs)
