"""What other services tell: how attempts went, what profiles say."""

from collections.abc import Sequence
from uuid import UUID

from frontdesk.delivery.v1 import events_pb2 as delivery
from libs.bus.outbox import Outbox
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from services.conversations.domain.conversation import show_latest
from services.conversations.domain.delivery import next_state
from services.conversations.models import Conversation, Message
from services.conversations.repository.batch import BatchRepository
from services.conversations.repository.threads import ThreadRepository
from services.conversations.service.announce import Announcer

Fact = delivery.AttemptChanged | delivery.ProfileFetched


class FactsService:
    """Applies facts of delivery. Repeated and late ones change nothing."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def apply(self, facts: Sequence[Fact]) -> None:
        """A batch of facts in their order, in one transaction. Conversations are locked in the order of their ids."""
        async with self._database.unit({UUID(fact.tenant_id) for fact in facts}) as unit:
            for fact in sorted(facts, key=_lock_order):
                if isinstance(fact, delivery.AttemptChanged):
                    await self._attempt_changed(unit, fact)
                else:
                    await self._profile_fetched(unit, fact)

    async def _attempt_changed(self, unit: Unit, fact: delivery.AttemptChanged) -> None:
        repository = ThreadRepository(unit, UUID(fact.tenant_id))
        row = await repository.conversation(UUID(fact.conversation_id), None, lock=True)
        message = await repository.message(UUID(fact.message_id))
        if row is None or message is None or message.delivery_state is None:
            return
        state = next_state(message.delivery_state, message.attempt, fact.state, fact.attempt)
        if state is None:
            return
        await self._move(unit, repository, row, message, fact, state)

    async def _move(
        self,
        unit: Unit,
        repository: ThreadRepository,
        row: Conversation,
        message: Message,
        fact: delivery.AttemptChanged,
        state: str,
    ) -> None:
        message.delivery_state = state
        message.failure_code, message.failure_detail = fact.failure_code, fact.failure_detail
        if fact.provider_message_id:
            message.provider_message_id = fact.provider_message_id
            await repository.claim_provider_key(row.account_id, f"message:{fact.provider_message_id}", message)
        message.version += 1
        row.version += 1
        show_latest(row, message)
        batch = BatchRepository(unit)
        await batch.save_messages([message])
        await batch.save_conversations([row])
        announcer = Announcer(unit, self._outbox)
        announcer.message_changed(message, row)
        await announcer.publish()

    async def _profile_fetched(self, unit: Unit, fact: delivery.ProfileFetched) -> None:
        repository = ThreadRepository(unit, UUID(fact.tenant_id))
        contact_id = UUID(fact.contact_id)
        row = await repository.conversation_of_contact(contact_id)
        if row is None:
            return
        await repository.set_profile(contact_id, fact.display_name, fact.picture_url, fact.language)
        if (row.contact_name, row.contact_picture_url) == (fact.display_name, fact.picture_url):
            return
        row.contact_name, row.contact_picture_url = fact.display_name, fact.picture_url
        row.version += 1
        await BatchRepository(unit).save_conversations([row])
        announcer = Announcer(unit, self._outbox)
        announcer.conversation_changed(row)
        await announcer.publish()


def _lock_order(fact: Fact) -> str:
    return fact.conversation_id if isinstance(fact, delivery.AttemptChanged) else fact.contact_id
