"""SQL of the way in: many messages of many contacts and tenants in a few statements. The unit is bound to the
tenants of the batch; every row names its own."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from libs.clock.ids import time_of_id
from libs.db.unit import Unit
from services.conversations.models import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    AdSource,
    Case,
    Contact,
    Conversation,
    HistoryEntry,
    Message,
)
from services.conversations.repository.rows import rows_json
from services.conversations.repository.values import conversation_of, message_of

AliasKey = tuple[UUID, str, str, str]
ProviderKey = tuple[UUID, str, str]
TenantId = tuple[UUID, UUID]

_C = ", ".join(f"c.{name}" for name in CONVERSATION_COLUMNS)
_M = ", ".join(f"m.{name}" for name in MESSAGE_COLUMNS)
_SET = ", ".join(f"{name} = n.{name}" for name in CONVERSATION_COLUMNS if name not in {"tenant_id", "id", "created_at"})
# The planner knows little of a batch, and nothing of a young table. OFFSET 0 and "= ANY (ids)" leave it no plan
# that compares every row of the batch with every row of a tenant.
# The nested loop keeps the order of what is found, and locks in it.
_LOCK = f"""
    SELECT c.*, f.alias_account, f.alias_kind, f.alias, f.profile_requested_at, f.email, f.phone, f.member_id,
        f.language
    FROM (
        SELECT q.account_id AS alias_account, q.kind AS alias_kind, q.value AS alias, k.*, v.tenant_id, v.id
        FROM json_populate_recordset(NULL::contact_aliases, $1) q
        CROSS JOIN LATERAL (
            SELECT contact_id FROM contact_aliases
            WHERE (tenant_id, account_id, kind, value) = (q.tenant_id, q.account_id, q.kind, q.value) OFFSET 0) a
        CROSS JOIN LATERAL (
            SELECT profile_requested_at, email, phone, member_id, language FROM contacts
            WHERE (tenant_id, id) = (q.tenant_id, a.contact_id) OFFSET 0) k
        CROSS JOIN LATERAL (
            SELECT tenant_id, id FROM conversations
            WHERE (tenant_id, contact_id) = (q.tenant_id, a.contact_id) OFFSET 0) v
        ORDER BY v.id) f
    CROSS JOIN LATERAL (
        SELECT {_C} FROM conversations c WHERE (c.tenant_id, c.id) = (f.tenant_id, f.id) OFFSET 0 FOR UPDATE) c"""
_LOCK_MORE = f"""
    SELECT c.* FROM unnest($1::uuid[], $2::uuid[]) AS q (tenant_id, id) CROSS JOIN LATERAL (
        SELECT {_C} FROM conversations c WHERE (c.tenant_id, c.id) = (q.tenant_id, q.id) OFFSET 0 FOR UPDATE) c"""
_ALIASES = """
    SELECT a.* FROM unnest($1::uuid[], $2::uuid[]) AS q (tenant_id, contact_id) CROSS JOIN LATERAL (
        SELECT tenant_id, account_id, kind, value, contact_id FROM contact_aliases
        WHERE (tenant_id, contact_id) = (q.tenant_id, q.contact_id) OFFSET 0) a"""
_RETIRE_ALIASES = """
    UPDATE contact_aliases a SET retired = true
    FROM json_populate_recordset(NULL::contact_aliases, $1) n
    WHERE (a.tenant_id, a.account_id, a.kind, a.value, a.contact_id)
        = (n.tenant_id, n.account_id, n.kind, n.value, n.contact_id) AND a.value = ANY ($2)"""
_CLAIM_ALIASES = """
    INSERT INTO contact_aliases (tenant_id, account_id, kind, value, contact_id)
    SELECT tenant_id, account_id, kind, value, contact_id FROM json_populate_recordset(NULL::contact_aliases, $1)
    ORDER BY tenant_id, account_id, kind, value
    ON CONFLICT DO NOTHING RETURNING tenant_id, account_id, kind, value"""
_MOVE_ALIASES = """
    UPDATE contact_aliases a SET contact_id = n.contact_id FROM json_populate_recordset(NULL::contact_aliases, $1) n
    WHERE (a.tenant_id, a.account_id, a.kind, a.value) = (n.tenant_id, n.account_id, n.kind, n.value)
        AND a.value = ANY ($2)"""
_CLAIM_KEYS = """
    INSERT INTO provider_keys AS k (tenant_id, account_id, key, message_id, conversation_id)
    SELECT tenant_id, account_id, key, message_id, conversation_id
    FROM json_populate_recordset(NULL::provider_keys, $1) ORDER BY tenant_id, account_id, key
    ON CONFLICT DO NOTHING RETURNING tenant_id, account_id, key, (
        SELECT true FROM pending_changes p
        WHERE (p.tenant_id, p.account_id, p.key) = (k.tenant_id, k.account_id, k.key) LIMIT 1) AS awaited"""
_MESSAGES_OF_KEYS = f"""
    SELECT m.*, q.account_id AS key_account, q.key AS key FROM json_populate_recordset(NULL::provider_keys, $1) q
    CROSS JOIN LATERAL (
        SELECT message_id FROM provider_keys
        WHERE (tenant_id, account_id, key) = (q.tenant_id, q.account_id, q.key) OFFSET 0) k
    CROSS JOIN LATERAL (
        SELECT {_M} FROM messages m WHERE (m.tenant_id, m.id) = (q.tenant_id, k.message_id)
        AND m.stored_at = uuid_extract_timestamp(k.message_id) OFFSET 0) m"""
_MESSAGES = f"""
    SELECT m.* FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS q (tenant_id, id, stored_at)
    CROSS JOIN LATERAL (
        SELECT {_M} FROM messages m
        WHERE (m.tenant_id, m.id, m.stored_at) = (q.tenant_id, q.id, q.stored_at) OFFSET 0) m"""
# Nobody reads further back in one go; what lies deeper than this was read before.
_UNTIL = f"""
    SELECT {_M} FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS q (tenant_id, id, until)
    CROSS JOIN LATERAL (
        SELECT {_M} FROM messages m WHERE (m.tenant_id, m.conversation_id) = (q.tenant_id, q.id)
            AND m.sort_key <= q.until ORDER BY m.sort_key DESC LIMIT 100) m
    WHERE m.delivery_state IN ('sent', 'delivered')"""
_AWAITED = f"""
    SELECT {_M} FROM unnest($1::uuid[], $2::uuid[]) AS q (tenant_id, id)
    CROSS JOIN LATERAL (
        SELECT {_M} FROM messages m WHERE (m.tenant_id, m.conversation_id) = (q.tenant_id, q.id)
            ORDER BY m.sort_key DESC LIMIT 30) m
    WHERE m.delivery_state IN ('queued', 'sending', 'unconfirmed') AND m.origin = 'desk'
        AND m.provider_message_id = '' ORDER BY m.sort_key"""
_NOTE_ADS = """
    INSERT INTO ad_sources AS a (tenant_id, channel, ad_id, title, url, picture_url, seen_at)
    SELECT tenant_id, channel, ad_id, title, url, picture_url, seen_at
    FROM json_populate_recordset(NULL::ad_sources, $1) ORDER BY tenant_id, channel, ad_id
    ON CONFLICT (ad_id, channel, tenant_id) DO UPDATE
    SET title = EXCLUDED.title, url = EXCLUDED.url, picture_url = EXCLUDED.picture_url, seen_at = EXCLUDED.seen_at
    WHERE a.seen_at <= EXCLUDED.seen_at"""
_APPROVED = """
    SELECT a.tenant_id, a.account_id FROM unnest($1::uuid[], $2::text[]) AS q (tenant_id, account_id)
    CROSS JOIN LATERAL (SELECT tenant_id, account_id FROM accounts
        WHERE (tenant_id, account_id) = (q.tenant_id, q.account_id) AND human_agent OFFSET 0) a"""
_TAKE_PENDING = """
    DELETE FROM pending_changes p USING json_populate_recordset(NULL::provider_keys, $1) q
    WHERE (p.tenant_id, p.account_id, p.key) = (q.tenant_id, q.account_id, q.key) AND p.key = ANY ($2)
    RETURNING p.tenant_id, p.account_id, p.key, p.event"""
_PARK = """
    INSERT INTO pending_changes AS p (tenant_id, account_id, key, kind, event, occurred_at, stored_at)
    SELECT tenant_id, account_id, key, kind, event, occurred_at, stored_at
    FROM json_populate_recordset(NULL::pending_changes, $1) ORDER BY tenant_id, account_id, key, kind
    ON CONFLICT (tenant_id, account_id, key, kind) DO UPDATE
    SET event = EXCLUDED.event, occurred_at = EXCLUDED.occurred_at WHERE p.occurred_at < EXCLUDED.occurred_at"""
_SAVE_MESSAGES = """
    UPDATE messages m SET text = n.text, attachments = n.attachments, details = n.details, edited_at = n.edited_at,
        unsent_at = n.unsent_at, version = n.version, delivery_state = n.delivery_state, attempt = n.attempt,
        failure_code = n.failure_code, failure_detail = n.failure_detail, provider_message_id = n.provider_message_id,
        type = n.type, direction = n.direction, origin = n.origin, sender_id = n.sender_id, sender_name = n.sender_name
    FROM json_populate_recordset(NULL::messages, $1) n
    WHERE (m.tenant_id, m.id, m.stored_at) = (n.tenant_id, n.id, n.stored_at)
        AND m.id = ANY ($2) AND m.stored_at = ANY ($3)"""
_LEARN = """
    UPDATE contacts k SET name = COALESCE(NULLIF(n.name, ''), k.name), email = COALESCE(NULLIF(n.email, ''), k.email),
        phone = COALESCE(NULLIF(n.phone, ''), k.phone), member_id = COALESCE(NULLIF(n.member_id, ''), k.member_id),
        language = COALESCE(NULLIF(n.language, ''), k.language)
    FROM json_populate_recordset(NULL::contacts, $1) n
    WHERE (k.tenant_id, k.id) = (n.tenant_id, n.id) AND k.id = ANY ($2)"""
_CONTACT_COLUMNS = tuple(field.name for field in dataclasses.fields(Contact))
_CASE_COLUMNS = ("tenant_id", "id", "conversation_id", "opened_by", "opened_at")
_HISTORY_COLUMNS = ("tenant_id", "id", "conversation_id", "case_id", "kind", "occurred_at", "actor_id", "fields")


def _insert(table: str, columns: Sequence[str], place: int) -> str:
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, ${place})"


# One round trip: the transaction holds its conversations' locks, and the next message waits for them.
_SAVE = f"""
    WITH saved AS (
        UPDATE conversations c SET {_SET} FROM json_populate_recordset(NULL::conversations, $1) n
        WHERE (c.tenant_id, c.id) = (n.tenant_id, n.id) AND c.id = ANY ($2)
    ), opened AS ({_insert("cases", _CASE_COLUMNS, 4)}
    ), told AS ({_insert("history", _HISTORY_COLUMNS, 5)}
    ), asked AS (
        UPDATE contacts k SET profile_requested_at = n.profile_requested_at
        FROM json_populate_recordset(NULL::contacts, $6) n
        WHERE (k.tenant_id, k.id) = (n.tenant_id, n.id) AND k.id = ANY ($7)
    ) {_insert("messages", MESSAGE_COLUMNS, 3)}"""
_ADD_CONTACTS = f"""
    WITH made AS ({_insert("contacts", _CONTACT_COLUMNS, 1)}) {_insert("conversations", CONVERSATION_COLUMNS, 2)}"""


class BatchRepository:
    """Reads and writes for a batch of events."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    async def lock_conversations(self, aliases: Sequence[AliasKey]) -> list[tuple[AliasKey, Conversation, Any]]:
        """Conversations of known aliases, locked in the order of their ids, and what is known of their contacts:
        profile_requested_at, email, phone, member_id, language."""
        wanted = [{"tenant_id": t, "account_id": a, "kind": k, "value": v} for t, a, k, v in aliases]
        return [
            ((row["tenant_id"], row["alias_account"], row["alias_kind"], row["alias"]), conversation_of(row), row)
            for row in await self.unit.fetch(_LOCK, rows_json(wanted))
        ]

    async def lock_more(self, ids: Iterable[TenantId]) -> list[Conversation]:
        """Conversations by their ids, locked in their order."""
        ordered = sorted(ids, key=lambda pair: pair[1])
        if not ordered:
            return []
        return [conversation_of(row) for row in await self.unit.fetch(_LOCK_MORE, *columns(ordered))]

    async def aliases_of(self, contacts: Sequence[TenantId]) -> list[tuple[AliasKey, UUID]]:
        """Every name these contacts have."""
        rows = await self.unit.fetch(_ALIASES, *columns(contacts))
        return [((row["tenant_id"], row["account_id"], row["kind"], row["value"]), row["contact_id"]) for row in rows]

    async def retire_aliases(self, aliases: Sequence[tuple[AliasKey, UUID]]) -> None:
        """Nothing is sent to these names of these contacts any more."""
        await self.unit.fetch(_RETIRE_ALIASES, _aliases_json(aliases), [value for (_, _, _, value), _ in aliases])

    async def claim_aliases(self, aliases: Sequence[tuple[AliasKey, UUID]]) -> set[AliasKey]:
        """Gives aliases to contacts; answers with those that nobody had. One that another transaction is giving away
        is waited for, and left to it."""
        rows = await self.unit.fetch(_CLAIM_ALIASES, _aliases_json(aliases))
        return {(row["tenant_id"], row["account_id"], row["kind"], row["value"]) for row in rows}

    async def move_aliases(self, aliases: Sequence[tuple[AliasKey, UUID]]) -> None:
        """Gives claimed aliases to other contacts."""
        await self.unit.fetch(_MOVE_ALIASES, _aliases_json(aliases), [value for (_, _, _, value), _ in aliases])

    async def add_contacts(self, contacts: Sequence[Contact], conversations: Sequence[Conversation]) -> None:
        """New contacts, each with its one conversation."""
        await self.unit.fetch(_ADD_CONTACTS, rows_json(contacts), rows_json(conversations))

    async def claim_keys(self, keys: Sequence[tuple[ProviderKey, UUID | None, UUID]]) -> dict[ProviderKey, bool]:
        """Claims keys for the message (None where there is none) and conversation each will make; answers with those
        nobody claimed before, and whether a change waits for them."""
        rows = [
            {"tenant_id": t, "account_id": a, "key": k, "message_id": message, "conversation_id": conversation}
            for (t, a, k), message, conversation in keys
        ]
        claimed = await self.unit.fetch(_CLAIM_KEYS, rows_json(rows))
        return {(row["tenant_id"], row["account_id"], row["key"]): bool(row["awaited"]) for row in claimed}

    async def messages_of(self, keys: Sequence[ProviderKey]) -> dict[ProviderKey, Message]:
        """Stored messages by the platform's id."""
        rows = await self.unit.fetch(_MESSAGES_OF_KEYS, _keys_json(keys))
        return {(row["tenant_id"], row["key_account"], row["key"]): message_of(row) for row in rows}

    async def messages(self, ids: Iterable[TenantId]) -> dict[UUID, Message]:
        """Stored messages by their own ids."""
        wanted = list(ids)
        if not wanted:
            return {}
        times = [time_of_id(message_id) for _, message_id in wanted]
        return {row["id"]: message_of(row) for row in await self.unit.fetch(_MESSAGES, *columns(wanted), times)}

    async def messages_until(self, until: Mapping[TenantId, str]) -> list[Message]:
        """The newest outbound messages of conversations up to a sort key that the platform has and that may still be
        delivered or read."""
        ids, keys = list(until), list(until.values())
        return [message_of(row) for row in await self.unit.fetch(_UNTIL, *columns(ids), keys)]

    async def awaited_messages(self, conversations: Sequence[TenantId]) -> list[Message]:
        """Answers of these conversations of which nobody told yet what the platform calls them, oldest first."""
        return [message_of(row) for row in await self.unit.fetch(_AWAITED, *columns(conversations))]

    async def approved(self, accounts: Sequence[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
        """Those of the accounts whose people may answer after the first window."""
        if not accounts:
            return set()
        rows = await self.unit.fetch(_APPROVED, [tenant for tenant, _ in accounts], [name for _, name in accounts])
        return {(row["tenant_id"], row["account_id"]) for row in rows}

    async def note_ads(self, ads: Sequence[AdSource]) -> None:
        """Keeps the newest word on each ad."""
        newest: dict[tuple[UUID, str, str], AdSource] = {}
        for ad in ads:
            key = (ad.tenant_id, ad.channel, ad.ad_id)
            if key not in newest or newest[key].seen_at <= ad.seen_at:
                newest[key] = ad
        await self.unit.fetch(_NOTE_ADS, rows_json(list(newest.values())))

    async def learn(self, contacts: Sequence[dict[str, Any]]) -> None:
        """What contacts told of themselves; "" leaves what was known."""
        await self.unit.fetch(_LEARN, rows_json(contacts), [contact["id"] for contact in contacts])

    async def take_pending(self, keys: Sequence[ProviderKey]) -> list[tuple[ProviderKey, bytes]]:
        """Changes that waited for these messages; they wait no more."""
        rows = await self.unit.fetch(_TAKE_PENDING, _keys_json(keys), [key for _, _, key in keys])
        return [((row["tenant_id"], row["account_id"], row["key"]), row["event"]) for row in rows]

    async def park_changes(self, changes: Sequence[dict[str, Any]]) -> None:
        """Keeps changes that came before their message; of several of one kind the newest."""
        await self.unit.fetch(_PARK, rows_json(changes))

    async def save_messages(self, messages: Sequence[Message]) -> None:
        """What can change of a message."""
        ids, times = [message.id for message in messages], [message.stored_at for message in messages]
        await self.unit.fetch(_SAVE_MESSAGES, rows_json(messages), ids, times)

    async def save(
        self,
        conversations: Sequence[Conversation],
        messages: Sequence[Message] = (),
        cases: Sequence[Case] = (),
        history: Sequence[HistoryEntry] = (),
        asked: Sequence[Contact] = (),
    ) -> None:
        """Everything of locked conversations, with new messages, cases and lines of history; and when the profiles of
        contacts were asked for."""
        asked_at = [
            {"tenant_id": c.tenant_id, "id": c.id, "profile_requested_at": c.profile_requested_at} for c in asked
        ]
        await self.unit.fetch(
            _SAVE,
            rows_json(conversations),
            [row.id for row in conversations],
            rows_json(messages),
            rows_json(cases),
            rows_json(history),
            rows_json(asked_at),
            [contact.id for contact in asked],
        )


def columns(ids: Sequence[TenantId]) -> tuple[list[UUID], list[UUID]]:
    """Tenants and ids side by side, as unnest takes them."""
    return [tenant_id for tenant_id, _ in ids], [row_id for _, row_id in ids]


def _keys_json(keys: Sequence[ProviderKey]) -> str:
    return rows_json([{"tenant_id": t, "account_id": a, "key": k} for t, a, k in keys])


def _aliases_json(aliases: Sequence[tuple[AliasKey, UUID]]) -> str:
    return rows_json(
        [
            {"tenant_id": t, "account_id": a, "kind": k, "value": v, "contact_id": contact}
            for (t, a, k, v), contact in aliases
        ]
    )
