"""SQL of profiles to fetch."""

from datetime import datetime
from typing import Any
from uuid import UUID

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.delivery.models import ProfileFetch

_CLAIM = "SELECT * FROM claim_profile_fetches($1, $2, $3)"


class ProfileRepository(Repository):
    """One tenant's fetches."""

    async def add(self, fetch: ProfileFetch, now: datetime) -> None:
        """Asks for a profile; one that is asked for already is asked for now."""
        await self.unit.execute(
            "INSERT INTO profile_fetches (tenant_id, contact_id, account_id, channel, alias_kind, alias, next_at)"
            " VALUES (:tenant, :contact, :account, :channel, :kind, :alias, :now)"
            " ON CONFLICT (tenant_id, contact_id) DO UPDATE SET next_at = EXCLUDED.next_at, tries = 0",
            {
                "tenant": self.tenant_id,
                "contact": fetch.contact_id,
                "account": fetch.account_id,
                "channel": fetch.channel,
                "kind": fetch.alias_kind,
                "alias": fetch.alias,
                "now": now,
            },
        )

    async def remove(self, contact_id: UUID) -> None:
        """The fetch is done, or given up."""
        await self.unit.execute(
            "DELETE FROM profile_fetches WHERE tenant_id = :tenant AND contact_id = :contact",
            {"tenant": self.tenant_id, "contact": contact_id},
        )

    async def postpone(self, contact_id: UUID, next_at: datetime) -> None:
        """The fetch is tried again then."""
        await self.unit.execute(
            "UPDATE profile_fetches SET next_at = :next WHERE tenant_id = :tenant AND contact_id = :contact",
            {"tenant": self.tenant_id, "contact": contact_id, "next": next_at},
        )


async def claim_profile_fetches(unit: Unit, now: datetime, claim_seconds: int, most: int) -> list[ProfileFetch]:
    """Due fetches of any tenant; another worker does not get them until the claim runs out."""
    rows: list[Any] = await unit.fetch(_CLAIM, now, claim_seconds, most)
    return [
        ProfileFetch(
            row["tenant_id"],
            row["contact_id"],
            row["account_id"],
            row["channel"],
            row["alias_kind"],
            row["alias"],
            row["tries"],
        )
        for row in rows
    ]
