"""What events do to messages that are there: of a batch of them, and those that waited for its messages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from frontdesk.channels.v1 import inbound_pb2 as inbound
from frontdesk.conversations.v1 import events_pb2 as events
from libs.channels.references import read_reference
from libs.observe.metrics import Counter
from services.conversations.domain.changes import (
    apply_receipt,
    change_message,
    dropped,
    waiting_event,
    waiting_kind,
)
from services.conversations.domain.conversation import show_latest
from services.conversations.domain.delivery import Report, apply_report, awaited, settle
from services.conversations.domain.inbound import Effects
from services.conversations.domain.keys import changed_keys, message_key
from services.conversations.domain.order import sort_key
from services.conversations.models import Conversation, Message
from services.conversations.repository.batch import BatchRepository, ProviderKey, TenantId
from services.conversations.service.thread import Touched

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 10**13 - 1

_changes = Counter("frontdesk_inbound_changes_total", "Changes of stored messages, by verdict.", ["verdict"])


@dataclass(frozen=True, slots=True)
class Reference:
    """A message of ours that an event names, and which attempt at it."""

    message: Message
    attempt: int


class Changes:
    """Applies changes to messages of locked conversations, each to its own conversation's."""

    def __init__(self, repository: BatchRepository, touched: Touched, effects: Effects, now: datetime) -> None:
        self._repository = repository
        self._touched = touched
        self._effects = effects
        self._now = now
        self._made: dict[ProviderKey, Message] = {}
        # Those of them that a change may be waiting for.
        self._awaited: set[ProviderKey] = set()
        self._new: set[UUID] = set()
        self.confirmed: list[tuple[Conversation, events.AttemptConfirmed]] = []
        # Replayed events whose messages tell of another ad than they did.
        self.told_ads: list[tuple[Conversation, inbound.InboundEvent]] = []

    def made(self, messages: Mapping[ProviderKey, Message], awaited: Iterable[ProviderKey]) -> None:
        """Messages this batch makes: nothing of them is stored yet. For those that are awaited a change is waiting."""
        self._made.update(messages)
        self._awaited.update(awaited)
        self._new.update(message.id for message in messages.values())

    async def confirm(self, told: Sequence[tuple[inbound.InboundEvent, Reference]]) -> None:
        """Echoes and receipts that name an attempt of ours: never a second message."""
        ids: dict[ProviderKey, Message] = {}
        for event, ours in told:
            message, row = ours.message, self._touched.rows[ours.message.conversation_id]
            waited, provider_id = awaited(message, ours.attempt), _provider_id(event)
            if _confirm_one(event, ours, row, provider_id):
                self._touched.note(message)
                if waited:
                    self.confirmed.append((row, _confirmation(event, ours, row, provider_id)))
            key = provider_key(event, message_key(provider_id)) if provider_id else None
            if key is not None:
                ids[key] = message
        await self.sent_as(ids)

    async def sent_as(self, ids: Mapping[ProviderKey, Message]) -> None:
        """Notes what the platform calls messages of ours; what waited under these names is applied with the next."""
        if not ids:
            return
        ordered = sorted(ids.items(), key=lambda item: item[0])
        await self._repository.claim_keys([(key, message.id, message.conversation_id) for key, message in ordered])
        self._made.update(ids)
        self._awaited.update(ids)

    async def apply(self, batch: Iterable[inbound.InboundEvent]) -> None:
        """Changes of this batch, and those that waited for its messages, in the order they happened."""
        changes = [
            (key, event)
            for event in batch
            for name in changed_keys(event)
            if (key := provider_key(event, name)) is not None
        ]
        if self._awaited:
            waiting = await self._repository.take_pending(sorted(self._awaited))
            changes = [(key, inbound.InboundEvent.FromString(event)) for key, event in waiting] + changes
        if not changes:
            return
        changes.sort(key=lambda change: change[1].occurred_at.ToNanoseconds())
        stored = await self._touched.of_keys(key for key, _ in changes if key not in self._made)
        early: dict[tuple[ProviderKey, str], dict[str, object]] = {}
        for key, event in changes:
            message = self._made.get(key) or stored.get(key)
            if message is not None:
                self._change_one(key, message, event)
            elif kind := waiting_kind(event):
                early[key, kind] = self._pending_row(key, event)
        if early:
            await self._repository.park_changes(list(early.values()))

    async def reach_watermarks(self, batch: Iterable[tuple[inbound.InboundEvent, Conversation]]) -> None:
        """Receipts of everything up to a moment. It stays with the conversation: of what is sent may be told later."""
        reached: dict[TenantId, datetime] = {}
        for event, row in batch:
            until = _note_watermark(row, event.receipt)
            if until is not None:
                self._touched.touch(row)
                row.version += 1
                reached[row.tenant_id, row.id] = max(until, reached.get((row.tenant_id, row.id), until))
        if not reached:
            return
        keys = {conversation: sort_key(until, _LAST) for conversation, until in reached.items()}
        for message in await self._touched.until(keys):
            row = self._touched.rows[message.conversation_id]
            if settle(message, row):
                message.version += 1
                show_latest(row, message)
                self._note(message)

    def _change_one(self, key: ProviderKey, message: Message, event: inbound.InboundEvent) -> None:
        row, before, ad = self._touched.rows[message.conversation_id], message.attachments, message.details.get("ad")
        changed = change_message(message, event, row, key[2])
        _changes.labels("changed" if changed else "duplicate").inc()
        if changed:
            self._note_files(message, before)
            self._note(message)
        if event.replayed and message.details.get("ad", ad) != ad:
            self.told_ads.append((row, event))

    def _note_files(self, message: Message, before: list[dict[str, Any]]) -> None:
        """Nothing was asked for yet of a message this batch makes."""
        if message.id in self._new:
            return
        left = dropped(message, before)
        if left is not None:
            self._effects.dropped.append(left)
        had = {one["id"] for one in before}
        new = [one for one in message.attachments if one["id"] not in had]
        if new:
            self._effects.attached.append((message, new))

    def _note(self, message: Message) -> None:
        if message.id in self._new:
            self._touched.touch(self._touched.rows[message.conversation_id])
        else:
            self._touched.note(message)

    def _pending_row(self, key: ProviderKey, event: inbound.InboundEvent) -> dict[str, object]:
        _changes.labels("waiting").inc()
        tenant_id, account_id, name = key
        return {
            "tenant_id": tenant_id,
            "account_id": account_id,
            "key": name,
            "kind": waiting_kind(event),
            "event": waiting_event(event, name).SerializeToString(),
            "occurred_at": event.occurred_at.ToDatetime(UTC),
            "stored_at": self._now,
        }


