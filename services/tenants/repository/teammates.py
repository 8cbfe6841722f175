"""Teammates of one tenant."""

from uuid import UUID

from libs.auth.permissions import ROLES
from libs.db.repository import Repository
from services.tenants.models import Teammate, columns, values

_COLUMNS = columns(Teammate)
_RANK = "CAST(array_position(CAST(:roles AS text[]), role) AS bigint)"
_MATCHES = "tenant_id = :tenant AND (position(:query IN name_key) > 0 OR position(:query IN email_key) > 0)"

# Where a page of teammates ended: rank of the role (from 1), name key, id.
Place = tuple[int, str, UUID]


class TeammateRepository(Repository):
    """Passwords are read on their own, so that they ride along nowhere else."""

    async def get(self, teammate_id: UUID, lock: bool = False) -> Teammate | None:
        """One teammate; lock makes changes to the row wait."""
        row = await self.unit.one_or_none(
            f"""SELECT {_COLUMNS} FROM teammates WHERE tenant_id = :tenant AND id = :id
                {"FOR NO KEY UPDATE" if lock else ""}""",
            {"tenant": self.tenant_id, "id": teammate_id},
        )
        return Teammate(**row) if row else None

    async def by_email(self, email_key: str) -> Teammate | None:
        """The teammate with this address, if it is one of this tenant; locked."""
        row = await self.unit.one_or_none(
            f"SELECT {_COLUMNS} FROM teammates WHERE tenant_id = :tenant AND email_key = :key FOR NO KEY UPDATE",
            {"tenant": self.tenant_id, "key": email_key},
        )
        return Teammate(**row) if row else None

    async def page(self, query: str, after: Place | None, limit: int) -> list[Teammate]:
        """Sorted by role, then name."""
        rank, name_key, last_id = after or (0, "", None)
        rows = await self.unit.rows(
            f"""SELECT {_COLUMNS} FROM teammates
                WHERE {_MATCHES} AND ({_RANK}, name_key, id) > (CAST(:rank AS bigint), :name_key, CAST(:id AS uuid))
                ORDER BY {_RANK}, name_key, id LIMIT :limit""",
            {
                "tenant": self.tenant_id,
                "query": query,
                "roles": list(ROLES),
                "rank": rank,
                "name_key": name_key,
                "id": last_id or UUID(int=0),
                "limit": limit,
            },
        )
        return [Teammate(**row) for row in rows]

    async def count(self, query: str) -> int:
        """How many a search finds."""
        found = await self.unit.scalar(
            f"SELECT count(*) FROM teammates WHERE {_MATCHES}", {"tenant": self.tenant_id, "query": query}
        )
        return int(found)

    async def active_admins(self) -> int:
        """How many can do everything. Lock the tenant before."""
        found = await self.unit.scalar(
            "SELECT count(*) FROM teammates WHERE tenant_id = :tenant AND role = 'admin' AND state = 'active'",
            {"tenant": self.tenant_id},
        )
        return int(found)

    async def add(self, teammate: Teammate, password_hash: str | None) -> bool:
        """False when the address signs in already, at whatever tenant."""
        added = await self.unit.execute(
            f"""INSERT INTO teammates ({_COLUMNS}, password_hash)
                VALUES (:tenant_id, :id, :email, :email_key, :name, :name_key, :phone, :role, :state, :version,
                        :created_at, :password_hash)
                ON CONFLICT DO NOTHING""",
            {**values(teammate), "tenant_id": self.tenant_id, "password_hash": password_hash},
        )
        return added.rowcount == 1

    async def save(self, teammate: Teammate) -> Teammate:
        """Stores name, phone, role and state under the next version."""
        row = await self.unit.one_or_none(
            f"""UPDATE teammates SET name = :name, name_key = :name_key, phone = :phone, role = :role,
                    state = :state, version = version + 1
                WHERE tenant_id = :tenant_id AND id = :id RETURNING {_COLUMNS}""",
            {**values(teammate), "tenant_id": self.tenant_id},
        )
        if row is None:
            raise LookupError(f"teammate {teammate.id} is gone")
        return Teammate(**row)

    async def password_hash(self, teammate_id: UUID) -> str | None:
        """None for nobody, and for who has not accepted the invitation yet."""
        found: str | None = await self.unit.scalar(
            "SELECT password_hash FROM teammates WHERE tenant_id = :tenant AND id = :id",
            {"tenant": self.tenant_id, "id": teammate_id},
        )
        return found

    async def set_password(self, teammate_id: UUID, password_hash: str, instead_of: str | None = None) -> bool:
        """Stores a hash; with instead_of only where that one is stored."""
        changed = await self.unit.execute(
            """UPDATE teammates SET password_hash = :hash WHERE tenant_id = :tenant AND id = :id
               AND (CAST(:old AS text) IS NULL OR password_hash = :old)""",
            {"tenant": self.tenant_id, "id": teammate_id, "hash": password_hash, "old": instead_of},
        )
        return changed.rowcount == 1
