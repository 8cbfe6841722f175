"""Every statement of a repository names its tenant by itself.

The transactions here are bound to two tenants, so that row-level security lets both show: what keeps a repository from
the other tenant's rows is then its own filter alone.
"""

import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError

from libs.db.database import Database
from libs.db.repository import CrossTenantError, Repository
from services.delivery.models import Attempt, Lane, ProfileFetch
from services.delivery.repository.confirmations import ConfirmationRepository
from services.delivery.repository.intake import IntakeRepository
from services.delivery.repository.profiles import ProfileRepository
from services.delivery.repository.queue import QueueRepository
from tests.support.databases import Databases, TestDatabase

pytestmark = pytest.mark.promise(5)
_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_ACCOUNT = "theirs"
_TABLES = ("account_queues", "attempts", "lanes", "profile_fetches")
REPOSITORIES: tuple[type[Repository], ...] = (QueueRepository, ConfirmationRepository, ProfileRepository)


@dataclass
class Theirs:
    """Rows of the other tenant, and the names this tenant would call them by."""

    tables: TestDatabase
    database: Database
    me: UUID
    tenant_id: UUID
    attempt: Attempt

    @property
    def lane(self) -> Lane:
        """Their lane under this tenant's name."""
        return Lane(self.me, _ACCOUNT, self.attempt.contact_id, 0)

    @property
    def contact(self) -> UUID:
        """Their contact."""
        return self.attempt.contact_id

    @property
    def stolen(self) -> Attempt:
        """Their attempt, otherwise."""
        self.attempt.failure_detail = "stolen"
        return self.attempt

    async def rows(self) -> dict[str, list[str]]:
        """Everything the other tenant has."""
        found = {}
        for table in _TABLES:
            sql = f"SELECT t::text AS row FROM delivery.{table} t WHERE tenant_id = $1 ORDER BY 1"
            found[table] = [row["row"] for row in await self.tables.fetch(sql, self.tenant_id)]
        return found


Try = Callable[[Any, Theirs], Awaitable[Any]]

# For each method: the call that would reach the other tenant's row if the statement did not name the tenant.
READS: dict[str, Try] = {
    "QueueRepository.hold_lane": lambda to, their: to.hold_lane(their.lane),
    "QueueRepository.failures": lambda to, their: to.failures(their.lane),
    "QueueRepository.head": lambda to, their: to.head(their.lane),
    "QueueRepository.throttled": lambda to, their: to.throttled(_ACCOUNT, _NOW),
    "QueueRepository.queues": lambda to, their: to.queues(),
    "ProfileRepository.hold": lambda to, their: to.hold([their.contact]),
    "ConfirmationRepository.find": lambda to, their: to.find(their.attempt.message_id, 1, _ACCOUNT),
    "ConfirmationRepository.overdue": lambda to, their: to.overdue(datetime(2099, 1, 1, tzinfo=UTC), 9),
}
WRITES: dict[str, Try] = {
    "QueueRepository.release_lane": lambda to, their: to.release_lane(their.lane, _NOW),
    "QueueRepository.put_off_lane": lambda to, their: to.put_off_lane(their.lane, _NOW),
    "QueueRepository.close_lane": lambda to, their: to.close_lane(their.lane),
    "QueueRepository.save": lambda to, their: to.save(their.stolen),
    "QueueRepository.note_try": lambda to, their: to.note_try(their.lane, their.stolen, _NOW),
    "QueueRepository.note_sent": lambda to, their: to.note_sent(_ACCOUNT, _NOW),
    "QueueRepository.pause_account": lambda to, their: to.pause_account(_ACCOUNT, 9, _NOW),
    "QueueRepository.stop_account": lambda to, their: to.stop_account(_ACCOUNT, "stolen", 9),
    "QueueRepository.note_version": lambda to, their: to.note_version(_ACCOUNT, 9),
    "QueueRepository.resume_account": lambda to, their: to.resume_account("their-stopped"),
    "ConfirmationRepository.end": lambda to, their: to.end(their.stolen),
    "ProfileRepository.remove": lambda to, their: to.remove([their.contact]),
    "ProfileRepository.postpone": lambda to, their: to.postpone(their.contact, _NOW),
}


@pytest.fixture
async def theirs(databases: Databases) -> AsyncIterator[Theirs]:
    """Another tenant with a row in every table."""
    tables = await databases.new(["delivery"])
    database, tenant_id = tables.open("delivery"), uuid4()
    ids: dict[str, Any] = {"tenant_id": tenant_id, "message_id": uuid4(), "contact_id": uuid4()}
    attempt = Attempt(
        **ids,
        attempt=1,
        account_id=_ACCOUNT,
        channel="line",
        conversation_id=uuid4(),
        recipient_kind="line_user",
        recipient="U",
        type="text",
        text="theirs",
        reply_token="",
        reply_token_at=None,
        sequence=1,
        attempt_key=uuid4(),
        queued_at=_NOW,
    )
    async with database.unit([tenant_id]) as unit:
        awaited = replace(attempt, message_id=uuid4(), state="sending", confirm_by=_NOW)
        await IntakeRepository(unit).add_attempts([attempt, awaited], _NOW)
        fetch = ProfileFetch(tenant_id, attempt.contact_id, _ACCOUNT, "line", "line_user", "U", 0)
        await IntakeRepository(unit).add_fetches([fetch], _NOW)
        repository = QueueRepository(unit, tenant_id)
        await repository.note_version("their-stopped", 1)
        await repository.stop_account("their-stopped", "token_expired", 1)
        await repository.put_off_lane(Lane(tenant_id, _ACCOUNT, attempt.contact_id, 0), _NOW)
    made = Theirs(tables, database, uuid4(), tenant_id, attempt)
    assert all((await made.rows()).values())
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
    # An account's id is one tenant's alone, so that some statements are refused rather than without effect.
    with contextlib.suppress(IntegrityError, asyncpg.IntegrityConstraintViolationError):
        await _try(theirs, name, WRITES[name])
    assert await theirs.rows() == before


async def test_what_comes_in_for_a_tenant_nobody_is_bound_to_is_refused(theirs: Theirs) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with theirs.database.unit([theirs.me]) as unit:
            await IntakeRepository(unit).add_attempts([theirs.attempt], _NOW)
    with pytest.raises(CrossTenantError):
        async with theirs.database.unit([theirs.me]) as unit:
            QueueRepository(unit, theirs.tenant_id)


async def _try(theirs: Theirs, name: str, attempt: Try) -> Any:
    kind = next(kind for kind in REPOSITORIES if kind.__name__ == name.split(".")[0])
    async with theirs.database.unit([theirs.me, theirs.tenant_id]) as unit:
        return await attempt(kind(unit, theirs.me), theirs)
