"""Tenants, and the questions asked before one is known."""

from datetime import datetime
from uuid import UUID

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.tenants.models import Tenant, columns, values

_COLUMNS = columns(Tenant)


class TenantRepository(Repository):
    """One tenant's own row."""

    async def get(self) -> Tenant | None:
        """The tenant."""
        row = await self.unit.one_or_none(
            f"SELECT {_COLUMNS} FROM tenants WHERE tenant_id = :tenant", {"tenant": self.tenant_id}
        )
        return Tenant(**row) if row else None

    async def lock(self) -> None:
        """Makes changes of the team wait for each other until the transaction ends."""
        await self.unit.execute(
            "SELECT 1 FROM tenants WHERE tenant_id = :tenant FOR NO KEY UPDATE", {"tenant": self.tenant_id}
        )

    async def add(self, tenant: Tenant) -> bool:
        """False when the slug is taken."""
        added = await self.unit.execute(
            f"""INSERT INTO tenants ({_COLUMNS})
                VALUES (:tenant_id, :slug, :name, :region, :plan, :created_at) ON CONFLICT DO NOTHING""",
            {**values(tenant), "tenant_id": self.tenant_id},
        )
        return added.rowcount == 1


async def tenant_of_slug(unit: Unit, slug: str) -> UUID | None:
    """The tenant with this slug."""
    found: UUID | None = await unit.scalar("SELECT tenant_of_slug(:slug)", {"slug": slug})
    return found


async def login_of(unit: Unit, email_key: str) -> tuple[UUID, UUID] | None:
    """Tenant and teammate who sign in with this address."""
    row = await unit.one_or_none("SELECT tenant_id, teammate_id FROM login_of(:key)", {"key": email_key})
    return (row["tenant_id"], row["teammate_id"]) if row else None


async def tenant_of_account(unit: Unit, account_id: str) -> UUID | None:
    """Whose channel account it is."""
    found: UUID | None = await unit.scalar("SELECT tenant_of_account(:id)", {"id": account_id})
    return found


async def sweep(unit: Unit, before: datetime) -> None:
    """Deletes what had expired by then, of every tenant."""
    await unit.execute("SELECT sweep(:before)", {"before": before})
