"""Reading for customers of the shop's own site, whom the ingestion service has identified."""

from uuid import UUID

from libs.db.database import Database
from libs.db.pages import Page, decode_token, encode_token, page_size
from libs.rpc.errors import InvalidArgumentError
from services.conversations.models import Message
from services.conversations.repository.customers import CustomerRepository

# Customers of other kinds read their threads on their platform, or in their mail.
_READERS = frozenset({"web_visitor", "web_member"})


class CustomerService:
    """What customers read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_messages(
        self, tenant_id: UUID, account_id: str, kind: str, alias: str, size: int, token: str
    ) -> tuple[Page[Message], UUID | None]:
        """A page of the alias's thread, newest first, and the thread's conversation."""
        if kind not in _READERS or not alias:
            raise InvalidArgumentError("alias_kind must be web_visitor or web_member.", field="alias_kind")
        limit, before = page_size(size), decode_token(token, (str,))
        async with self._database.unit([tenant_id]) as unit:
            repository = CustomerRepository(unit, tenant_id)
            conversation_id = await repository.conversation_of(account_id, kind, alias)
            if conversation_id is None:
                return Page((), ""), None
            rows = await repository.messages(conversation_id, before[0] if before else None, limit + 1)
        return Page.of(rows, limit, lambda last: encode_token(last.sort_key)), conversation_id
