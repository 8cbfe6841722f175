"""Finds the messages that messages quote, when they are shown: what was quoted may come late, change or be unsent."""

from collections.abc import Iterable
from uuid import UUID

from libs.db.unit import Unit
from services.conversations.domain.keys import message_key
from services.conversations.models import Message
from services.conversations.repository.batch import BatchRepository, ProviderKey


async def quotes_of(unit: Unit, messages: Iterable[tuple[Message, str]]) -> dict[UUID, Message]:
    """The quoted message of each of these (message, its account) that quotes one known in its own conversation."""
    by_id: dict[UUID, UUID] = {}
    by_key: dict[UUID, ProviderKey] = {}
    quoting: dict[UUID, Message] = {}
    for message, account_id in messages:
        if quoted_id := message.details.get("quoted_id"):
            by_id[message.id] = UUID(quoted_id)
        elif provider_id := message.details.get("quoted_provider_message_id"):
            by_key[message.id] = (message.tenant_id, account_id, message_key(provider_id))
        else:
            continue
        quoting[message.id] = message
    if not quoting:
        return {}
    repository = BatchRepository(unit)
    known = await repository.messages({(quoting[at].tenant_id, quoted) for at, quoted in by_id.items()})
    told = await repository.messages_of(sorted(set(by_key.values()))) if by_key else {}
    found = {at: known.get(quoted) for at, quoted in by_id.items()} | {at: told.get(key) for at, key in by_key.items()}
    return {
        at: quoted
        for at, quoted in found.items()
        if quoted is not None and quoted.conversation_id == quoting[at].conversation_id
    }
