"""Reading: lists, threads, history, counts. Everything passes the caller's visibility."""

from datetime import datetime
from uuid import UUID

from libs.auth.tokens import TeammateClaims
from libs.db.database import Database
from libs.db.pages import Page, decode_id, decode_token, encode_token, key_id, page_size, tampered
from libs.rpc.errors import NotFoundError
from services.conversations.models import Conversation, HistoryEntry, Message
from services.conversations.repository.inbox import InboxFilter, InboxRepository
from services.conversations.repository.threads import ThreadRepository

_COUNT_UP_TO = 1000


class ConversationNotFoundError(NotFoundError):
    """No conversation of this id shows to the caller."""

    code = "conversation_not_found"

    def __init__(self) -> None:
        super().__init__("No conversation of this id is there for you.")


class InboxService:
    """What teammates read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_conversations(
        self, tenant_id: UUID, teammate: TeammateClaims, wanted: InboxFilter, size: int, token: str
    ) -> Page[Conversation]:
        """The inbox."""
        limit = page_size(size)
        after = _inbox_key(token)
        async with self._database.unit([tenant_id]) as unit:
            rows = await InboxRepository(unit, tenant_id).page(wanted, teammate.visibility, after, limit + 1)
        return Page.of(rows, limit, _inbox_token)

    async def get_conversation(self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID) -> Conversation:
        """One row."""
        async with self._database.unit([tenant_id]) as unit:
            return await visible(ThreadRepository(unit, tenant_id), conversation_id, teammate)

    async def list_messages(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID, size: int, token: str
    ) -> Page[Message]:
        """A thread, newest first."""
        limit = page_size(size)
        before = decode_token(token, (str,))
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            await visible(repository, conversation_id, teammate)
            rows = await repository.messages(conversation_id, before[0] if before else None, limit + 1)
        return Page.of(rows, limit, lambda last: encode_token(last.sort_key))

    async def list_history(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID, size: int, token: str
    ) -> Page[HistoryEntry]:
        """What happened to a conversation, newest first."""
        limit, before = page_size(size), decode_id(token)
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            await visible(repository, conversation_id, teammate)
            rows = await repository.history(conversation_id, before, limit + 1)
        return Page.of(rows, limit, lambda last: encode_token(str(last.id)))

    async def count_unread(self, tenant_id: UUID, teammate: TeammateClaims) -> int:
        """Unread conversations, at most 1000, which stands for "999+"."""
        async with self._database.unit([tenant_id]) as unit:
            return await InboxRepository(unit, tenant_id).count_unread(teammate.visibility, _COUNT_UP_TO)


async def visible(
    repository: ThreadRepository, conversation_id: UUID, teammate: TeammateClaims, lock: bool = False
) -> Conversation:
    """The conversation if the teammate may see it, else ConversationNotFoundError."""
    row = await repository.conversation(conversation_id, teammate.visibility, lock)
    if row is None:
        raise ConversationNotFoundError
    return row


def _inbox_token(last: Conversation) -> str:
    return encode_token(str(last.sort_at), str(last.id))


def _inbox_key(token: str) -> tuple[datetime, UUID] | None:
    key = decode_token(token, (str, str))
    if key is None:
        return None
    try:
        at = datetime.fromisoformat(key[0])
    except ValueError:
        raise tampered() from None
    if at.tzinfo is None:
        raise tampered()
    return at, key_id(key[1])
