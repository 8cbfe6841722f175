"""What is done now and then, and what it costs to look for work."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from libs.clock.clock import SystemClock
from libs.db.database import Database
from libs.media.pool import MediaPool
from libs.observe.metrics import exposition
from libs.storage.store import MediaStore
from services.delivery.service.media_files import MediaFiles
from services.delivery.service.upkeep import UpkeepService
from services.delivery.service.uploads import UploadNotFoundError, UploadService
from tests.support.databases import Databases, TestDatabase
from tests.support.measured import measured

_ACCOUNT = "INSERT INTO delivery.account_queues (tenant_id, account_id, state) VALUES ($1, $2, $3)"
_LANES = """
    INSERT INTO delivery.lanes (tenant_id, account_id, contact_id, next_at)
    SELECT $1, $2, gen_random_uuid(), now() - interval '1 minute' FROM generate_series(1, $3)"""
_ATTEMPT = """
    INSERT INTO delivery.attempts (tenant_id, message_id, attempt, account_id, channel, contact_id, conversation_id,
        recipient_kind, recipient, type, text, sequence, attempt_key, queued_at, state, finished_at)
    SELECT $1, gen_random_uuid(), 1, $2, 'line', gen_random_uuid(), gen_random_uuid(),
        'line_user', 'U', 'text', 'hi', 1, gen_random_uuid(),
        now() - $3::interval, $4, CASE WHEN $4 = 'sent' THEN now() - $3::interval END
    FROM generate_series(1, $5)"""
_FETCH = """
    INSERT INTO delivery.media_fetches (tenant_id, attachment_id, account_id, channel, conversation_id, message_id,
        kind, provider_content_id, url, file_name, occurred_at, requested_at, next_at)
    SELECT $1, gen_random_uuid(), 'a', $2, gen_random_uuid(), gen_random_uuid(), 'image', 'c', '', '', now(), now(),
        now() - $3::interval
    FROM generate_series(1, $4)"""
_UPLOAD = """
    INSERT INTO delivery.uploads (tenant_id, upload_id, teammate_id, channel, file_name, content_type, kind, voice,
        size_bytes, created_at, state, offset_bytes, parts, failure_code, ready_bytes, width, height, duration_ms,
        storage_key, thumbnail_key, tries, next_at)
    SELECT $1, gen_random_uuid(), gen_random_uuid(), 'line', 'a', 'image/png', 'image', false,
        1, now() - $2::interval, 'uploading', 0, '{}', '', 0, 0, 0, 0, '', '', 0, now()
    FROM generate_series(1, $3)"""


@pytest.fixture
async def tables(databases: Databases) -> AsyncIterator[TestDatabase]:
    """The service's tables alone; nobody works on them."""
    made = await databases.new(["delivery"])
    yield made
    await databases.drop(made)


@pytest.fixture
def database(tables: TestDatabase) -> Database:
    """The service's own way in."""
    return tables.open("delivery")


async def account(tables: TestDatabase, name: str, state: str = "active") -> object:
    """An account of a tenant of its own; the tenant."""
    tenant = uuid4()
    await tables.fetch(_ACCOUNT, tenant, name, state)
    return tenant


async def test_attempts_are_forgotten_thirty_days_after_their_end(tables: TestDatabase, database: Database) -> None:
    tenant = await account(tables, "shop")
    for age, state, count in ((31, "sent", 6001), (29, "sent", 2), (90, "queued", 3)):
        await tables.fetch(_ATTEMPT, tenant, "shop", timedelta(days=age), state, count)
    await UpkeepService(database, SystemClock()).forget()
    rows = await tables.fetch("SELECT state, count(*) AS n FROM delivery.attempts GROUP BY 1 ORDER BY 1")
    assert [(row["state"], row["n"]) for row in rows] == [("queued", 3), ("sent", 2)]


async def test_old_uploads_are_cleared_away_however_many_there_are(
    tables: TestDatabase, database: Database, tmp_path: Path
) -> None:
    for age, count in ((25, 450), (23, 2)):
        await tables.fetch(_UPLOAD, uuid4(), timedelta(hours=age), count)
    files = MediaFiles(MediaStore("", tmp_path), MediaPool(1, 1.0, 512))
    await UploadService(database, SystemClock(), files, lambda: None).forget()
    assert (await tables.fetch("SELECT count(*) AS n FROM delivery.uploads"))[0]["n"] == 2


class _Meanwhile(MediaFiles):
    """Files, during whose first change something else happens."""

    def __init__(self, store: MediaStore, happens: Callable[[], Awaitable[object]]) -> None:
        super().__init__(store, MediaPool(1, 1.0, 512))
        self._happens: Callable[[], Awaitable[object]] | None = happens

    async def clear(self, key: str, keep: Sequence[str]) -> None:
        """As it is, after what happens."""
        await self._meanwhile()
        await super().clear(key, keep)

    async def put(self, key: str, content: bytes) -> None:
        """As it is, before what happens."""
        await super().put(key, content)
        await self._meanwhile()

    async def _meanwhile(self) -> None:
        if (happens := self._happens) is not None:
            self._happens = None
            await happens()


