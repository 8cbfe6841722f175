"""Facts this service tells, written to the outbox in the transaction that made them."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from google.protobuf.message import Message as Proto

from frontdesk.conversations.v1 import events_pb2 as events
from libs.bus.outbox import Fact, Outbox
from libs.bus.subjects import subject_of
from libs.db.unit import Unit
from services.conversations.domain import snapshots
from services.conversations.domain.changes import Dropped
from services.conversations.domain.content import fetching
from services.conversations.domain.window import Windows
from services.conversations.models import Contact, Conversation, Message


class Announcer:
    """Collects facts and adds them to the outbox at once. Their order within a conversation is kept."""

    def __init__(self, unit: Unit, outbox: Outbox, windows: Windows, quotes: snapshots.Quotes | None = None) -> None:
        self._unit = unit
        self._outbox = outbox
        self._windows = windows
        self._quotes = quotes or {}
        self._facts: list[Fact] = []

    def message_stored(self, message: Message, row: Conversation) -> None:
        """A message came or was written."""
        fact = events.MessageStored(
            message=snapshots.message(message, self._quotes), conversation=snapshots.conversation(row, self._windows)
        )
        self._add(row, fact, f"{message.id}:{message.version}")

    def message_changed(self, message: Message, row: Conversation) -> None:
        """State, edit, unsend, a reaction, a file that is here now, what a replay made of it."""
        fact = events.MessageChanged(
            message=snapshots.message(message, self._quotes), conversation=snapshots.conversation(row, self._windows)
        )
        self._add(row, fact, f"{message.id}:{message.version}")

    def media_requested(self, message: Message, row: Conversation, attachments: Iterable[dict[str, Any]]) -> None:
        """Contents of a message's new attachments that are to be fetched, one by one."""
        for attachment in fetching(attachments):
            fact = events.MediaRequested(
                tenant_id=str(row.tenant_id),
                account_id=row.account_id,
                channel=row.channel,
                conversation_id=str(row.id),
                message_id=str(message.id),
                attachment_id=attachment["id"],
                kind=attachment["kind"],
                provider_content_id=attachment["source"]["id"],
                url=attachment["source"]["url"],
                occurred_at_ms=int(message.sent_at.timestamp() * 1000),
                file_name=attachment["file_name"],
            )
            self._add(row, fact, f"media:{attachment['id']}")

    def media_dropped(self, dropped: Dropped) -> None:
        """Files of a message that was taken back."""
        fact = events.MediaDropped(
            tenant_id=str(dropped.tenant_id),
            storage_keys=dropped.storage_keys,
            attachment_ids=dropped.attachment_ids,
        )
        what = "+".join([*dropped.attachment_ids, *dropped.storage_keys])
        msg_id = f"dropped:{dropped.message_id}:{blake2b(what.encode(), digest_size=8).hexdigest()}"
        subject = subject_of(dropped.tenant_id, fact)
        self._facts.append(Fact(subject, fact, msg_id, dropped.tenant_id, str(dropped.conversation_id)))

    def attempt_confirmed(self, row: Conversation, fact: events.AttemptConfirmed) -> None:
        """The platform spoke of an attempt by its reference."""
        self._add(row, fact, f"{fact.message_id}:confirmed:{fact.attempt}:{fact.state}")

    def read_by_staff(self, row: Conversation, fact: events.ReadByStaff) -> None:
        """Somebody who may answer looked at it."""
        self._add(row, fact, f"{row.id}:read:{row.version}")

    def conversation_changed(self, row: Conversation) -> None:
        """Anything of the inbox row."""
        fact = events.ConversationChanged(conversation=snapshots.conversation(row, self._windows))
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
