"""Facts this service tells, written to the outbox in the transaction that made them."""

from google.protobuf.message import Message as Proto

from frontdesk.conversations.v1 import events_pb2 as events
from libs.bus.outbox import Fact, Outbox
from libs.bus.subjects import subject_of
from libs.db.unit import Unit
from services.conversations.domain import snapshots
from services.conversations.models import Contact, Conversation, Message


class Announcer:
    """Collects facts and adds them to the outbox at once. Their order within a conversation is kept."""

    def __init__(self, unit: Unit, outbox: Outbox) -> None:
        self._unit = unit
        self._outbox = outbox
        self._facts: list[Fact] = []

    def message_stored(self, message: Message, row: Conversation) -> None:
        """A message came or was written."""
        fact = events.MessageStored(message=snapshots.message(message), conversation=snapshots.conversation(row))
        self._add(row, fact, f"{message.id}:{message.version}")

    def message_changed(self, message: Message, row: Conversation) -> None:
        """State, edit or unsend."""
        fact = events.MessageChanged(message=snapshots.message(message), conversation=snapshots.conversation(row))
        self._add(row, fact, f"{message.id}:{message.version}")

    def conversation_changed(self, row: Conversation) -> None:
        """Anything of the inbox row."""
        fact = events.ConversationChanged(conversation=snapshots.conversation(row))
        self._add(row, fact, f"{row.id}:{row.version}")

    def delivery_requested(self, row: Conversation, fact: events.DeliveryRequested) -> None:
        """An attempt is to be sent."""
        self._add(row, fact, f"{fact.message_id}:attempt:{fact.attempt}")

    def contact_seen(self, contact: Contact, alias_kind: str, alias: str) -> None:
        """A profile is due."""
        fact = events.ContactSeen(
            tenant_id=str(contact.tenant_id),
            account_id=contact.account_id,
            channel=contact.channel,
            contact_id=str(contact.id),
            kind=contact.kind,
            alias_kind=alias_kind,
            alias=alias,
        )
        msg_id = f"contact:{contact.id}:{int(contact.created_at.timestamp())}"
        self._facts.append(Fact(subject_of(contact.tenant_id, fact), fact, msg_id, contact.tenant_id, str(contact.id)))

    async def publish(self) -> None:
        """Writes what was collected."""
        await self._outbox.add_many(self._unit, self._facts)
        self._facts = []

    def _add(self, row: Conversation, fact: Proto, msg_id: str) -> None:
        self._facts.append(Fact(subject_of(row.tenant_id, fact), fact, msg_id, row.tenant_id, str(row.id)))
