"""Finds the conversation of each event's contact, locked, and makes contacts that are new."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from services.conversations.models import Contact, Conversation
from services.conversations.repository.batch import AliasKey, BatchRepository

_KINDS = {
    inbound.CONTACT_KIND_GROUP: "group",
    inbound.CONTACT_KIND_ROOM: "room",
}


class ContactBook:
    """The contacts of one batch, by alias."""

    def __init__(self, repository: BatchRepository, clock: Clock, now: datetime) -> None:
        self._repository = repository
        self._clock = clock
        self._now = now
        self._by_alias: dict[AliasKey, Conversation] = {}
        self._by_contact: dict[UUID, Conversation] = {}
        self._profile_requested: dict[UUID, datetime | None] = {}
        self._aliases: dict[UUID, AliasKey] = {}
        self._due: list[Contact] = []

    async def resolve(self, events: Sequence[inbound.InboundEvent]) -> None:
        """Locks the conversations of every event's contact, making what does not exist. Another transaction may be
        making the same contact: then its commit is waited for, and its row used."""
        await self._load({alias for event in events for alias in aliases_of(event)})
        missing = self._missing(events)
        if missing:
            await self._create(missing)
        await self._learn_aliases(events)

    def conversation_of(self, event: inbound.InboundEvent) -> Conversation:
        """The locked conversation of an event's contact; call after resolve()."""
        return next(self._by_alias[alias] for alias in aliases_of(event) if alias in self._by_alias)

    def due_profiles(self, age: timedelta, rows: Iterable[Conversation]) -> list[Contact]:
        """Contacts among these whose profile was never asked for, or longer ago than age."""
        for row in rows:
            asked = self._profile_requested.get(row.contact_id)
            if asked is None or self._now - asked > age:
                self._due.append(_contact_of(row, self._now))
        return self._due

    def alias_of(self, contact: Contact) -> AliasKey:
        """One alias the platform knows the contact by."""
        return self._aliases[contact.id]

    async def note_profile_requests(self) -> None:
        """Remembers that the due profiles were asked for."""
        if self._due:
            await self._repository.note_profile_requests(
                [{"tenant_id": c.tenant_id, "id": c.id, "profile_requested_at": self._now} for c in self._due]
            )

    async def _load(self, aliases: set[AliasKey]) -> None:
        if not aliases:
            return
        for alias, row, requested_at in await self._repository.lock_conversations(sorted(aliases)):
            # Several aliases of one contact must share one row object.
            known = self._by_contact.setdefault(row.contact_id, row)
            self._by_alias[alias] = known
            self._profile_requested[known.contact_id] = requested_at
            self._aliases.setdefault(known.contact_id, alias)

    def _missing(self, events: Sequence[inbound.InboundEvent]) -> list[inbound.InboundEvent]:
        """One event of each contact that is not known, however many of its names the events use."""
        found: list[inbound.InboundEvent] = []
        seen: set[AliasKey] = set()
        for event in events:
            aliases = aliases_of(event)
            if not any(alias in self._by_alias or alias in seen for alias in aliases):
                found.append(event)
            seen.update(aliases)
        return found

    async def _create(self, missing: Sequence[inbound.InboundEvent]) -> None:
        """Whoever claims every alias of a contact makes it. Where another transaction made it meanwhile under one of
        them, the others become its aliases, too."""
        contacts = [(self._new_contact(event), aliases_of(event)) for event in missing]
        wanted = {alias: contact.id for contact, aliases in contacts for alias in aliases}
        claimed = await self._repository.claim_aliases(sorted(wanted.items()))
        mine = [contact for contact, aliases in contacts if claimed.issuperset(aliases)]
        await self._repository.add_contacts(mine, [self._new_conversation(contact) for contact in mine])
        await self._load(set(wanted))
        orphans = {
            alias: self.conversation_of(event).contact_id
            for event in missing
            for alias in claimed.intersection(aliases_of(event))
            if alias not in self._by_alias
        }
        if orphans:
            await self._repository.move_aliases(sorted(orphans.items()))

    async def _learn_aliases(self, events: Sequence[inbound.InboundEvent]) -> None:
        new: dict[AliasKey, UUID] = {}
        for event in events:
            row = self.conversation_of(event)
            for alias in aliases_of(event):
                if alias not in self._by_alias:
                    new[alias] = row.contact_id
                    self._by_alias[alias] = row
        if new:
            await self._repository.claim_aliases(sorted(new.items()))

    def _new_contact(self, event: inbound.InboundEvent) -> Contact:
        return Contact(
            tenant_id=UUID(event.tenant_id),
            id=new_id(self._clock),
            account_id=event.account_id,
            channel=event.channel,
            kind=_KINDS.get(event.contact.kind, "person"),
            name=event.contact.display_name,
            created_at=self._now,
            profile_requested_at=None,
        )

    def _new_conversation(self, contact: Contact) -> Conversation:
        return Conversation(
            tenant_id=contact.tenant_id,
            id=new_id(self._clock),
            contact_id=contact.id,
            account_id=contact.account_id,
            channel=contact.channel,
            contact_kind=contact.kind,
            contact_name=contact.name,
            created_at=self._now,
        )


def aliases_of(event: inbound.InboundEvent) -> list[AliasKey]:
    """Every name the platform gave the event's contact, most stable first."""
    tenant_id = UUID(event.tenant_id)
    return [(tenant_id, event.account_id, alias.kind, alias.value) for alias in event.contact.aliases]


def _contact_of(row: Conversation, now: datetime) -> Contact:
    return Contact(
        row.tenant_id, row.contact_id, row.account_id, row.channel, row.contact_kind, row.contact_name, now, None
    )
