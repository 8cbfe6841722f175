"""SQL of delivery's facts: what a batch of them concerns, in a few statements. Every id comes with its tenant."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from frontdesk.delivery.v1.events_pb2 import ProfileFetched
from libs.db.unit import Unit
from services.conversations.models import Conversation, Message
from services.conversations.repository.batch import BatchRepository, TenantId, columns

_IDS = "unnest($1::uuid[], $2::uuid[]) AS q (tenant_id, id)"
# OFFSET 0 leaves the planner no other way than one look into the index for each id, in the order given.
_OF_CONTACTS = f"""
    SELECT q.tenant_id, q.id AS contact_id, c.id FROM {_IDS} CROSS JOIN LATERAL (
        SELECT id FROM conversations WHERE (tenant_id, contact_id) = (q.tenant_id, q.id) OFFSET 0) c"""
_NOTE_ACCOUNTS = """
    INSERT INTO accounts AS a (tenant_id, account_id, human_agent, version)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::bigint[])
    ON CONFLICT (account_id, tenant_id) DO UPDATE
    SET human_agent = EXCLUDED.human_agent, version = EXCLUDED.version WHERE a.version < EXCLUDED.version"""
_SET_PROFILES = """
    UPDATE contacts k SET name = COALESCE(NULLIF(n.name, ''), k.name), picture_url = n.picture_url,
        language = COALESCE(NULLIF(n.language, ''), k.language)
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
        rows = await self._unit.fetch(_OF_CONTACTS, *columns(contacts))
        return {(row["tenant_id"], row["contact_id"]): (row["tenant_id"], row["id"]) for row in rows}

    async def note_accounts(self, accounts: Sequence[tuple[UUID, str, bool, int]]) -> None:
        """Whose people may answer late, by the newest version of each account."""
        if accounts:
            await self._unit.fetch(_NOTE_ACCOUNTS, *(list(column) for column in zip(*accounts, strict=True)))

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
            await self._batch.save(rows)
        if profiles:
            facts = [fact for _, fact in profiles]
            texts = [[f.display_name for f in facts], [f.picture_url for f in facts], [f.language for f in facts]]
            await self._unit.fetch(_SET_PROFILES, *columns([contact for contact, _ in profiles]), *texts)
