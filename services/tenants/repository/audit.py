"""The audit log of one tenant. The login role may add to it and read it, nothing else."""

import json
from uuid import UUID

from libs.db.repository import Repository
from services.tenants.models import AuditEntry, columns

_COLUMNS = columns(AuditEntry)


class AuditRepository(Repository):
    """Ids rise with time, so they are the order."""

    async def add(self, entry: AuditEntry) -> None:
        """Notes an act in the act's own transaction; one that is noted already stays as it is."""
        await self.unit.execute(
            f"""INSERT INTO audit_entries ({_COLUMNS})
                VALUES (:tenant, :id, :at, :actor, :action, :target, CAST(:fields AS jsonb)) ON CONFLICT DO NOTHING""",
            {
                "tenant": self.tenant_id,
                "id": entry.id,
                "at": entry.occurred_at,
                "actor": entry.actor_id,
                "action": entry.action,
                "target": entry.target,
                "fields": json.dumps(entry.fields),
            },
        )

    async def page(self, before: UUID | None, limit: int) -> list[AuditEntry]:
        """Newest first."""
        rows = await self.unit.rows(
            f"""SELECT {_COLUMNS} FROM audit_entries
                WHERE tenant_id = :tenant AND id < :before ORDER BY id DESC LIMIT :limit""",
            {"tenant": self.tenant_id, "before": before or UUID(int=2**128 - 1), "limit": limit},
        )
        return [AuditEntry(**{**row, "fields": _mapping(row["fields"])}) for row in rows]


def _mapping(stored: str | dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = json.loads(stored) if isinstance(stored, str) else stored
    return found
