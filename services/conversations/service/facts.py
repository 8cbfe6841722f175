"""What other services tell: how attempts went, what profiles say."""

from collections.abc import Sequence
from uuid import UUID

from frontdesk.delivery.v1 import events_pb2 as delivery
from libs.bus.outbox import Outbox
from libs.db.database import Database
from services.conversations.domain.conversation import show_latest
from services.conversations.domain.delivery import next_state
from services.conversations.models import Conversation, Message
from services.conversations.repository.facts import FactsRepository, TenantId
from services.conversations.service.announce import Announcer

Fact = delivery.AttemptChanged | delivery.ProfileFetched


class FactsService:
    """Applies facts of delivery. Repeated and late ones change nothing."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def apply(self, facts: Sequence[Fact]) -> None:
        """A batch of facts in their order, in one transaction, all or nothing."""
        async with self._database.unit({UUID(fact.tenant_id) for fact in facts}) as unit:
            await _Batch(FactsRepository(unit), Announcer(unit, self._outbox)).run(facts)


class _Batch:
    """One batch's state between its statements."""

    def __init__(self, repository: FactsRepository, announcer: Announcer) -> None:
        self._repository = repository
        self._announcer = announcer
        self._rows: dict[TenantId, Conversation] = {}
        self._of_contact: dict[TenantId, Conversation] = {}
        self._messages: dict[TenantId, Message] = {}
        self._changed_rows: dict[UUID, Conversation] = {}
        self._changed_messages: dict[UUID, Message] = {}
        self._profiles: dict[TenantId, delivery.ProfileFetched] = {}

    async def run(self, facts: Sequence[Fact]) -> None:
        attempts = [fact for fact in facts if isinstance(fact, delivery.AttemptChanged)]
        profiles = [fact for fact in facts if isinstance(fact, delivery.ProfileFetched)]
        await self._load(attempts, profiles)
        for attempt in attempts:
            self._attempt_changed(attempt)
        for profile in profiles:
            self._profile_fetched(profile)
        await self._write()

    async def _load(
        self, attempts: Sequence[delivery.AttemptChanged], profiles: Sequence[delivery.ProfileFetched]
    ) -> None:
        contacts = await self._repository.conversations_of_contacts([_id(fact, fact.contact_id) for fact in profiles])
        ids = {_id(fact, fact.conversation_id) for fact in attempts} | set(contacts.values())
        self._rows = await self._repository.lock_conversations(ids)
        self._of_contact = {contact: self._rows[found] for contact, found in contacts.items()}
        self._messages = await self._repository.messages({_id(fact, fact.message_id) for fact in attempts})

    def _attempt_changed(self, fact: delivery.AttemptChanged) -> None:
        row = self._rows.get(_id(fact, fact.conversation_id))
        message = self._messages.get(_id(fact, fact.message_id))
        if row is None or message is None or message.delivery_state is None or message.conversation_id != row.id:
            return
        state = next_state(message.delivery_state, message.attempt, fact.state, fact.attempt)
        if state is None:
            return
        message.delivery_state = state
        message.failure_code, message.failure_detail = fact.failure_code, fact.failure_detail
        message.provider_message_id = fact.provider_message_id or message.provider_message_id
        message.version += 1
        show_latest(row, message)
        self._changed_messages[message.id] = message
        self._touch(row)

    def _profile_fetched(self, fact: delivery.ProfileFetched) -> None:
        contact_id = _id(fact, fact.contact_id)
        row = self._of_contact.get(contact_id)
        if row is None:
            return
        self._profiles[contact_id] = fact
        if (row.contact_name, row.contact_picture_url) != (fact.display_name, fact.picture_url):
            row.contact_name, row.contact_picture_url = fact.display_name, fact.picture_url
            self._touch(row)

    def _touch(self, row: Conversation) -> None:
        row.version += 1
        self._changed_rows[row.id] = row

    async def _write(self) -> None:
        rows, messages = list(self._changed_rows.values()), list(self._changed_messages.values())
        await self._repository.save(rows, messages, list(self._profiles.items()))
        rows_by_id = {row.id: row for row in self._rows.values()}
        # Their echoes must not make second ones.
        await self._repository.claim_keys(
            [(rows_by_id[message.conversation_id], message) for message in messages if message.provider_message_id]
        )
        told = {message.conversation_id for message in messages}
        for message in messages:
            self._announcer.message_changed(message, rows_by_id[message.conversation_id])
        for row in rows:
            if row.id not in told:
                self._announcer.conversation_changed(row)
        await self._announcer.publish()


def _id(fact: Fact, text: str) -> TenantId:
    return UUID(fact.tenant_id), UUID(text)
