"""Sessions of one tenant."""

from datetime import datetime
from uuid import UUID

from libs.db.repository import Repository
from services.tenants.models import Session, columns, values

_COLUMNS = columns(Session)


class SessionRepository(Repository):
    """A session is one row, however often its tokens change."""

    async def add(self, session: Session) -> None:
        """Stores a new one."""
        await self.unit.execute(
            f"""INSERT INTO sessions ({_COLUMNS}) VALUES ({", ".join(f":{name}" for name in Session.__slots__)})""",
            {**values(session), "tenant_id": self.tenant_id},
        )

    async def get(self, session_id: UUID, lock: bool = False) -> Session | None:
        """One session; lock makes two who refresh it at once wait for each other."""
        row = await self.unit.one_or_none(
            f"""SELECT {_COLUMNS} FROM sessions WHERE tenant_id = :tenant AND id = :id
                {"FOR NO KEY UPDATE" if lock else ""}""",
            {"tenant": self.tenant_id, "id": session_id},
        )
        return Session(**row) if row else None

    async def rotate(self, session_id: UUID, current_hash: bytes, salt: bytes, now: datetime) -> Session:
        """Makes the current token the previous one."""
        rows = await self.unit.rows(
            f"""UPDATE sessions SET previous_hash = current_hash, current_hash = :hash, salt = :salt,
                    generation = generation + 1, rotated_at = :now
                WHERE tenant_id = :tenant AND id = :id RETURNING {_COLUMNS}""",
            {"tenant": self.tenant_id, "id": session_id, "hash": current_hash, "salt": salt, "now": now},
        )
        return Session(**rows[0])

    async def confirm(self, session_id: UUID, generation: int) -> None:
        """Notes that the answer with this generation's token has arrived."""
        await self.unit.execute(
            """UPDATE sessions SET confirmed_generation = :generation
               WHERE tenant_id = :tenant AND id = :id AND confirmed_generation < :generation
               AND generation >= :generation""",
            {"tenant": self.tenant_id, "id": session_id, "generation": generation},
        )

    async def revoke(self, session_id: UUID, teammate_id: UUID, now: datetime) -> bool:
        """False when the teammate has no such live session."""
        revoked = await self.unit.execute(
            """UPDATE sessions SET revoked_at = :now
               WHERE tenant_id = :tenant AND id = :id AND teammate_id = :teammate AND revoked_at IS NULL""",
            {"tenant": self.tenant_id, "id": session_id, "teammate": teammate_id, "now": now},
        )
        return revoked.rowcount == 1

    async def revoke_all(self, teammate_id: UUID, now: datetime) -> list[UUID]:
        """Ends every session of a teammate; answers with those that were still alive."""
        rows = await self.unit.rows(
            """UPDATE sessions SET revoked_at = :now
               WHERE tenant_id = :tenant AND teammate_id = :teammate AND revoked_at IS NULL RETURNING id, expires_at""",
            {"tenant": self.tenant_id, "teammate": teammate_id, "now": now},
        )
        return [row["id"] for row in rows if row["expires_at"] > now]
