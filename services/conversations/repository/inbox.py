"""SQL of the inbox list: one query on one table, by keyset."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from libs.auth.visibility import Visibility
from libs.db.repository import Repository
from services.conversations.models import CONVERSATION_COLUMNS, Conversation
from services.conversations.repository.values import conversation_of

_C = ", ".join(f"c.{name}" for name in CONVERSATION_COLUMNS)


@dataclass(frozen=True)
class InboxFilter:
    """What a list is narrowed to; empty means any. assignee: None any, "none" nobody, else a teammate's id."""

    statuses: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    account_ids: tuple[str, ...] = ()
    unread_only: bool = False
    starred_only: bool = False
    archived: bool = False
    assignee: UUID | str | None = None


class InboxRepository(Repository):
    """Inbox rows of one tenant that one teammate may see."""

    async def page(
        self, wanted: InboxFilter, visibility: Visibility, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Conversation]:
        """Rows newest first, beginning after the given sort_at and id."""
        conditions, params = self._conditions(wanted, visibility)
        if after is not None:
            conditions.append("(c.sort_at, c.id) < (:after_at, :after_id)")
            params |= {"after_at": after[0], "after_id": after[1]}
        rows = await self.unit.rows(
            f"SELECT {_C} FROM conversations c WHERE {' AND '.join(conditions)}"
            " ORDER BY c.sort_at DESC, c.id DESC LIMIT :limit",
            params | {"limit": limit},
        )
        return [conversation_of(row) for row in rows]

    async def count_unread(self, visibility: Visibility, at_most: int) -> int:
        """Unread conversations outside the archive, counted up to at_most."""
        conditions, params = self._conditions(InboxFilter(unread_only=True), visibility)
        counted = await self.unit.scalar(
            "SELECT count(*) FROM (SELECT 1 FROM conversations c"
            f" WHERE {' AND '.join(conditions)} LIMIT :at_most) AS counted",
            params | {"at_most": at_most},
        )
        return int(counted)

    def _conditions(self, wanted: InboxFilter, visibility: Visibility) -> tuple[list[str], dict[str, Any]]:
        seen, params = visibility.sql("c")
        conditions = ["c.tenant_id = :tenant", "c.sort_at IS NOT NULL", "c.archived = :archived", seen]
        params |= {"tenant": self.tenant_id, "archived": wanted.archived}
        for column, values in (
            ("status", wanted.statuses),
            ("channel", wanted.channels),
            ("account_id", wanted.account_ids),
        ):
            if len(values) == 1:
                # Equality, not ANY: the indexes that end in the list's order serve it without a sort.
                conditions.append(f"c.{column} = :{column}")
                params[column] = values[0]
            elif values:
                conditions.append(f"c.{column} = ANY (CAST(:{column} AS text[]))")
                params[column] = list(values)
        if wanted.unread_only:
            conditions.append("c.unread_count > 0")
        if wanted.starred_only:
            conditions.append("c.starred")
        if wanted.assignee == "none":
            conditions.append("c.assignee_id IS NULL")
        elif wanted.assignee is not None:
            conditions.append("c.assignee_id = :assignee")
            params["assignee"] = wanted.assignee
        return conditions, params