def provider_key(event: inbound.InboundEvent, name: str) -> ProviderKey | None:
    """A name of the event's account; None for ""."""
    return (UUID(event.tenant_id), event.account_id, name) if name else None


def reference_of(event: inbound.InboundEvent) -> tuple[UUID, int] | None:
    """Which message and attempt of ours the event says it speaks of."""
    kind = event.WhichOneof("event")
    text = event.echoed.reference if kind == "echoed" else event.receipt.reference if kind == "receipt" else ""
    return read_reference(text) if text else None


def _confirm_one(event: inbound.InboundEvent, ours: Reference, row: Conversation, provider_id: str) -> bool:
    if event.WhichOneof("event") == "receipt":
        return apply_receipt(ours.message, event, row, ours.attempt, provider_id)
    at = event.occurred_at.ToDatetime(UTC)
    if not apply_report(ours.message, Report("sent", ours.attempt, at, provider_message_id=provider_id), row):
        return False
    row.version += 1
    show_latest(row, ours.message)
    return True


def _provider_id(event: inbound.InboundEvent) -> str:
    if event.WhichOneof("event") == "echoed":
        return event.echoed.message.provider_message_id
    ids = event.receipt.provider_message_ids
    return ids[0] if ids else ""


def _confirmation(
    event: inbound.InboundEvent, ours: Reference, row: Conversation, provider_id: str
) -> events.AttemptConfirmed:
    receipt = event.receipt if event.WhichOneof("event") == "receipt" else inbound.Receipt(state="sent")
    return events.AttemptConfirmed(
        tenant_id=str(row.tenant_id),
        account_id=row.account_id,
        message_id=str(ours.message.id),
        attempt=ours.attempt,
        state=receipt.state,
        provider_message_id=provider_id,
        failure_code=receipt.failure_code,
        failure_detail=receipt.failure_detail,
    )


def _note_watermark(row: Conversation, receipt: inbound.Receipt) -> datetime | None:
    """The moment, where it is later than what was told before."""
    until = _EPOCH + timedelta(milliseconds=receipt.watermark_ms)
    if receipt.state == "read" and (row.read_until is None or row.read_until < until):
        row.read_until = until
        return until
    if receipt.state == "delivered" and (row.delivered_until is None or row.delivered_until < until):
        row.delivered_until = until
        return until
    return None