async def test_an_upload_that_a_message_takes_while_others_are_cleared_away_stays(
    tables: TestDatabase, database: Database, tmp_path: Path
) -> None:
    for age in (26, 25):
        await tables.fetch(_UPLOAD, uuid4(), timedelta(hours=age), 1)
    await tables.fetch("UPDATE delivery.uploads SET state = 'ready'")
    _, (tenant, teammate, upload) = await tables.fetch(
        "SELECT tenant_id, teammate_id, upload_id FROM delivery.uploads ORDER BY created_at"
    )
    files = _Meanwhile(MediaStore("", tmp_path), lambda: service.get(tenant, teammate, upload, keep=True))
    service = UploadService(database, SystemClock(), files, lambda: None)
    await service.forget()
    left = await tables.fetch("SELECT upload_id FROM delivery.uploads")
    assert [row["upload_id"] for row in left] == [upload]


async def test_a_piece_of_an_upload_that_is_forgotten_while_it_comes_leaves_nothing(
    tables: TestDatabase, database: Database, tmp_path: Path
) -> None:
    await tables.fetch(_UPLOAD, uuid4(), timedelta(hours=1), 1)
    ((tenant, teammate, upload),) = await tables.fetch("SELECT tenant_id, teammate_id, upload_id FROM delivery.uploads")
    files = _Meanwhile(MediaStore("", tmp_path), lambda: tables.fetch("DELETE FROM delivery.uploads"))
    with pytest.raises(UploadNotFoundError):
        await UploadService(database, SystemClock(), files, lambda: None).append(tenant, teammate, upload, 0, b"x")
    assert not any(names for _, _, names in os.walk(tmp_path))


async def test_the_backlog_is_measured_by_what_it_waits_for(tables: TestDatabase, database: Database) -> None:
    for name, state, count in (("open", "active", 3), ("shut", "reconnect", 5)):
        await tables.fetch(_ATTEMPT, await account(tables, name, state), name, timedelta(minutes=2), "queued", count)
    await UpkeepService(database, SystemClock()).measure()
    lines = exposition().decode().splitlines()
    assert 'frontdesk_delivery_waiting{queue="active"} 3.0' in lines
    assert 'frontdesk_delivery_waiting{queue="reconnect"} 5.0' in lines
    (oldest,) = [line for line in lines if line.startswith('frontdesk_delivery_oldest_seconds{queue="active"}')]
    assert 120 <= float(oldest.split()[1]) < 600
    await tables.fetch("UPDATE delivery.attempts SET state = 'sent', finished_at = now()")
    await UpkeepService(database, SystemClock()).measure()
    assert 'frontdesk_delivery_oldest_seconds{queue="active"} 0.0' in exposition().decode().splitlines()


async def test_files_that_wait_are_measured(tables: TestDatabase, database: Database) -> None:
    for channel, age, count in (("line", timedelta(minutes=20), 2), ("line", timedelta(minutes=-5), 3)):
        await tables.fetch(_FETCH, uuid4(), channel, age, count)
    await tables.fetch(_UPLOAD, uuid4(), timedelta(minutes=30), 4)
    await tables.fetch("UPDATE delivery.uploads SET state = 'converting', next_at = now() - interval '1 minute'")
    # Somebody works on one.
    await tables.fetch(
        "UPDATE delivery.uploads SET claimed_until = now() + interval '1 minute' WHERE upload_id ="
        " (SELECT upload_id FROM delivery.uploads LIMIT 1)"
    )
    await UpkeepService(database, SystemClock()).measure()
    assert [measured(f'frontdesk_media_waiting{{state="{state}",work="fetch"}}') for state in ("due", "later")] == [
        2,
        3,
    ]
    assert measured('frontdesk_media_waiting{state="due",work="convert"}') == 3
    assert 1200 <= measured('frontdesk_media_due_seconds{work="fetch"}') < 1500
    assert 60 <= measured('frontdesk_media_due_seconds{work="convert"}') < 300
    await tables.fetch("DELETE FROM delivery.media_fetches")
    await UpkeepService(database, SystemClock()).measure()
    assert measured('frontdesk_media_waiting{state="due",work="fetch"}') == 0
    assert measured('frontdesk_media_due_seconds{work="fetch"}') == 0


@pytest.mark.promise(7)
@pytest.mark.parametrize("analysed", [False, True], ids=["no statistics", "statistics"])
@pytest.mark.parametrize("kind", ["reconnect", "paused", "full"])
async def test_what_waits_for_a_stopped_account_costs_nobody_anything(
    tables: TestDatabase, database: Database, kind: str, analysed: bool
) -> None:
    """20,000 lanes of accounts that may not send now: looking for work reads a few pages, not those lanes."""
    stuck = [f"stuck-{number}" for number in range(4)]
    for name in stuck:
        tenant = await account(tables, name, "reconnect" if kind == "reconnect" else "active")
        await tables.fetch(_LANES, tenant, name, 5000)
    if kind == "paused":
        await tables.fetch("UPDATE delivery.account_queues SET paused_until = now() + interval '9 hours'")
    await tables.fetch(_LANES, await account(tables, "zoe"), "zoe", 2)
    if analysed:
        await tables.fetch("ANALYZE delivery.lanes, delivery.account_queues")
    claim = "SELECT * FROM claim_lanes(now() + $3, 45, 200, 16, $1, $2)"
    busy = stuck if kind == "full" else []
    async with database.system_unit() as unit:
        # The first time, a connection reads its catalog.
        for hours in (1, 2):
            args = (busy, [16] * len(busy), timedelta(hours=hours))
            rows = await unit.fetch(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT json) {claim}", *args)
    found: dict[str, Any] = rows[0][0][0]["Plan"]
    assert found["Actual Rows"] == 2
    assert found["Shared Hit Blocks"] + found["Shared Read Blocks"] < 100
