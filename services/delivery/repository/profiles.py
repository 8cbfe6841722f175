"""SQL of profiles to fetch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.delivery.models import ProfileFetch, Room

_CLAIM = """
    SELECT tenant_id, contact_id, account_id, channel, alias_kind, alias, tries
    FROM claim_profile_fetches($1, $2, $3, $4, $5, $6)"""


class ProfileRepository(Repository):
    """One tenant's fetches."""

    async def hold(self, contacts: Sequence[UUID]) -> list[UUID]:
        """Locks their fetches, in the order in which new ones are queued, and answers with those there are."""
        rows = await self.unit.rows(
            "SELECT contact_id FROM profile_fetches WHERE tenant_id = :tenant"
            " AND contact_id = ANY (CAST(:contacts AS uuid[])) ORDER BY contact_id FOR UPDATE",
            {"tenant": self.tenant_id, "contacts": list(contacts)},
        )
        return [row["contact_id"] for row in rows]

    async def remove(self, contacts: Sequence[UUID]) -> None:
        """Their fetches are done, or given up."""
        await self.unit.execute(
            "DELETE FROM profile_fetches WHERE tenant_id = :tenant AND contact_id = ANY (CAST(:contacts AS uuid[]))",
            {"tenant": self.tenant_id, "contacts": list(contacts)},
        )

    async def postpone(self, contact_id: UUID, next_at: datetime) -> None:
        """The fetch is tried again then."""
        await self.unit.execute(
            "UPDATE profile_fetches SET next_at = :next, claimed_until = '-infinity'"
            " WHERE tenant_id = :tenant AND contact_id = :contact",
            {"tenant": self.tenant_id, "contact": contact_id, "next": next_at},
        )


async def claim_profile_fetches(unit: Unit, now: datetime, claim_seconds: int, room: Room) -> list[ProfileFetch]:
    """Due fetches of any tenant; another worker does not get them until the claim runs out."""
    busy, running = list(room.running), list(room.running.values())
    rows = await unit.fetch(_CLAIM, now, claim_seconds, room.total, room.each, busy, running)
    return [ProfileFetch(**dict(row)) for row in rows]
