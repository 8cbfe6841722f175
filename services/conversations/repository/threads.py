"""SQL of one conversation: its row, messages, history and the keys of what was written in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from libs.auth.visibility import Visibility
from libs.clock.ids import time_of_id
from libs.db.repository import Repository
from services.conversations.models import CONVERSATION_COLUMNS, MESSAGE_COLUMNS, Conversation, HistoryEntry, Message
from services.conversations.repository.values import conversation_of, message_of

_C = ", ".join(f"c.{name}" for name in CONVERSATION_COLUMNS)
_M = ", ".join(f"m.{name}" for name in MESSAGE_COLUMNS)
# Of one contact's names, the one to send to. A number is sure to be taken by whatever version of the platform; a member
# is reached in the shop, a guest who left an address by mail, and a visitor where they wrote.
_REACHING = ("whatsapp_phone", "whatsapp_user", "web_member", "email", "web_visitor")


class ThreadRepository(Repository):
    """One tenant's threads."""

    async def conversation(
        self, conversation_id: UUID, visibility: Visibility | None, lock: bool = False
    ) -> Conversation | None:
        """The row, None when it does not exist or does not show; visibility None is the system's own view."""
        seen, params = visibility.sql("c") if visibility else ("true", {})
        row = await self.unit.one_or_none(
            f"SELECT {_C} FROM conversations c WHERE c.tenant_id = :tenant AND c.id = :id AND {seen}"
            + (" FOR UPDATE" if lock else ""),
            params | {"tenant": self.tenant_id, "id": conversation_id},
        )
        return conversation_of(row) if row else None

    async def messages(self, conversation_id: UUID, before: str | None, limit: int) -> list[Message]:
        """Messages newest first, those before the sort key where one is given."""
        rows = await self.unit.rows(
            f"SELECT {_M} FROM messages m WHERE m.tenant_id = :tenant AND m.conversation_id = :conversation"
            + (" AND m.sort_key < :before" if before else "")
            + " ORDER BY m.sort_key DESC LIMIT :limit",
            {"tenant": self.tenant_id, "conversation": conversation_id, "limit": limit}
            | ({"before": before} if before else {}),
        )
        return [message_of(row) for row in rows]

    async def message(self, message_id: UUID) -> Message | None:
        """One message by id."""
        row = await self.unit.one_or_none(
            f"SELECT {_M} FROM messages m WHERE m.tenant_id = :tenant AND m.id = :id AND m.stored_at = :stored_at",
            {"tenant": self.tenant_id, "id": message_id, "stored_at": time_of_id(message_id)},
        )
        return message_of(row) if row else None

    async def history(self, conversation_id: UUID, before: UUID | None, limit: int) -> list[HistoryEntry]:
        """History newest first, what came before the entry where one is given."""
        rows = await self.unit.rows(
            "SELECT tenant_id, id, conversation_id, case_id, kind, occurred_at, actor_id, fields FROM history"
            " WHERE tenant_id = :tenant AND conversation_id = :conversation"
            + (" AND id < :before" if before else "")
            + " ORDER BY id DESC LIMIT :limit",
            {"tenant": self.tenant_id, "conversation": conversation_id, "limit": limit}
            | ({"before": before} if before else {}),
        )
        return [HistoryEntry(**row) for row in rows]

    async def claim_idempotency_key(
        self, teammate_id: UUID, key: str, request_hash: bytes, message_id: UUID, now: datetime
    ) -> tuple[bytes, UUID] | None:
        """None when the key is new and now stands for this message; else the request and message it stands for.
        Waits for another transaction that is claiming it."""
        params: dict[str, Any] = {
            "tenant": self.tenant_id,
            "teammate": teammate_id,
            "key": key,
            "hash": request_hash,
            "message": message_id,
            "now": now,
        }
        claimed = await self.unit.one_or_none(
            "INSERT INTO idempotency_keys (tenant_id, teammate_id, key, request_hash, message_id, created_at)"
            " VALUES (:tenant, :teammate, :key, :hash, :message, :now) ON CONFLICT DO NOTHING RETURNING key",
            params,
        )
        if claimed:
            return None
        row = await self.unit.one_or_none(
            "SELECT request_hash, message_id FROM idempotency_keys"
            " WHERE tenant_id = :tenant AND teammate_id = :teammate AND key = :key",
            {name: params[name] for name in ("tenant", "teammate", "key")},
        )
        return (row["request_hash"], row["message_id"]) if row else None

    async def newest_inbound(self, conversation_id: UUID) -> Message | None:
        """The customer's newest message."""
        row = await self.unit.one_or_none(
            f"SELECT {_M} FROM messages m WHERE m.tenant_id = :tenant AND m.conversation_id = :conversation"
            " AND m.direction = 'inbound' ORDER BY m.sort_key DESC LIMIT 1",
            {"tenant": self.tenant_id, "conversation": conversation_id},
        )
        return message_of(row) if row else None

    async def recipient(self, contact_id: UUID) -> tuple[str, str] | None:
        """The alias to reach a contact by: its kind and value. Not one the platform gave up, while there are others;
        of several the kind that reaches the most surely, and of one kind the newest."""
        row = await self.unit.one_or_none(
            "SELECT kind, value FROM contact_aliases WHERE tenant_id = :tenant AND contact_id = :contact"
            " ORDER BY retired, array_position(CAST(:kinds AS text[]), kind), learned_at DESC, value LIMIT 1",
            {"tenant": self.tenant_id, "contact": contact_id, "kinds": list(_REACHING)},
        )
        return (row["kind"], row["value"]) if row else None
