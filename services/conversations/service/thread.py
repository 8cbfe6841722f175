"""The rows and messages of one transaction, each held once."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.conversations.domain.inbound import Effects
from services.conversations.models import Conversation, Message
from services.conversations.repository.batch import BatchRepository, ProviderKey, TenantId


class Touched:
    """Conversations that are locked, those of them that changed, and the messages that were read."""

    def __init__(self, repository: BatchRepository, effects: Effects) -> None:
        self._repository = repository
        self._effects = effects
        self.rows: dict[UUID, Conversation] = {}
        self.changed: dict[UUID, Conversation] = {}
        self.messages: dict[UUID, Message] = {}
        self._noted: set[UUID] = set()

    def know(self, rows: Iterable[Conversation]) -> None:
        """Rows that somebody locked."""
        for row in rows:
            self.rows.setdefault(row.id, row)

    async def load(self, ids: Iterable[TenantId]) -> None:
        """Reads messages by their own ids."""
        self._hold((await self._repository.messages(ids)).values())

    async def of_keys(self, keys: Iterable[ProviderKey]) -> Mapping[ProviderKey, Message]:
        """Messages by the platform's ids, and their conversations locked."""
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return {}
        found = await self._repository.messages_of(wanted)
        self._hold(found.values())
        unlocked = [message for message in found.values() if message.conversation_id not in self.rows]
        if unlocked:
            self.know(await self._repository.lock_more({(m.tenant_id, m.conversation_id) for m in unlocked}))
            # What was read before the lock may have changed meanwhile.
            self.messages.update(await self._repository.messages({(m.tenant_id, m.id) for m in unlocked}))
        return {key: self.messages[message.id] for key, message in found.items()}

    async def awaited(self, rows: Iterable[Conversation]) -> list[Message]:
        """Answers that are being sent, oldest first."""
        found = await self._repository.awaited_messages(sorted({(row.tenant_id, row.id) for row in rows}))
        self._hold(found)
        return [self.messages[message.id] for message in found]

    async def until(self, keys: Mapping[TenantId, str]) -> list[Message]:
        """Outbound messages that watermarks may reach, those of this transaction included."""
        stored = await self._repository.messages_until(keys)
        self._hold(stored)
        reached = {conversation_id for _, conversation_id in keys}
        made = [message for message in self._effects.messages if message.conversation_id in reached]
        return [self.messages[message.id] for message in stored] + made

    def touch(self, row: Conversation) -> None:
        """The row changed."""
        self.changed[row.id] = row

    def note(self, message: Message) -> None:
        """A stored message changed, and with it its conversation."""
        self.touch(self.rows[message.conversation_id])
        if message.id not in self._noted:
            self._noted.add(message.id)
            self._effects.changed_messages.append(message)

    def _hold(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.messages.setdefault(message.id, message)
