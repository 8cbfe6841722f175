"""Reading the ledger: both its tables as one list, of one tenant or, for the operator, of all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from libs.db.database import Database
from libs.db.pages import Page, decode_id, encode_token, page_size
from libs.db.unit import Unit
from libs.rpc.errors import NotFoundError
from services.ingestion.models import EventRow, HealthRow, LedgerRow, Wanted
from services.ingestion.repository.events import EventRepository, tenants_heard
from services.ingestion.repository.ledger import LedgerRepository

PASSED_ON = ("stored", "duplicate")


class LedgerEntryNotFoundError(NotFoundError):
    """No entry of this id."""

    code = "ledger_entry_not_found"

    def __init__(self) -> None:
        super().__init__("No ledger entry has this id.")


class ReadingService:
    """tenant_id None: the operator, who reads all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, tenant_id: UUID | None, wanted: Wanted, size: int, token: str, oldest_first: bool = False
    ) -> Page[LedgerRow]:
        """Newest first unless the oldest are wanted first, without bytes."""
        limit, edge = page_size(size), decode_id(token)
        found: list[LedgerRow] = []
        async with self.unit(tenant_id) as unit:
            if wanted.verdict not in PASSED_ON and not wanted.kind:
                found += await LedgerRepository(unit).page(wanted, edge, limit + 1, tenant_id, oldest_first)
            if not wanted.verdict or wanted.verdict in PASSED_ON:
                events = await EventRepository(unit).page(wanted, edge, limit + 1, oldest_first)
                found += [entry_of(row, size) for row, size in events]
        found.sort(key=lambda row: row.id, reverse=not oldest_first)
        return Page.of(found[: limit + 1], limit, lambda last: encode_token(str(last.id)))

    async def get(self, tenant_id: UUID | None, entry_id: UUID) -> LedgerRow:
        """One entry with its bytes."""
        async with self.unit(tenant_id) as unit:
            return await find(unit, tenant_id, entry_id)

    async def health(self, tenant_id: UUID) -> list[HealthRow]:
        """Of a tenant's accounts."""
        async with self.unit(tenant_id) as unit:
            return await EventRepository(unit).health()

    @asynccontextmanager
    async def unit(self, tenant_id: UUID | None) -> AsyncIterator[Unit]:
        """A transaction that sees what may be read."""
        tenants = [tenant_id] if tenant_id else []
        if not tenants:
            async with self._database.system_unit() as unit:
                tenants = await tenants_heard(unit)
        async with self._database.unit(tenants) as unit:
            yield unit


async def find(unit: Unit, tenant_id: UUID | None, entry_id: UUID, lock: bool = False) -> LedgerRow:
    """An entry of either table, with its bytes. LedgerEntryNotFoundError."""
    row = await LedgerRepository(unit).get(entry_id, lock)
    if row is not None and (tenant_id is None or row.tenant_id == tenant_id):
        return row
    event = await EventRepository(unit).get(entry_id, lock)
    if event is None:
        raise LedgerEntryNotFoundError
    return entry_of(event, len(event.body))


def entry_of(row: EventRow, size: int) -> LedgerRow:
    """An event that was passed on, as an entry of the list."""
    return LedgerRow(
        id=row.id,
        tenant_id=row.tenant_id,
        account_id=row.account_id,
        channel=row.channel,
        verdict=row.verdict,
        reason="",
        received_at=row.received_at,
        body=row.body,
        size_bytes=size,
        replayed_at=row.replayed_at,
        replayed_by=row.replayed_by,
        kind=row.kind,
    )
