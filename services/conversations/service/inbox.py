"""Reading: lists, threads, history, counts. Everything passes the caller's visibility."""

from datetime import datetime
from uuid import UUID

from libs.auth.tokens import TeammateClaims
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.pages import Page, decode_id, decode_token, encode_token, key_id, page_size, tampered
from libs.rpc.errors import NotFoundError
from services.conversations.domain.snapshots import Quotes
from services.conversations.domain.window import Windows
from services.conversations.models import AdSource, Conversation, HistoryEntry, Message
from services.conversations.repository.inbox import InboxFilter, InboxRepository
from services.conversations.repository.threads import ThreadRepository
from services.conversations.service.quotes import quotes_of
from services.conversations.service.windows import windows_for

_COUNT_UP_TO = 1000
_MOST_ADS = 10


class ConversationNotFoundError(NotFoundError):
    """No conversation of this id shows to the caller."""

    code = "conversation_not_found"

    def __init__(self) -> None:
        super().__init__("No conversation of this id is there for you.")


class InboxService:
    """What teammates read."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_conversations(
        self, tenant_id: UUID, teammate: TeammateClaims, wanted: InboxFilter, size: int, token: str
    ) -> tuple[Page[Conversation], Windows]:
        """The inbox, and the reply windows of its rows."""
        limit = page_size(size)
        after = _inbox_key(token)
        async with self._database.unit([tenant_id]) as unit:
            rows = await InboxRepository(unit, tenant_id).page(wanted, teammate.visibility, after, limit + 1)
            windows = await windows_for(unit, rows, self._clock.now())
        return Page.of(rows, limit, _inbox_token), windows

    async def get_conversation(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID
    ) -> tuple[Conversation, Windows]:
        """One row."""
        async with self._database.unit([tenant_id]) as unit:
            row = await visible(ThreadRepository(unit, tenant_id), conversation_id, teammate)
            return row, await windows_for(unit, [row], self._clock.now())

    async def list_ad_sources(self, tenant_id: UUID, teammate: TeammateClaims) -> list[AdSource]:
        """The newest ads of visible conversations, at most 10 (rule 12)."""
        async with self._database.unit([tenant_id]) as unit:
            return await InboxRepository(unit, tenant_id).ad_sources(teammate.visibility, _MOST_ADS)

    async def list_messages(
        self, tenant_id: UUID, teammate: TeammateClaims, conversation_id: UUID, size: int, token: str
    ) -> tuple[Page[Message], Quotes]:
        """A thread, newest first, and what its messages quote."""
        limit = page_size(size)
        before = decode_token(token, (str,))
        async with self._database.unit([tenant_id]) as unit:
            repository = ThreadRepository(unit, tenant_id)
            row = await visible(repository, conversation_id, teammate)
            rows = await repository.messages(conversation_id, before[0] if before else None, limit + 1)
            quotes = await quotes_of(unit, [(message, row.account_id) for message in rows])
        return Page.of(rows, limit, lambda last: encode_token(last.sort_key)), quotes

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
