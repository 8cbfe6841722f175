"""The links in mails."""

from uuid import UUID

from libs.db.repository import Repository
from services.tenants.models import OneTimeToken, columns, values

_COLUMNS = columns(OneTimeToken)


class OneTimeTokenRepository(Repository):
    """Several may be valid at once (a mail sent again); using one spends all of its kind."""

    async def add(self, token: OneTimeToken) -> None:
        """Stores a new one."""
        await self.unit.execute(
            f"""INSERT INTO one_time_tokens ({_COLUMNS})
                VALUES (:tenant_id, :id, :teammate_id, :kind, :secret_hash, :expires_at)""",
            {**values(token), "tenant_id": self.tenant_id},
        )

    async def get(self, token_id: UUID) -> OneTimeToken | None:
        """One token."""
        row = await self.unit.one_or_none(
            f"SELECT {_COLUMNS} FROM one_time_tokens WHERE tenant_id = :tenant AND id = :id",
            {"tenant": self.tenant_id, "id": token_id},
        )
        return OneTimeToken(**row) if row else None

    async def spend(self, teammate_id: UUID, kind: str) -> None:
        """Makes every link of this kind worthless."""
        await self.unit.execute(
            "DELETE FROM one_time_tokens WHERE tenant_id = :tenant AND teammate_id = :teammate AND kind = :kind",
            {"tenant": self.tenant_id, "teammate": teammate_id, "kind": kind},
        )
