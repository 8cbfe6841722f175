"""SQL of pictures that were uploaded and are not kept with a message yet."""

from collections.abc import Sequence
from datetime import datetime

from libs.db.repository import Repository
from libs.db.unit import Unit


class WidgetUploadRepository(Repository):
    """One tenant's."""

    async def add(self, key: str, due_at: datetime) -> None:
        """Notes where one will lie."""
        await self.unit.execute(
            "INSERT INTO widget_uploads (key, tenant_id, due_at) VALUES (:key, :tenant, :due)",
            {"key": key, "tenant": self.tenant_id, "due": due_at},
        )

    async def attach(self, keys: Sequence[str], due_at: datetime) -> bool:
        """Keeps them longer, for a message names them; False when one is thrown away already."""
        found = await self.unit.execute(
            "UPDATE widget_uploads SET due_at = greatest(due_at, CAST(:due AS timestamptz))"
            " WHERE tenant_id = :tenant AND key = ANY (CAST(:keys AS text[]))",
            {"keys": list(keys), "tenant": self.tenant_id, "due": due_at},
        )
        return int(found.rowcount) == len(set(keys))


async def due_widget_uploads(unit: Unit, at: datetime, most: int) -> list[str]:
    """Keys of any tenant's that are due, locked until the transaction ends; those another replica has are left out."""
    rows = await unit.fetch("SELECT due_widget_uploads($1, $2) AS key", at, most)
    return [row["key"] for row in rows]


async def forget_widget_uploads(unit: Unit, keys: Sequence[str]) -> None:
    """Forgets them."""
    await unit.fetch("SELECT forget_widget_uploads($1)", list(keys))
