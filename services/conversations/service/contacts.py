"""Finds the conversation of each event's contact, locked, and makes contacts that are new."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from services.conversations.domain.inbound import makes_contact
from services.conversations.models import Contact, Conversation
from services.conversations.repository.batch import AliasKey, BatchRepository

_KINDS = {
    inbound.CONTACT_KIND_GROUP: "group",
    inbound.CONTACT_KIND_ROOM: "room",
}
# What a contact may tell of itself with an event.
_DETAILS = ("email", "phone", "member_id", "language")


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
        self._known: dict[UUID, dict[str, str]] = {}

    async def resolve(self, events: Sequence[inbound.InboundEvent]) -> None:
        """Locks the conversations of every event's contact, making what does not exist. Another transaction may be
        making the same contact: then its commit is waited for, and its row used."""
        await self._load(
            {
                alias
                for event in events
                for alias in (*aliases_of(event), *new_aliases_of(event), *_addresses_proven_by(event))
            }
        )
        moving = await self._reused(events)
        missing = self._missing(events, moving)
        if missing:
            await self._create(missing, moving)
        await self._move(events, moving)
        await self._learn_aliases(events)
        await self._retire_aliases(events)

    def conversation_of(self, event: inbound.InboundEvent) -> Conversation:
        """The locked conversation of an event's contact; call after resolve(). The most stable name that is known
        decides. KeyError for a receipt or reaction of nobody known."""
        for alias in aliases_of(event):
            if alias in self._by_alias:
                return self._by_alias[alias]
        raise KeyError("nobody known")

    def knows(self, event: inbound.InboundEvent) -> bool:
        """Whether conversation_of() has an answer."""
        return any(alias in self._by_alias for alias in aliases_of(event))

    def conversations_of(self, event: inbound.InboundEvent) -> list[Conversation]:
        """Those of all the event's names: more than one where a person is known as two contacts."""
        return [self._by_alias[alias] for alias in aliases_of(event) if alias in self._by_alias]

    def proven_by(self, event: inbound.InboundEvent) -> list[Conversation]:
        """Other threads, of forms that named the address which this event proves."""
        return [self._by_alias[alias] for alias in _addresses_proven_by(event) if alias in self._by_alias]

    async def learn(self, events: Sequence[inbound.InboundEvent]) -> None:
        """Keeps what contacts told of themselves; call once the events took effect."""
        learned: dict[UUID, dict[str, object]] = {}
        for event in events:
            row = self.conversation_of(event)
            told = {name: getattr(event.contact, name) for name in _DETAILS} | {"name": event.contact.display_name}
            known = self._known.setdefault(row.contact_id, {})
            if event.contact.address_proof == "claimed":
                # Anybody may have typed it: it fills what is unknown of somebody who may be anybody.
                blank = () if row.address_proof == "proven" else [name for name in told if not known.get(name)]
                told = {name: told[name] for name in blank}
            new = {name: value for name, value in told.items() if value and value != known.get(name)}
            if new:
                known.update(new)
                learned.setdefault(row.contact_id, {"tenant_id": row.tenant_id, "id": row.contact_id}).update(new)
        if learned:
            await self._repository.learn([learned[contact_id] for contact_id in sorted(learned)])

    def due_profiles(self, age: timedelta, rows: Iterable[Conversation]) -> list[Contact]:
        """Contacts of the events among these whose profile was never asked for, or longer ago than age."""
        due: list[Contact] = []
        for row in rows:
            if row.contact_id not in self._profile_requested:
                continue
            asked = self._profile_requested[row.contact_id]
            if asked is None or self._now - asked > age:
                due.append(_contact_of(row, self._now))
        return due

    def alias_of(self, contact: Contact) -> AliasKey:
        """One alias the platform knows the contact by."""
        return self._aliases[contact.id]

    async def _load(self, aliases: set[AliasKey]) -> None:
        if not aliases:
            return
        found = await self._repository.lock_conversations(sorted(aliases))
        for alias, row, contact in sorted(found, key=lambda one: one[0]):
            details = {name: contact[name] for name in _DETAILS}
            self._know([alias], row, contact["profile_requested_at"], details)

    def _know(
        self, aliases: Sequence[AliasKey], row: Conversation, requested_at: datetime | None, details: dict[str, str]
    ) -> None:
        # Several aliases of one contact must share one row object.
        known = self._by_contact.setdefault(row.contact_id, row)
        self._by_alias |= dict.fromkeys(aliases, known)
        self._profile_requested[known.contact_id] = requested_at
        self._aliases.setdefault(known.contact_id, aliases[0])
        self._known.setdefault(known.contact_id, {"name": row.contact_name} | details)

    async def _reused(self, events: Sequence[inbound.InboundEvent]) -> set[AliasKey]:
        """Names that changed hands: a contact is known by one, but goes by another name of the event's most stable
        kind. A telephone number was given to somebody else, say: they must not read on in its former owner's thread.
        """
        doubtful = [event for event in events if self._is_doubtful(event)]
        if not doubtful:
            return set()
        owners = {(row.tenant_id, row.contact_id) for event in doubtful for row in self.conversations_of(event)}
        names: dict[UUID, set[AliasKey]] = {}
        for name, contact_id in await self._repository.aliases_of(sorted(owners)):
            names.setdefault(contact_id, set()).add(name)
        moving: set[AliasKey] = set()
        for event in doubtful:
            first, *others = aliases_of(event)
            for alias in others:
                owner = self._by_alias.get(alias)
                if owner is None or owner is self._by_alias.get(first):
                    continue
                own = names.get(owner.contact_id, set()).difference(aliases_of(event))
                if any(name[2] == first[2] for name in own):
                    moving.add(alias)
                    del self._by_alias[alias]
        return moving

    def _is_doubtful(self, event: inbound.InboundEvent) -> bool:
        """A replayed event says nothing of today: what has changed hands since stays where it is."""
        if len(event.contact.aliases) < 2 or event.replayed or not makes_contact(event):
            return False
        first, *others = aliases_of(event)
        owner = self._by_alias.get(first)
        return any(alias in self._by_alias and self._by_alias[alias] is not owner for alias in others)

    def _missing(self, events: Sequence[inbound.InboundEvent], moving: set[AliasKey]) -> list[inbound.InboundEvent]:
        """One event of each contact that is not known, however many of its names the events use."""
        found: list[inbound.InboundEvent] = []
        seen: set[AliasKey] = set()
        for event in filter(makes_contact, events):
            aliases = [alias for alias in aliases_of(event) if alias not in moving]
            if aliases and not any(alias in self._by_alias or alias in seen for alias in aliases):
                found.append(event)
            seen.update(aliases)
        return found

    async def _create(self, missing: Sequence[inbound.InboundEvent], moving: set[AliasKey]) -> None:
        """Whoever claims every alias of a contact makes it. Where another transaction made it meanwhile under one of
        them, the others become its aliases, too."""
        contacts = [
            (self._new_contact(event), [alias for alias in aliases_of(event) if alias not in moving])
            for event in missing
        ]
        wanted = {alias: contact.id for contact, aliases in contacts for alias in aliases}
        claimed = await self._repository.claim_aliases(sorted(wanted.items()))
        mine = [
            (contact, self._new_conversation(contact), sorted(aliases))
            for contact, aliases in contacts
            if claimed.issuperset(aliases)
        ]
        await self._repository.add_contacts([contact for contact, _, _ in mine], [row for _, row, _ in mine])
        for contact, row, aliases in mine:
            self._know(aliases, row, None, {name: getattr(contact, name) for name in _DETAILS})
        await self._load(wanted.keys() - self._by_alias.keys())
        orphans = {
            alias: self.conversation_of(event).contact_id
            for event in missing
            for alias in claimed.intersection(aliases_of(event))
            if alias not in self._by_alias
        }
        if orphans:
            await self._repository.move_aliases(sorted(orphans.items()))

    async def _move(self, events: Sequence[inbound.InboundEvent], moving: set[AliasKey]) -> None:
        """Gives names that changed hands to the contact of the newest event that uses them."""
        if not moving:
            return
        for event in events:
            first, *others = aliases_of(event)
            for alias in moving.intersection(others) if first not in moving and makes_contact(event) else ():
                self._by_alias[alias] = self.conversation_of(event)
        await self._repository.move_aliases(sorted((alias, self._by_alias[alias].contact_id) for alias in moving))

    async def _learn_aliases(self, events: Sequence[inbound.InboundEvent]) -> None:
        """New names of known contacts. One that another contact has stays there: two contacts that turn out to be one
        person remain two, and the more stable name decides whose thread goes on."""
        new: dict[AliasKey, UUID] = {}
        for event in filter(self.knows, events):
            row = self.conversation_of(event)
            for alias in (*aliases_of(event), *new_aliases_of(event)):
                if alias not in self._by_alias:
                    new[alias] = row.contact_id
                    self._by_alias[alias] = row
        if new:
            await self._repository.claim_aliases(sorted(new.items()))

    async def _retire_aliases(self, events: Sequence[inbound.InboundEvent]) -> None:
        """Under its old names nothing reaches a contact any more that the platform knows under others."""
        old = {
            alias: self.conversation_of(event).contact_id
            for event in events
            for alias in (aliases_of(event) if new_aliases_of(event) else ())
            if alias not in new_aliases_of(event)
        }
        if old:
            await self._repository.retire_aliases(sorted(old.items()))

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
            **{name: getattr(event.contact, name) for name in _DETAILS},
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


def new_aliases_of(event: inbound.InboundEvent) -> list[AliasKey]:
    """The names under which the platform knows the contact from now on; [] for most events."""
    if event.WhichOneof("event") != "alias_changed":
        return []
    tenant_id = UUID(event.tenant_id)
    return [(tenant_id, event.account_id, alias.kind, alias.value) for alias in event.alias_changed.aliases]


def _addresses_proven_by(event: inbound.InboundEvent) -> list[AliasKey]:
    """The email address that a shop signed of its member, as guests of forms are known by theirs."""
    email = event.contact.email.strip().lower()
    if event.contact.address_proof != "proven" or not email:
        return []
    return [(UUID(event.tenant_id), event.account_id, "email", email)]


def _contact_of(row: Conversation, now: datetime) -> Contact:
    return Contact(
        row.tenant_id, row.contact_id, row.account_id, row.channel, row.contact_kind, row.contact_name, now, now
    )
