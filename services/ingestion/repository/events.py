"""SQL of events that were passed on, and of accounts' health: of the tenants the transaction is bound to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from libs.db.unit import Unit
from services.ingestion.models import EventRow, HealthRow, Wanted
from services.ingestion.repository.wanted import conditions, order

_PLAIN = "id, tenant_id, account_id, channel, verdict, kind, received_at, replayed_at, replayed_by"
_MINE = "tenant_id = ANY (CAST(:tenants AS uuid[]))"


class EventRepository:
    """Batches of many tenants; every statement names them, and the policy holds besides."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, rows: Sequence[EventRow]) -> None:
        """Keeps events; one that is kept already stays as it is."""
        await self._unit.fetch(
            "INSERT INTO ledger_events (id, tenant_id, account_id, channel, verdict, kind, key_hash, body, received_at)"
            " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],"
            " $7::bigint[], $8::bytea[], $9::timestamptz[]) ON CONFLICT DO NOTHING",
            [row.id for row in rows],
            [row.tenant_id for row in rows],
            [row.account_id for row in rows],
            [row.channel for row in rows],
            [row.verdict for row in rows],
            [row.kind for row in rows],
            [row.key_hash for row in rows],
            [row.body for row in rows],
            [row.received_at for row in rows],
        )

    async def known(self, hashes: Iterable[int]) -> list[tuple[int, UUID]]:
        """Which of these keys were seen, and as which events."""
        rows = await self._unit.fetch(
            "SELECT key_hash, id FROM ledger_events"
            " WHERE key_hash = ANY ($1::bigint[]) AND tenant_id = ANY ($2::uuid[])",
            list(hashes),
            list(self._unit.tenants),
        )
        return [(row["key_hash"], row["id"]) for row in rows]

    async def heard(self, rows: Sequence[HealthRow]) -> None:
        """Notes when accounts were heard of."""
        await self._unit.fetch(
            "INSERT INTO account_health (account_id, tenant_id, last_event_at, redelivers)"
            " SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::boolean[])"
            " ON CONFLICT (account_id, tenant_id) DO UPDATE SET"
            " last_event_at = greatest(account_health.last_event_at, excluded.last_event_at),"
            " redelivers = account_health.redelivers OR excluded.redelivers",
            [row.account_id for row in rows],
            [row.tenant_id for row in rows],
            [row.last_event_at for row in rows],
            [row.redelivers for row in rows],
        )

    async def health(self) -> list[HealthRow]:
        """Of all accounts."""
        rows = await self._unit.rows(
            f"SELECT account_id, tenant_id, last_event_at, redelivers FROM account_health WHERE {_MINE}",
            {"tenants": list(self._unit.tenants)},
        )
        return [HealthRow(**row) for row in rows]

    async def page(
        self, wanted: Wanted, edge: UUID | None, limit: int, oldest_first: bool = False
    ) -> list[tuple[EventRow, int]]:
        """Those beyond the edge, without their bytes, but how many those are."""
        where, params = conditions(wanted, edge, oldest_first)
        rows = await self._unit.rows(
            f"SELECT {_PLAIN}, octet_length(body) AS size FROM ledger_events"
            f" WHERE {' AND '.join([_MINE, *where])} {order(oldest_first)} LIMIT :limit",
            params | {"tenants": list(self._unit.tenants), "limit": limit},
        )
        plain = [{name: row[name] for name in row if name != "size"} for row in rows]
        return [(EventRow(**one, key_hash=0, body=b""), row["size"]) for one, row in zip(plain, rows, strict=True)]

    async def get(self, entry_id: UUID, lock: bool = False) -> EventRow | None:
        """One with its bytes."""
        row = await self._unit.one_or_none(
            f"SELECT {_PLAIN}, key_hash, body FROM ledger_events WHERE id = :id AND {_MINE}"
            + (" FOR UPDATE" if lock else ""),
            {"id": entry_id, "tenants": list(self._unit.tenants)},
        )
        return EventRow(**row) if row else None

    async def mark_replayed(self, entry_id: UUID, at: datetime, by: UUID | None, kind: str) -> None:
        """Notes when and by whom it was replayed, and what it means today."""
        await self._unit.execute(
            f"UPDATE ledger_events SET replayed_at = :at, replayed_by = :by, kind = :kind WHERE id = :id AND {_MINE}",
            {"at": at, "by": by, "kind": kind, "id": entry_id, "tenants": list(self._unit.tenants)},
        )


async def tenants_heard(unit: Unit) -> list[UUID]:
    """Every tenant with an account that was heard of."""
    return [row["id"] for row in await unit.fetch("SELECT ledger_tenants() AS id")]


async def purge_events(unit: Unit, before: UUID, most: int) -> int:
    """Deletes events older than this id, the oldest first; how many."""
    return int((await unit.fetch("SELECT purge_events($1, $2) AS gone", before, most))[0]["gone"])
