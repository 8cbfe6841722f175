"""Every statement of a repository names its tenant by itself.

The transactions here are bound to two tenants, as those of a batch may be, so that row-level security lets both show:
what keeps a repository from the other tenant's rows is then its own filter alone.
"""

import contextlib
import dataclasses
import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from libs.db.repository import Repository
from services.tenants.models import (
    AuditEntry,
    ChannelAccount,
    Connection,
    OneTimeToken,
    SealedCredentials,
    Session,
    Teammate,
)
from services.tenants.repository.audit import AuditRepository
from services.tenants.repository.channel_accounts import ChannelAccountRepository
from services.tenants.repository.connections import ConnectionRepository
from services.tenants.repository.one_time_tokens import OneTimeTokenRepository
from services.tenants.repository.sessions import SessionRepository
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.repository.tenants import TenantRepository
from tests.services.tenants.shop import Person, Shop

pytestmark = pytest.mark.promise(5)
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_HASH = bytes(32)
_SEALED = SealedCredentials("k1", bytes(12), b"x")
_OTHER_SEALED = SealedCredentials("k2", bytes(12), b"y")


@dataclasses.dataclass
class Theirs:
    """Rows of the other tenant, and one person of this one."""

    shop: Shop
    admin: Person
    session_id: UUID
    account: ChannelAccount
    teammate: Teammate
    token: OneTimeToken
    connection: Connection

    @property
    def session(self) -> Session:
        """A session row in their name."""
        hashes: dict[str, Any] = {"family_hash": _HASH, "current_hash": _HASH, "previous_hash": None, "salt": None}
        return Session(
            tenant_id=self.shop.id,
            id=uuid4(),
            teammate_id=self.admin.id,
            generation=1,
            confirmed_generation=0,
            created_at=_NOW,
            rotated_at=_NOW,
            expires_at=_NOW,
            revoked_at=None,
            client_ip="",
            user_agent="",
            **hashes,
        )


Attempt = Callable[[Any, Theirs], Awaitable[Any]]

# For each method: the call that would reach the other tenant's row if the statement did not name the tenant.
READS: dict[str, Attempt] = {
    "TeammateRepository.get": lambda to, their: to.get(their.admin.id),
    "TeammateRepository.by_email": lambda to, their: to.by_email(their.teammate.email_key),
    "TeammateRepository.password_hash": lambda to, their: to.password_hash(their.admin.id),
    "TeammateRepository.page": lambda to, their: to.page(their.teammate.email_key, None, 100),
    "TeammateRepository.count": lambda to, their: to.count(their.teammate.email_key),
    "SessionRepository.get": lambda to, their: to.get(their.session_id),
    "OneTimeTokenRepository.get": lambda to, their: to.get(their.token.id),
    "ChannelAccountRepository.get": lambda to, their: to.get(their.account.id),
    "ChannelAccountRepository.by_provider": lambda to, their: to.by_provider("line", their.account.provider_id),
    "ChannelAccountRepository.sealed": lambda to, their: to.sealed(their.account.id),
    "ChannelAccountRepository.sealed_of_others": lambda to, their: to.sealed_of_others("acc_mine"),
    "ChannelAccountRepository.page": lambda to, their: to.page(None, 100),
    "ConnectionRepository.get": lambda to, their: to.get(their.connection.id),
    "ConnectionRepository.sealed": lambda to, their: to.sealed(their.connection.id),
    "AuditRepository.page": lambda to, their: _foreign_entries(to, their),
    "TenantRepository.get": lambda to, their: _foreign_tenant(to, their),
    "TenantRepository.lock": lambda to, their: _foreign_lock(to, their),
    "TeammateRepository.active_admins": lambda to, their: _foreign_admins(to),
}
WRITES: dict[str, Attempt] = {
    "TenantRepository.add": lambda to, their: _add_tenant(to, their),
    "TeammateRepository.add": lambda to, their: to.add(
        dataclasses.replace(their.teammate, id=uuid4(), email_key=f"x{their.teammate.email_key}"), "hash"
    ),
    "TeammateRepository.save": lambda to, their: to.save(dataclasses.replace(their.teammate, name="Stolen")),
    "TeammateRepository.set_password": lambda to, their: to.set_password(their.admin.id, "stolen"),
    "SessionRepository.add": lambda to, their: to.add(their.session),
    "SessionRepository.rotate": lambda to, their: to.rotate(their.session_id, _HASH, _HASH, _NOW),
    "SessionRepository.confirm": lambda to, their: to.confirm(their.session_id, 1),
    "SessionRepository.revoke": lambda to, their: to.revoke(their.session_id, their.admin.id, _NOW),
    "SessionRepository.revoke_all": lambda to, their: to.revoke_all(their.admin.id, _NOW),
    "OneTimeTokenRepository.add": lambda to, their: to.add(dataclasses.replace(their.token, id=uuid4())),
    "OneTimeTokenRepository.spend": lambda to, their: to.spend(their.admin.id, "invitation"),
    "ChannelAccountRepository.add": lambda to, their: to.add(
        dataclasses.replace(their.account, id="acc_new", provider_id="new", state="disconnected")
    ),
    "ChannelAccountRepository.save": lambda to, their: to.save(dataclasses.replace(their.account, name="Stolen")),
    "ChannelAccountRepository.seal": lambda to, their: to.seal(their.account.id, _SEALED),
    "ChannelAccountRepository.forget_credentials": lambda to, their: to.forget_credentials(their.account.id),
    "ConnectionRepository.add": lambda to, their: to.add(dataclasses.replace(their.connection, id=uuid4())),
    "ConnectionRepository.spend": lambda to, their: to.spend(their.connection.id),
    "ConnectionRepository.fail": lambda to, their: to.fail(their.connection.id, "stolen", "stolen"),
    "ConnectionRepository.found": lambda to, their: to.found(their.connection.id, _OTHER_SEALED),
    "ConnectionRepository.remove": lambda to, their: to.remove(their.connection.id),
    "AuditRepository.add": lambda to, their: to.add(AuditEntry(their.shop.id, uuid4(), _NOW, None, "forged", "x")),
}
REPOSITORIES: tuple[type[Repository], ...] = (
    AuditRepository,
    ChannelAccountRepository,
    ConnectionRepository,
    OneTimeTokenRepository,
    SessionRepository,
    TeammateRepository,
    TenantRepository,
)


