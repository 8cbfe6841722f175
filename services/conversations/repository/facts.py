"""SQL of delivery's facts: what a batch of them concerns, in a few statements. Every id comes with its tenant."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from frontdesk.delivery.v1.events_pb2 import ProfileFetched
from libs.clock.ids import time_of_id
from libs.db.unit import Unit
from services.conversations.models import CONVERSATION_COLUMNS, MESSAGE_COLUMNS, Conversation, Message
from services.conversations.repository.batch import BatchRepository
from services.conversations.repository.values import conversation_of, message_of

TenantId = tuple[UUID, UUID]

_C = ", ".join(f"c.{name}" for name in CONVERSATION_COLUMNS)
_M = ", ".join(f"m.{name}" for name in MESSAGE_COLUMNS)
_IDS = "unnest($1::uuid[], $2::uuid[]) AS q (tenant_id, id)"
# OFFSET 0 leaves the planner no other way than one look into the index for each id, in the order given.
_OF_CONTACTS = f"""
    SELECT q.tenant_id, q.id AS contact_id, c.id FROM {_IDS} CROSS JOIN LATERAL (
        SELECT id FROM conversations WHERE (tenant_id, contact_id) = (q.tenant_id, q.id) OFFSET 0) c"""
_LOCK = f"""
    SELECT c.* FROM {_IDS} CROSS JOIN LATERAL (
        SELECT {_C} FROM conversations c WHERE (c.tenant_id, c.id) = (q.tenant_id, q.id) OFFSET 0 FOR UPDATE) c"""
_MESSAGES = f"""
    SELECT m.* FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS q (tenant_id, id, stored_at)
    CROSS JOIN LATERAL (
        SELECT {_M} FROM messages m
        WHERE (m.tenant_id, m.id, m.stored_at) = (q.tenant_id, q.id, q.stored_at) OFFSET 0) m"""
_SET_PROFILES = """
    UPDATE contacts k SET name = n.name, picture_url = n.picture_url, language = n.language
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
        AS n (tenant_id, id, name, picture_url, language)
    WHERE (k.tenant_id, k.id) = (n.tenant_id, n.id) AND k.id = ANY ($2)"""


class FactsRepository:
    """Reads and writes for a batch of facts of one or more tenants."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._batch = BatchRepository(unit)

    async def conversations_of_contacts(self, contacts: Sequence[TenantId]) -> Mapping[TenantId, TenantId]:
        """The conversation of each contact that has one."""
        if not contacts:
            return {}
        rows = await self._unit.fetch(_OF_CONTACTS, *_columns(contacts))
        return {(row["tenant_id"], row["contact_id"]): (row["tenant_id"], row["id"]) for row in rows}

    async def lock_conversations(self, ids: Iterable[TenantId]) -> dict[TenantId, Conversation]:
        """Those that exist, locked in the order of their ids, as all who lock several do."""
        ordered = sorted(ids, key=lambda pair: pair[1])
        if not ordered:
            return {}
        rows = [conversation_of(row) for row in await self._unit.fetch(_LOCK, *_columns(ordered))]
        return {(row.tenant_id, row.id): row for row in rows}

    async def messages(self, ids: Iterable[TenantId]) -> dict[TenantId, Message]:
        """Those that exist."""
        wanted = list(ids)
        if not wanted:
            return {}
        times = [time_of_id(message_id) for _, message_id in wanted]
        rows = [message_of(row) for row in await self._unit.fetch(_MESSAGES, *_columns(wanted), times)]
        return {(row.tenant_id, row.id): row for row in rows}

    async def save(
        self,
        rows: Sequence[Conversation],
        messages: Sequence[Message],
        profiles: Sequence[tuple[TenantId, ProfileFetched]],
    ) -> None:
        """What the facts changed."""
        if messages:
            await self._batch.save_messages(messages)
        if rows:
            await self._batch.save_conversations(rows)
        if profiles:
            facts = [fact for _, fact in profiles]
            texts = [[f.display_name for f in facts], [f.picture_url for f in facts], [f.language for f in facts]]
            await self._unit.fetch(_SET_PROFILES, *_columns([contact for contact, _ in profiles]), *texts)

    async def claim_keys(self, sent: Sequence[tuple[Conversation, Message]]) -> None:
        """Notes the platform's ids of messages we sent."""
        keys = [
            ((row.tenant_id, row.account_id, f"message:{message.provider_message_id}"), message.id, row.id)
            for row, message in sent
        ]
        if keys:
            await self._batch.claim_keys(keys)


def _columns(ids: Sequence[TenantId]) -> tuple[list[UUID], list[UUID]]:
    return [tenant_id for tenant_id, _ in ids], [row_id for _, row_id in ids]
