"""The way in: a batch of platform events becomes messages, in one transaction, each once."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from libs.bus.outbox import Outbox
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.observe.metrics import Counter
from services.conversations.domain.inbound import (
    Applier,
    Effects,
    change_message,
    changed_message_key,
    effect_key,
    makes_message,
)
from services.conversations.models import Conversation, Message
from services.conversations.repository.batch import BatchRepository, ProviderKey
from services.conversations.service.announce import Announcer
from services.conversations.service.contacts import ContactBook

_PROFILE_AGE = timedelta(hours=24)

_events = Counter("frontdesk_inbound_events_total", "Platform events applied, by verdict.", ["verdict"])


class InboundService:
    """Stores what platforms sent."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def store(self, events: Sequence[inbound.InboundEvent]) -> None:
        """Applies a batch, all or nothing. Repeating an event changes nothing; an edit or unsend whose message has
        not come yet waits for it."""
        tenants = {UUID(event.tenant_id) for event in events}
        async with self._database.unit(tenants) as unit:
            await _Batch(BatchRepository(unit), self._clock, self._outbox).run(events)


class _Batch:
    """One batch's state between its statements. Rows are locked before keys are claimed: whoever holds a contact's
    row decides alone what came first."""

    def __init__(self, repository: BatchRepository, clock: Clock, outbox: Outbox) -> None:
        self._repository = repository
        self._clock = clock
        self._outbox = outbox
        self._now = clock.now()
        self._effects = Effects()
        self._touched: dict[UUID, Conversation] = {}
        self._made: dict[ProviderKey, Message] = {}
        self._contacts = ContactBook(repository, clock, self._now)

    async def run(self, events: Sequence[inbound.InboundEvent]) -> None:
        with_contact = [event for event in events if event.contact.aliases]
        _events.labels("no_contact").inc(len(events) - len(with_contact))
        if not with_contact:
            return
        await self._contacts.resolve(with_contact)
        fresh = await self._claim(with_contact)
        for event, message_id in fresh:
            self._apply(event, message_id)
        await self._change(with_contact)
        await self._write()

    async def _claim(self, events: Sequence[inbound.InboundEvent]) -> list[tuple[inbound.InboundEvent, UUID]]:
        """Events that take effect for the first time, each with the id its message will have."""
        wanted: dict[ProviderKey, tuple[inbound.InboundEvent, UUID]] = {}
        keyed = 0
        for event in events:
            key = _key(event, effect_key(event))
            if key is not None:
                keyed += 1
                wanted.setdefault(key, (event, new_id(self._clock)))
        if not wanted:
            return []
        claimed = await self._repository.claim_keys(
            [
                (key, message_id if makes_message(event) else None, self._contacts.conversation_of(event).id)
                for key, (event, message_id) in wanted.items()
            ]
        )
        _events.labels("stored").inc(len(claimed))
        _events.labels("duplicate").inc(keyed - len(claimed))
        return [fresh for key, fresh in wanted.items() if key in claimed]

    def _apply(self, event: inbound.InboundEvent, message_id: UUID) -> None:
        row = self._contacts.conversation_of(event)
        self._touched[row.id] = row
        message = Applier(row, self._effects, self._new_id, self._now).apply(event, message_id)
        key = _key(event, effect_key(event))
        if message is not None and key is not None:
            self._made[key] = message

    async def _change(self, events: Sequence[inbound.InboundEvent]) -> None:
        """Edits and unsends: of this batch, and those that waited for its messages."""
        changes = [(key, event) for event in events if (key := _key(event, changed_message_key(event))) is not None]
        if self._made:
            waiting = await self._repository.take_pending(list(self._made))
            changes = [(key, inbound.InboundEvent.FromString(event)) for key, event in waiting] + changes
        if not changes:
            return
        changes.sort(key=lambda change: change[1].occurred_at.ToNanoseconds())
        stored = await self._repository.messages_of([key for key, _ in changes if key not in self._made])
        early: dict[tuple[ProviderKey, str | None], dict[str, object]] = {}
        for key, event in changes:
            message = self._made.get(key) or stored.get(key)
            if message is None:
                early[key, event.WhichOneof("event")] = self._pending_row(key, event)
            else:
                self._change_one(message, event, new=key in self._made)
        if early:
            await self._repository.park_changes(list(early.values()))

    def _change_one(self, message: Message, event: inbound.InboundEvent, new: bool) -> None:
        row = self._contacts.conversation_of(event)
        changed = change_message(message, event, row, self._now)
        _events.labels("changed" if changed else "duplicate").inc()
        if not changed:
            return
        self._touched[row.id] = row
        if not new and message not in self._effects.changed_messages:
            self._effects.changed_messages.append(message)

    def _pending_row(self, key: ProviderKey, event: inbound.InboundEvent) -> dict[str, object]:
        _events.labels("waiting").inc()
        tenant_id, account_id, name = key
        return {
            "tenant_id": tenant_id,
            "account_id": account_id,
            "key": name,
            "kind": "unsend" if event.WhichOneof("event") == "unsent" else "edit",
            "event": event.SerializeToString(),
            "occurred_at": event.occurred_at.ToDatetime(self._now.tzinfo),
            "stored_at": self._now,
        }

    async def _write(self) -> None:
        repository, effects = self._repository, self._effects
        if not self._touched:
            return
        await repository.save_conversations(list(self._touched.values()))
        await repository.add_cases(effects.cases)
        await repository.add_messages(effects.messages)
        if effects.changed_messages:
            await repository.save_messages(effects.changed_messages)
        await repository.add_history(effects.history)
        announcer = Announcer(repository.unit, self._outbox)
        for contact in self._contacts.due_profiles(_PROFILE_AGE, self._touched.values()):
            announcer.contact_seen(contact, *self._contacts.alias_of(contact)[2:])
        await self._contacts.note_profile_requests()
        self._announce(announcer)
        await announcer.publish()

    def _announce(self, announcer: Announcer) -> None:
        told: set[UUID] = set()
        for message in self._effects.messages:
            announcer.message_stored(message, self._touched[message.conversation_id])
            told.add(message.conversation_id)
        for message in self._effects.changed_messages:
            announcer.message_changed(message, self._touched[message.conversation_id])
            told.add(message.conversation_id)
        for conversation_id, row in self._touched.items():
            if conversation_id not in told:
                announcer.conversation_changed(row)

    def _new_id(self) -> UUID:
        return new_id(self._clock)


def _key(event: inbound.InboundEvent, name: str) -> ProviderKey | None:
    return (UUID(event.tenant_id), event.account_id, name) if name else None