async def _foreign_entries(to: AuditRepository, their: Theirs) -> list[AuditEntry]:
    return [entry for entry in await to.page(None, 1000) if entry.tenant_id == their.shop.id]


async def _foreign_tenant(to: TenantRepository, their: Theirs) -> bool:
    # Without its filter, one of the two gets the other's row.
    found = [await to.get(), await TenantRepository(to.unit, their.shop.id).get()]
    return [tenant and tenant.tenant_id for tenant in found] != [to.tenant_id, their.shop.id]


async def _foreign_lock(to: TenantRepository, their: Theirs) -> bool:
    await to.lock()
    free = "SELECT 1 FROM tenants.tenants WHERE tenant_id = $1 FOR UPDATE SKIP LOCKED"
    return not await their.shop.calls.stack.database.fetch(free, their.shop.id)


async def _foreign_admins(to: TeammateRepository) -> int:
    return await to.active_admins() - 1


async def _add_tenant(to: TenantRepository, their: Theirs) -> bool:
    async with their.shop.calls.stack.database.open("tenants").unit([their.shop.id]) as unit:
        tenant = await TenantRepository(unit, their.shop.id).get()
    assert tenant is not None
    return await to.add(dataclasses.replace(tenant, tenant_id=their.shop.id, slug=f"{tenant.slug}-x"))


def _connection(shop: Shop) -> Connection:
    person = shop.admin.id
    return Connection(shop.id, uuid4(), person, uuid4(), "facebook", _HASH, _HASH, "waiting", "", "", False, _NOW)


@pytest.fixture
async def theirs(shop: Shop) -> Theirs:
    """Another tenant with a row of every kind."""
    other = await shop.calls.shop()
    session = await shop.calls.sign_in(other.admin.email)
    account = await other.connect()
    async with shop.calls.stack.database.open("tenants").unit([other.id]) as unit:
        token = OneTimeToken(other.id, uuid4(), other.admin.id, "invitation", _HASH, _NOW)
        await OneTimeTokenRepository(unit, other.id).add(token)
        connection = _connection(other)
        await ConnectionRepository(unit, other.id).add(connection)
        await ConnectionRepository(unit, other.id).found(connection.id, _SEALED)
        teammate = await TeammateRepository(unit, other.id).get(other.admin.id)
        stored = await ChannelAccountRepository(unit, other.id).get(account.id)
    assert teammate is not None
    assert stored is not None
    return Theirs(other, other.admin, UUID(session.principal.session_id), stored, teammate, token, connection)


async def _snapshot(shop: Shop, tenant_id: UUID) -> dict[str, list[str]]:
    database = shop.calls.stack.database
    tables = await database.fetch(
        "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'tenants'"
        " AND column_name = 'tenant_id' AND table_name NOT IN ('outbox', 'mails')"
    )
    found = {}
    for table in tables:
        sql = f"SELECT t::text AS row FROM tenants.{table['name']} t WHERE tenant_id = $1 ORDER BY 1"
        found[table["name"]] = [row["row"] for row in await database.fetch(sql, tenant_id)]
    return found


def _methods() -> set[str]:
    return {
        f"{kind.__name__}.{name}"
        for kind in REPOSITORIES
        for name, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }


def test_every_method_of_every_repository_is_tried() -> None:
    assert {kind for kind in Repository.__subclasses__() if kind.__module__.startswith("services.tenants.")} == set(
        REPOSITORIES
    )
    assert set(READS) | set(WRITES) == _methods()


async def _attempt(shop: Shop, theirs: Theirs, name: str, attempt: Attempt) -> Any:
    kind = next(kind for kind in REPOSITORIES if kind.__name__ == name.split(".")[0])

    async with shop.calls.stack.database.open("tenants").unit([shop.id, theirs.shop.id]) as unit:
        return await attempt(kind(unit, shop.id), theirs)


@pytest.mark.parametrize("name", sorted(READS))
async def test_reading_shows_nothing_of_the_other_tenant(shop: Shop, theirs: Theirs, name: str) -> None:
    assert not await _attempt(shop, theirs, name, READS[name])


@pytest.mark.parametrize("name", sorted(WRITES))
async def test_writing_changes_nothing_of_the_other_tenant(shop: Shop, theirs: Theirs, name: str) -> None:
    before = await _snapshot(shop, theirs.shop.id)

    # Finding nothing to change is as good, and so is a row moved into this tenant that hangs on nothing there.
    with contextlib.suppress(LookupError, IntegrityError):
        await _attempt(shop, theirs, name, WRITES[name])

    assert await _snapshot(shop, theirs.shop.id) == before
