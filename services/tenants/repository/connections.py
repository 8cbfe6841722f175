"""Openings of platforms' dialogs, of one tenant. They live for minutes."""

from uuid import UUID

from libs.db.repository import Repository
from services.tenants.models import Connection, SealedCredentials, columns, values

_COLUMNS = columns(Connection)
_SEALED = columns(SealedCredentials)


class ConnectionRepository(Repository):
    """What was found is read apart from the rest, for it is secret."""

    async def add(self, connection: Connection) -> None:
        """Stores a new one."""
        names = _COLUMNS.split(", ")
        await self.unit.execute(
            f"INSERT INTO connections ({_COLUMNS}) VALUES ({', '.join(f':{name}' for name in names)})",
            {**values(connection), "tenant_id": self.tenant_id},
        )

    async def get(self, connection_id: UUID, lock: bool = False) -> Connection | None:
        """One of them."""
        row = await self.unit.one_or_none(
            f"""SELECT {_COLUMNS} FROM connections WHERE tenant_id = :tenant AND id = :id
                {"FOR UPDATE" if lock else ""}""",
            {"tenant": self.tenant_id, "id": connection_id},
        )
        return Connection(**row) if row else None

    async def spend(self, connection_id: UUID) -> None:
        """The dialog has come back: it does so once."""
        await self.unit.execute(
            "UPDATE connections SET spent = true WHERE tenant_id = :tenant AND id = :id",
            {"tenant": self.tenant_id, "id": connection_id},
        )

    async def fail(self, connection_id: UUID, code: str, detail: str) -> None:
        """Nothing will come of it, and why."""
        await self.unit.execute(
            """UPDATE connections SET state = 'failed', failure_code = :code, failure_detail = :detail
                WHERE tenant_id = :tenant AND id = :id""",
            {"tenant": self.tenant_id, "id": connection_id, "code": code, "detail": detail},
        )

    async def found(self, connection_id: UUID, sealed: SealedCredentials) -> None:
        """What may be connected."""
        await self.unit.execute(
            """UPDATE connections SET state = 'ready', key_id = :key_id, nonce = :nonce, ciphertext = :ciphertext
                WHERE tenant_id = :tenant AND id = :id""",
            {
                "tenant": self.tenant_id,
                "id": connection_id,
                "key_id": sealed.key_id,
                "nonce": sealed.nonce,
                "ciphertext": sealed.ciphertext,
            },
        )

    async def sealed(self, connection_id: UUID) -> SealedCredentials | None:
        """What was found, as it is stored."""
        row = await self.unit.one_or_none(
            f"""SELECT {_SEALED} FROM connections
                WHERE tenant_id = :tenant AND id = :id AND ciphertext IS NOT NULL""",
            {"tenant": self.tenant_id, "id": connection_id},
        )
        return SealedCredentials(**row) if row else None

    async def remove(self, connection_id: UUID) -> None:
        """Forgets it, and what was found with it."""
        await self.unit.execute(
            "DELETE FROM connections WHERE tenant_id = :tenant AND id = :id",
            {"tenant": self.tenant_id, "id": connection_id},
        )
