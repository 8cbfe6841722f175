"""The one predicate for what a teammate may see of conversations: in lists, search, live events and exports alike.

Customer-service roles see all of the tenant's. Salespeople see those of customers bound to them, sales managers
those bound to their stores; what is bound to nobody stays hidden from both. Conversations a bot handles show only
to those who may see the chatbot (rule 27).
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from libs.auth.permissions import CS_ROLES


@dataclass(frozen=True)
class Visibility:
    """What one teammate sees. Made by of()."""

    everything: bool
    chatbot: bool
    salesperson_id: str
    store_ids: tuple[str, ...]

    @staticmethod
    def of(teammate_id: UUID, role: str, permissions: frozenset[str], store_ids: tuple[str, ...]) -> "Visibility":
        """The predicate of a teammate with this role, these permissions and these stores."""
        return Visibility(
            everything=role in CS_ROLES,
            chatbot="see_chatbot" in permissions,
            salesperson_id=str(teammate_id) if role == "salesperson" else "",
            store_ids=tuple(filter(None, store_ids)) if role == "sales_manager" else (),
        )

    def sees(self, *, salesperson_id: str, store_id: str, bot: bool) -> bool:
        """Whether a conversation with these bindings shows. Empty ids mean bound to nobody."""
        if bot and not self.chatbot:
            return False
        if self.everything:
            return True
        mine = bool(salesperson_id) and salesperson_id == self.salesperson_id
        return mine or (bool(store_id) and store_id in self.store_ids)

    def sql(self, alias: str) -> tuple[str, dict[str, Any]]:
        """The same as a condition on columns salesperson_id, store_id, handler of alias, with its parameters. Only
        the bindings that the teammate has are named, so that an index on one of them serves the question."""
        conditions: list[str] = []
        bindings: list[str] = []
        params: dict[str, Any] = {}
        if not self.chatbot:
            conditions.append(f"{alias}.handler <> 'bot'")
        if self.salesperson_id:
            bindings.append(f"{alias}.salesperson_id = :visible_salesperson")
            params["visible_salesperson"] = self.salesperson_id
        if self.store_ids:
            bindings.append(f"{alias}.store_id = ANY (CAST(:visible_stores AS text[]))")
            params["visible_stores"] = list(self.store_ids)
        if not self.everything:
            conditions.append(f"({' OR '.join(bindings) or 'false'})")
        return " AND ".join(conditions) or "true", params if not self.everything else {}
