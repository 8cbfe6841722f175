"""The way in: a batch of platform events becomes messages, in one transaction, each once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from libs.bus.outbox import Outbox
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.observe.metrics import Counter
from services.conversations.domain.changes import is_echo_of, is_unnamed
from services.conversations.domain.inbound import Applier, Effects
from services.conversations.domain.keys import effect_key, makes_message, message_key
from services.conversations.domain.writers import prove_address
from services.conversations.models import Contact, Conversation, Message
from services.conversations.repository.batch import BatchRepository, ProviderKey
from services.conversations.service.announce import Announcer
from services.conversations.service.changes import Changes, Reference, provider_key, reference_of
from services.conversations.service.contacts import ContactBook
from services.conversations.service.quotes import quotes_of
from services.conversations.service.thread import Touched
from services.conversations.service.windows import windows_for

_PROFILE_AGE = timedelta(hours=24)

_events = Counter("frontdesk_inbound_events_total", "Platform events applied, by verdict.", ["verdict"])


class InboundService:
    """Stores what platforms sent."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def store(self, events: Sequence[inbound.InboundEvent]) -> None:
        """Applies a batch, all or nothing. Repeating an event changes nothing, unless it is replayed and means
        something else today; a change whose message has not come yet waits for it."""
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
        self._touched = Touched(repository, self._effects)
        self._made: dict[ProviderKey, Message] = {}
        self._awaited: set[ProviderKey] = set()
        self._contacts = ContactBook(repository, clock, self._now)
        self._changes = Changes(repository, self._touched, self._effects, self._now)

    async def run(self, events: Sequence[inbound.InboundEvent]) -> None:
        with_contact = [event for event in events if event.contact.aliases]
        _events.labels("no_contact").inc(len(events) - len(with_contact))
        if not with_contact:
            return
        await self._contacts.resolve(with_contact)
        for event in with_contact:
            self._touched.know(self._contacts.conversations_of(event))
        ours = await self._references(with_contact)
        ours |= await self._unnamed(
            {number: event for number, event in enumerate(with_contact) if number not in ours and is_unnamed(event)}
        )
        others = [event for number, event in enumerate(with_contact) if number not in ours]
        fresh = await self._claim(others)
        for event, message_id in fresh:
            self._apply(event, message_id)
        await self._contacts.learn([event for event, _ in fresh])
        self._changes.made(self._made, self._awaited)
        await self._changes.confirm([(with_contact[number], found) for number, found in ours.items()])
        await self._changes.apply(others)
        for row, event in self._changes.told_ads:
            self._applier(row).note_ad(event)
        await self._reach_watermarks(with_contact)
        await self._write()

    async def _references(self, events: Sequence[inbound.InboundEvent]) -> dict[int, Reference]:
        """Events that speak of an attempt of ours by its reference, by their place in the batch. Whoever sends one may
        write anything there, so the message must be of the event's own contact."""
        named = {number: found for number, event in enumerate(events) if (found := reference_of(event)) is not None}
        if not named:
            return {}
        ids = {(UUID(events[number].tenant_id), message_id) for number, (message_id, _) in named.items()}
        await self._touched.load(sorted(ids))
        ours: dict[int, Reference] = {}
        for number, (message_id, attempt) in named.items():
            message = self._touched.messages.get(message_id)
            threads = {row.id for row in self._contacts.conversations_of(events[number])}
            if message is not None and message.origin == "desk" and message.conversation_id in threads:
                ours[number] = Reference(message, attempt)
        return ours

    async def _unnamed(self, echoes: Mapping[int, inbound.InboundEvent]) -> dict[int, Reference]:
        """Applications' echoes without a reference, from platforms that give none back: one that says what an answer
        says that is being sent is that answer. One that came before is not another answer that says the same."""
        keys = {number: key for number, event in echoes.items() if (key := provider_key(event, effect_key(event)))}
        if not keys:
            return {}
        known = await self._repository.messages_of(sorted(set(keys.values())))
        new = {key: echoes[number] for number, key in keys.items() if key not in known}
        waiting = await self._touched.awaited([self._contacts.conversation_of(event) for event in new.values()])
        ours: dict[ProviderKey, Message] = {}
        for key, event in new.items():
            row = self._contacts.conversation_of(event)
            message = next((one for one in waiting if one.conversation_id == row.id and is_echo_of(event, one)), None)
            if message is not None:
                waiting.remove(message)
                ours[key] = message
        return {number: Reference(ours[key], ours[key].attempt) for number, key in keys.items() if key in ours}

    async def _claim(self, events: Sequence[inbound.InboundEvent]) -> list[tuple[inbound.InboundEvent, UUID]]:
        """Events that take effect for the first time, each with the id its message will have."""
        wanted: dict[ProviderKey, tuple[inbound.InboundEvent, UUID]] = {}
        keyed = 0
        for event in events:
            key = provider_key(event, effect_key(event))
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
        self._awaited.update(key for key, awaited in claimed.items() if awaited)
        _events.labels("stored").inc(len(claimed))
        _events.labels("duplicate").inc(keyed - len(claimed))
        return [fresh for key, fresh in wanted.items() if key in claimed]

    def _apply(self, event: inbound.InboundEvent, message_id: UUID) -> None:
        row = self._contacts.conversation_of(event)
        self._touched.touch(row)
        for other in filter(prove_address, self._contacts.proven_by(event)):
            self._touched.touch(other)
        message = self._applier(row).apply(event, message_id)
        if message is not None and message.provider_message_id:
            key = provider_key(event, message_key(message.provider_message_id))
            if key is not None:
                self._made[key] = message

    def _applier(self, row: Conversation) -> Applier:
        return Applier(row, self._effects, self._new_id, self._now)

    async def _reach_watermarks(self, events: Sequence[inbound.InboundEvent]) -> None:
        receipts = [event for event in events if event.receipt.watermark_ms and self._contacts.knows(event)]
        await self._changes.reach_watermarks([(event, self._contacts.conversation_of(event)) for event in receipts])

    async def _write(self) -> None:
        repository, effects, rows = self._repository, self._effects, self._touched.changed
        if not rows:
            return
        asked = self._contacts.due_profiles(_PROFILE_AGE, rows.values())
        await repository.save(list(rows.values()), effects.messages, effects.cases, effects.history, asked)
        if effects.changed_messages:
            await repository.save_messages(effects.changed_messages)
        if effects.ads:
            await repository.note_ads(effects.ads)
        await self._announce(asked)

    async def _announce(self, asked: Sequence[Contact]) -> None:
        unit, rows, effects = self._repository.unit, self._touched.changed, self._effects
        shown = [*effects.messages, *effects.changed_messages]
        quotes = await quotes_of(unit, [(message, rows[message.conversation_id].account_id) for message in shown])
        announcer = Announcer(unit, self._outbox, await windows_for(unit, rows.values(), self._now), quotes)
        for contact in asked:
            announcer.contact_seen(contact, *self._contacts.alias_of(contact)[2:])
        for message in effects.messages:
            announcer.message_stored(message, rows[message.conversation_id])
            announcer.media_requested(message, rows[message.conversation_id], message.attachments)
        for message in effects.changed_messages:
            announcer.message_changed(message, rows[message.conversation_id])
        for message, attachments in effects.attached:
            announcer.media_requested(message, rows[message.conversation_id], attachments)
        told = {message.conversation_id for message in shown}
        for conversation_id, row in rows.items():
            if conversation_id not in told:
                announcer.conversation_changed(row)
        for dropped in effects.dropped:
            announcer.media_dropped(dropped)
        for row, fact in self._changes.confirmed:
            announcer.attempt_confirmed(row, fact)
        await announcer.publish()

    def _new_id(self) -> UUID:
        return new_id(self._clock)
