"""SQL of refused and parked calls, outside the tenants' policies: see the migration."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from libs.db.unit import Unit
from services.ingestion.models import LedgerRow, Wanted
from services.ingestion.repository.wanted import conditions, order

_LEDGER = (
    "id, tenant_id, account_id, channel, verdict, reason, detail, size_bytes, truncated, received_at, replayed_at,"
    " replayed_by, dedup_key, recipient, headers"
)


class LedgerRepository:
    """Refused calls and parked events."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, rows: Sequence[LedgerRow]) -> None:
        """Keeps entries, with one statement; a parked event that is kept already stays as it is."""
        await self._unit.fetch(
            "INSERT INTO ledger (id, tenant_id, account_id, channel, verdict, reason, detail, dedup_key, body,"
            " size_bytes, truncated, received_at, recipient, headers) SELECT * FROM unnest($1::uuid[], $2::uuid[],"
            " $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::bigint[],"
            " $11::boolean[], $12::timestamptz[], $13::text[], $14::jsonb[]) ON CONFLICT DO NOTHING",
            [row.id for row in rows],
            [row.tenant_id for row in rows],
            [row.account_id for row in rows],
            [row.channel for row in rows],
            [row.verdict for row in rows],
            [row.reason for row in rows],
            [row.detail for row in rows],
            [row.dedup_key for row in rows],
            [row.body for row in rows],
            [row.size_bytes for row in rows],
            [row.truncated for row in rows],
            [row.received_at for row in rows],
            [row.recipient for row in rows],
            [None if row.headers is None else json.dumps(row.headers) for row in rows],
        )

    async def page(
        self, wanted: Wanted, edge: UUID | None, limit: int, tenant_id: UUID | None = None, oldest_first: bool = False
    ) -> list[LedgerRow]:
        """Entries beyond the edge, without their bytes; of one tenant where one is given. Their kind is not known."""
        where, params = conditions(wanted, edge, oldest_first)
        if tenant_id:
            where.append("tenant_id = :tenant")
            params["tenant"] = tenant_id
        rows = await self._unit.rows(
            f"SELECT {_LEDGER} FROM ledger WHERE {' AND '.join(where or ['true'])} {order(oldest_first)} LIMIT :limit",
            params | {"limit": limit},
        )
        return [LedgerRow(**row, body=b"") for row in rows]

    async def get(self, entry_id: UUID, lock: bool = False) -> LedgerRow | None:
        """One entry with its bytes."""
        row = await self._unit.one_or_none(
            f"SELECT {_LEDGER}, body FROM ledger WHERE id = :id" + (" FOR UPDATE" if lock else ""), {"id": entry_id}
        )
        return LedgerRow(**row) if row else None

    async def claim(self, channel: str, recipient: str, account_id: str, tenant_id: UUID) -> int:
        """Gives events that were for nobody's account to the one that has been connected; how many."""
        result = await self._unit.execute(
            "UPDATE ledger SET account_id = :account, tenant_id = :tenant WHERE account_id = '' AND channel = :channel"
            " AND recipient = :recipient AND NOT EXISTS (SELECT 1 FROM ledger had WHERE had.account_id = :account"
            " AND had.dedup_key = ledger.dedup_key)",
            {"account": account_id, "tenant": tenant_id, "channel": channel, "recipient": recipient},
        )
        return int(result.rowcount)

    async def mark_replayed(self, row: LedgerRow) -> None:
        """Notes when and by whom an entry was replayed."""
        await self._unit.execute(
            "UPDATE ledger SET replayed_at = :at, replayed_by = :by WHERE id = :id",
            {"at": row.replayed_at, "by": row.replayed_by, "id": row.id},
        )

    async def cut_parked(self, keep_bytes: int, head_bytes: int) -> int:
        """Of each account's parked events beyond keep_bytes, newest first, only the head stays; how many were cut."""
        result = await self._unit.execute(
            "UPDATE ledger SET body = substring(body FOR :head), truncated = true WHERE octet_length(body) > :head"
            " AND id IN (SELECT id FROM (SELECT id, sum(octet_length(body)) OVER (PARTITION BY account_id ORDER BY id"
            " DESC) AS kept FROM ledger WHERE verdict = 'parked') AS sizes WHERE kept > :bytes)",
            {"head": head_bytes, "bytes": keep_bytes},
        )
        return int(result.rowcount)

    async def purge(self, keep_bytes: int, older_than: Any) -> int:
        """Deletes what is older, and of refused bodies the oldest beyond keep_bytes in all."""
        result = await self._unit.execute(
            "DELETE FROM ledger WHERE received_at < :older OR id IN (SELECT id FROM"
            " (SELECT id, sum(octet_length(body)) OVER (ORDER BY id DESC) AS kept FROM ledger"
            " WHERE verdict = 'refused') AS sizes WHERE kept > :bytes)",
            {"older": older_than, "bytes": keep_bytes},
        )
        return int(result.rowcount)
