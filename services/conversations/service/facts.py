"""What other services tell: how attempts went, what profiles say, which files are here, who may answer late."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from uuid import UUID

from frontdesk.delivery.v1 import events_pb2 as delivery
from frontdesk.tenants.v1 import events_pb2 as tenants
from libs.bus.outbox import Outbox
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from services.conversations.domain.changes import Dropped
from services.conversations.domain.content import stored_keys
from services.conversations.domain.conversation import show_latest
from services.conversations.domain.delivery import Report, apply_report
from services.conversations.domain.inbound import Effects
from services.conversations.domain.keys import message_key
from services.conversations.domain.media import note_fetched
from services.conversations.models import Conversation, Message
from services.conversations.repository.batch import BatchRepository, ProviderKey, TenantId
from services.conversations.repository.facts import FactsRepository
from services.conversations.service.announce import Announcer
from services.conversations.service.changes import Changes
from services.conversations.service.quotes import quotes_of
from services.conversations.service.thread import Touched
from services.conversations.service.windows import windows_for

OfMessage = delivery.AttemptChanged | delivery.MediaFetched
Fact = OfMessage | delivery.ProfileFetched | tenants.ChannelAccountChanged


class FactsService:
    """Applies facts of delivery and tenants. Repeated and late ones change nothing."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def apply(self, facts: Sequence[Fact]) -> None:
        """A batch of facts in their order, in one transaction, all or nothing."""
        async with self._database.unit({UUID(fact.tenant_id) for fact in facts}) as unit:
            await _Batch(unit, self._clock, self._outbox).run(facts)


class _Batch:
    """One batch's state between its statements."""

    def __init__(self, unit: Unit, clock: Clock, outbox: Outbox) -> None:
        self._unit = unit
        self._now = clock.now()
        self._outbox = outbox
        self._repository = FactsRepository(unit)
        self._effects = Effects()
        self._touched = Touched(BatchRepository(unit), self._effects)
        self._changes = Changes(BatchRepository(unit), self._touched, self._effects, self._now)
        self._of_contact: dict[TenantId, Conversation] = {}
        self._profiles: dict[TenantId, delivery.ProfileFetched] = {}
        self._sent_as: dict[ProviderKey, Message] = {}

    async def run(self, facts: Sequence[Fact]) -> None:
        await self._note_accounts(fact for fact in facts if isinstance(fact, tenants.ChannelAccountChanged))
        of_messages = [fact for fact in facts if isinstance(fact, OfMessage)]
        profiles = [fact for fact in facts if isinstance(fact, delivery.ProfileFetched)]
        await self._load(of_messages, profiles)
        for fact in of_messages:
            self._of_message(fact)
        for profile in profiles:
            self._profile_fetched(profile)
        await self._changes.sent_as(self._sent_as)
        await self._changes.apply([])
        await self._write()

    async def _note_accounts(self, facts: Iterable[tenants.ChannelAccountChanged]) -> None:
        newest = {(fact.account_id, fact.tenant_id): fact for fact in sorted(facts, key=lambda fact: fact.version)}
        await self._repository.note_accounts(
            [
                (UUID(tenant_id), account_id, fact.human_agent, fact.version)
                for (account_id, tenant_id), fact in sorted(newest.items(), key=lambda item: item[0])
            ]
        )

    async def _load(self, of_messages: Sequence[OfMessage], profiles: Sequence[delivery.ProfileFetched]) -> None:
        contacts = await self._repository.conversations_of_contacts([_id(fact, fact.contact_id) for fact in profiles])
        ids = {_id(fact, fact.conversation_id) for fact in of_messages} | set(contacts.values())
        self._touched.know(await BatchRepository(self._unit).lock_more(ids))
        rows = {(row.tenant_id, row.id): row for row in self._touched.rows.values()}
        self._of_contact = {contact: rows[found] for contact, found in contacts.items()}
        await self._touched.load({_id(fact, fact.message_id) for fact in of_messages})

    def _of_message(self, fact: OfMessage) -> None:
        row = self._touched.rows.get(UUID(fact.conversation_id))
        message = self._touched.messages.get(UUID(fact.message_id))
        if row is None or message is None or message.conversation_id != row.id:
            return
        if row.tenant_id != UUID(fact.tenant_id):
            return
        if isinstance(fact, delivery.AttemptChanged):
            self._attempt_changed(fact, message, row)
        else:
            self._media_fetched(fact, message, row)

    def _attempt_changed(self, fact: delivery.AttemptChanged, message: Message, row: Conversation) -> None:
        if message.delivery_state is None:
            return
        report = Report(
            fact.state,
            fact.attempt,
            fact.occurred_at.ToDatetime(UTC) if fact.HasField("occurred_at") else self._now,
            fact.failure_code,
            fact.failure_detail,
            fact.provider_message_id,
        )
        if fact.provider_message_id:
            # Its echo must not make a second one.
            key = (row.tenant_id, row.account_id, message_key(fact.provider_message_id))
            self._sent_as[key] = message
        if apply_report(message, report, row):
            row.version += 1
            show_latest(row, message)
            self._touched.note(message)

    def _media_fetched(self, fact: delivery.MediaFetched, message: Message, row: Conversation) -> None:
        """What came for an attachment that the message has no more, taken back or replaced, is deleted."""
        if fact.attachment_id not in {one["id"] for one in message.attachments}:
            keys = stored_keys([{"storage_key": fact.storage_key, "thumbnail_key": fact.thumbnail_key}])
            if keys:
                self._effects.dropped.append(Dropped(row.tenant_id, row.id, message.id, keys, []))
        elif note_fetched(message, fact):
            row.version += 1
            self._touched.note(message)

    def _profile_fetched(self, fact: delivery.ProfileFetched) -> None:
        contact_id = _id(fact, fact.contact_id)
        row = self._of_contact.get(contact_id)
        if row is None:
            return
        self._profiles[contact_id] = fact
        # Who may not read a name is told none.
        told = fact.display_name or row.contact_name, fact.picture_url
        if (row.contact_name, row.contact_picture_url) != told:
            row.contact_name, row.contact_picture_url = told
            row.version += 1
            self._touched.touch(row)

    async def _write(self) -> None:
        rows, messages = self._touched.changed, self._effects.changed_messages
        await self._repository.save(list(rows.values()), messages, list(self._profiles.items()))
        quotes = await quotes_of(self._unit, [(one, rows[one.conversation_id].account_id) for one in messages])
        windows = await windows_for(self._unit, rows.values(), self._now)
        announcer = Announcer(self._unit, self._outbox, windows, quotes)
        for message in messages:
            announcer.message_changed(message, rows[message.conversation_id])
        told = {message.conversation_id for message in messages}
        for row in rows.values():
            if row.id not in told:
                announcer.conversation_changed(row)
        for dropped in self._effects.dropped:
            announcer.media_dropped(dropped)
        await announcer.publish()


def _id(fact: OfMessage | delivery.ProfileFetched, text: str) -> TenantId:
    return UUID(fact.tenant_id), UUID(text)
