"""SQL of people's requests that their data be deleted. No policy guards the table: see the migration."""

from datetime import datetime
from uuid import UUID

from libs.db.unit import Unit
from services.ingestion.models import DeletionRow

_COLUMNS = "id, code, tenant_id, account_id, user_id, received_at, done_at, done_by"


class DeletionRepository:
    """tenant_id None: the operator, who sees all."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, row: DeletionRow) -> None:
        """Keeps a request; one that is kept already stays as it is."""
        await self._unit.execute(
            "INSERT INTO deletion_requests (id, code, tenant_id, account_id, user_id, received_at)"
            " VALUES (:id, :code, :tenant, :account, :user, :at) ON CONFLICT (code) DO NOTHING",
            {
                "id": row.id,
                "code": row.code,
                "tenant": row.tenant_id,
                "account": row.account_id,
                "user": row.user_id,
                "at": row.received_at,
            },
        )

    async def page(
        self, tenant_id: UUID | None, include_done: bool, after: UUID | None, limit: int
    ) -> list[DeletionRow]:
        """The oldest first, after an id."""
        where = ["true"] if include_done else ["done_at IS NULL"]
        params: dict[str, object] = {"limit": limit}
        if tenant_id:
            where.append("tenant_id = :tenant")
            params["tenant"] = tenant_id
        if after:
            where.append("id > :after")
            params["after"] = after
        rows = await self._unit.rows(
            f"SELECT {_COLUMNS} FROM deletion_requests WHERE {' AND '.join(where)} ORDER BY id LIMIT :limit", params
        )
        return [DeletionRow(**row) for row in rows]

    async def get(self, code: str, lock: bool = False) -> DeletionRow | None:
        """The request of this code, whoever's it is."""
        row = await self._unit.one_or_none(
            f"SELECT {_COLUMNS} FROM deletion_requests WHERE code = :code" + (" FOR UPDATE" if lock else ""),
            {"code": code},
        )
        return DeletionRow(**row) if row else None

    async def mark_done(self, row: DeletionRow) -> None:
        """Notes when and by whom it was done."""
        await self._unit.execute(
            "UPDATE deletion_requests SET done_at = :at, done_by = :by WHERE id = :id",
            {"at": row.done_at, "by": row.done_by, "id": row.id},
        )

    async def oldest_open(self) -> tuple[datetime | None, datetime | None]:
        """When the oldest open one came: of the shared app, and of tenants' own apps."""
        (row,) = await self._unit.rows(
            "SELECT min(received_at) FILTER (WHERE tenant_id IS NULL) AS shared,"
            " min(received_at) FILTER (WHERE tenant_id IS NOT NULL) AS own FROM deletion_requests WHERE done_at IS NULL"
        )
        return row["shared"], row["own"]

    async def purge(self, done_before: datetime) -> None:
        """Forgets those that were done before."""
        await self._unit.execute("DELETE FROM deletion_requests WHERE done_at < :before", {"before": done_before})
