"""Reading the audit log, and what other services tell for it; what is done here record.py writes."""

from datetime import UTC
from uuid import UUID

from frontdesk.ingestion.v1.events_pb2 import DataDeletionDone, LedgerReplayed
from libs.db.pages import Page, decode_id, encode_token, page_size
from services.tenants.domain import roles
from services.tenants.models import AuditEntry
from services.tenants.repository.audit import AuditRepository
from services.tenants.service.base import Actor, UseCases, load_actor


class AuditLog(UseCases):
    """Every administrative act of a tenant."""

    async def page(self, actor: Actor, size: int, token: str) -> Page[AuditEntry]:
        """Newest first."""
        limit, before = page_size(size), decode_id(token)
        async with self.database.unit([actor.tenant_id]) as unit:
            roles.require(await load_actor(unit, actor), "manage_settings")
            found = await AuditRepository(unit, actor.tenant_id).page(before, limit + 1)
            return Page.of(found, limit, lambda last: encode_token(str(last.id)))

    async def note_replay(self, fact: LedgerReplayed) -> None:
        """Somebody replayed entries of the ledger: target is the entry, "" for several; fields say which ("wanted")
        and what came of it."""
        counts = {"entries": str(fact.entries), "published": str(fact.published)}
        await self._note(fact, "ledger.replayed", fact.entry_id, {**counts, **_words(fact)})

    async def note_deletion(self, fact: DataDeletionDone) -> None:
        """Somebody marked a request for deletion as done: target is its confirmation code."""
        await self._note(fact, "data_deletion.completed", fact.confirmation_code, {})

    async def _note(
        self, fact: LedgerReplayed | DataDeletionDone, action: str, target: str, fields: dict[str, str]
    ) -> None:
        tenant_id, actor_id = UUID(fact.tenant_id), UUID(fact.actor_id) if fact.actor_id else None
        at = fact.occurred_at.ToDatetime(tzinfo=UTC)
        entry = AuditEntry(tenant_id, UUID(fact.id), at, actor_id, action, target, fields)
        async with self.database.unit([tenant_id]) as unit:
            await AuditRepository(unit, tenant_id).add(entry)


def _words(fact: LedgerReplayed) -> dict[str, str]:
    wanted = ", ".join(f"{name} {fact.wanted[name]}" for name in sorted(fact.wanted))
    return {"wanted": wanted} if wanted else {}
