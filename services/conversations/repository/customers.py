"""SQL of what a customer reads: the thread of one alias, and of it what was sent and not taken back."""

from uuid import UUID

from libs.db.repository import Repository
from services.conversations.models import MESSAGE_COLUMNS, Message
from services.conversations.repository.values import message_of

_M = ", ".join(f"m.{name}" for name in MESSAGE_COLUMNS)


class CustomerRepository(Repository):
    """Threads of one tenant, by who the customer is."""

    async def conversation_of(self, account_id: str, kind: str, alias: str) -> UUID | None:
        """The conversation of an alias on an account; None when nobody there is known by it."""
        found = await self.unit.scalar(
            "SELECT c.id FROM contact_aliases a JOIN conversations c"
            " ON c.contact_id = a.contact_id AND c.tenant_id = a.tenant_id"
            " WHERE a.tenant_id = :tenant AND a.account_id = :account AND a.kind = :kind AND a.value = :alias"
            " AND c.account_id = a.account_id",
            {"tenant": self.tenant_id, "account": account_id, "kind": kind, "alias": alias},
        )
        return UUID(str(found)) if found else None

    async def messages(self, conversation_id: UUID, before: str | None, limit: int) -> list[Message]:
        """Newest first. Answers count once they were sent: what failed or still waits the customer never saw."""
        rows = await self.unit.rows(
            f"SELECT {_M} FROM messages m WHERE m.tenant_id = :tenant AND m.conversation_id = :conversation"
            " AND m.unsent_at IS NULL"
            " AND (m.direction = 'inbound' OR m.delivery_state IN ('sent', 'delivered', 'read'))"
            + (" AND m.sort_key < :before" if before else "")
            + " ORDER BY m.sort_key DESC LIMIT :limit",
            {"tenant": self.tenant_id, "conversation": conversation_id, "limit": limit}
            | ({"before": before} if before else {}),
        )
        return [message_of(row) for row in rows]
