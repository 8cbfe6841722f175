"""SQL of calls that wait to be verified, outside the tenants' policies: see the migration."""

import json
from datetime import datetime

from libs.db.unit import Unit
from services.ingestion.models import UnverifiedRow

# Until the transaction ends: replicas that took turns would mix up an account's calls.
_ALONE = "SELECT pg_try_advisory_xact_lock(7202614)"
# For the operator.
UNVERIFIED_WAITING = "SELECT count(*) AS waiting, min(received_at) AS oldest_at FROM unverified"


class UnverifiedRepository:
    """Calls that wait for their account's secret."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, row: UnverifiedRow, at_most: int) -> bool:
        """Keeps a call; False when at_most bytes wait already."""
        kept = await self._unit.fetch(
            "INSERT INTO unverified (id, channel, account_id, headers, body, received_at)"
            " SELECT $1, $2, $3, $4::jsonb, $5, $6"
            # Summing up is needed only where the files have been larger than that.
            " WHERE pg_total_relation_size('unverified') < $7"
            " OR (SELECT coalesce(sum(octet_length(body)), 0) FROM unverified) < $7 RETURNING id",
            row.id,
            row.channel,
            row.account_id,
            json.dumps(row.headers),
            row.body,
            row.received_at,
            at_most,
        )
        return bool(kept)

    async def oldest(self, limit: int) -> list[UnverifiedRow]:
        """The due calls that wait longest, none before an earlier one of its account; none while another replica deals
        with them. At an address of many accounts each stands for itself."""
        if not await self._unit.scalar(_ALONE):
            return []
        rows = await self._unit.rows(
            "SELECT id, channel, account_id, headers, body, received_at, failures FROM unverified u"
            " WHERE next_at <= now() AND (account_id = '' OR NOT EXISTS (SELECT FROM unverified before WHERE"
            " before.account_id = u.account_id AND before.id < u.id AND before.next_at > now()))"
            " ORDER BY id LIMIT :limit",
            {"limit": limit},
        )
        return [UnverifiedRow(**row) for row in rows]

    async def waiting_since(self) -> datetime | None:
        """When the oldest came, None when none waits."""
        found: datetime | None = await self._unit.scalar("SELECT received_at FROM unverified ORDER BY id LIMIT 1")
        return found

    async def put_off(self, row: UnverifiedRow, seconds: float) -> None:
        """It is due again after that."""
        await self._unit.fetch(
            "UPDATE unverified SET failures = $2, next_at = now() + make_interval(secs => $3) WHERE id = $1",
            row.id,
            row.failures,
            seconds,
        )

    async def remove(self, row: UnverifiedRow) -> None:
        """Forgets a call that was dealt with."""
        await self._unit.execute("DELETE FROM unverified WHERE id = :id", {"id": row.id})
