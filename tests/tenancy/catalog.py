"""What PostgreSQL's catalog knows of the services' tables, and rows that can be made for any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

# Tables without a policy: nothing in them is shown to a tenant. Named one by one, so that one more is argued for here.
SYSTEM_TABLES = {
    # What is committed and not published yet; who works on what; the migrations that ran.
    *(f"{service}.outbox" for service in ("conversations", "delivery", "tenants")),
    *(f"{service}.leases" for service in ("conversations", "delivery")),
    *(f"{service}.alembic_version" for service in ("conversations", "delivery", "ingestion", "tenants")),
    # A refused call may name no tenant, and only the operator reads these.
    "ingestion.ledger",
    "ingestion.unverified",
    "ingestion.spool",
    # Those of the shared app are of no tenant, and a person's page is opened by its code alone.
    "ingestion.deletion_requests",
    # Counters of attempts and mails, some asked for before a tenant is known.
    "tenants.throttles",
    "tenants.mails",
}
# Unique across tenants on purpose: what is named there belongs to one tenant in the world.
GLOBALLY_UNIQUE = {
    ("tenants.tenants", ("slug",)),
    ("tenants.teammates", ("email_key",)),
    ("tenants.channel_accounts", ("id",)),
    ("tenants.channel_accounts", ("channel", "provider_id")),
    ("delivery.account_queues", ("account_id",)),
}

_TABLES = """
    SELECT n.nspname || '.' || c.relname AS name, n.nspname AS service, c.relrowsecurity AS guarded,
        c.relispartition AS is_part, pg_get_userbyid(c.relowner) AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') ORDER BY 1"""
_POLICIES = """
    SELECT schemaname || '.' || tablename AS name, cmd, permissive, roles::text[] AS roles, qual, with_check
    FROM pg_policies WHERE schemaname = ANY ($1)"""
_COLUMNS = """
    SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS required, a.atthasdef AS filled,
        a.attidentity <> '' OR a.attgenerated <> '' AS generated
    FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""


@dataclass(frozen=True)
class Table:
    """One table; name as "service.table"."""

    name: str
    service: str
    guarded: bool
    is_part: bool
    owner: str


async def tables_of(connection: asyncpg.Connection, services: Sequence[str]) -> list[Table]:
    """Every table of these services."""
    return [Table(**row) for row in await connection.fetch(_TABLES, services)]


async def policies_of(connection: asyncpg.Connection, services: Sequence[str]) -> dict[str, list[asyncpg.Record]]:
    """Every policy, by table."""
    found: dict[str, list[asyncpg.Record]] = {}
    for row in await connection.fetch(_POLICIES, services):
        found.setdefault(row["name"], []).append(row)
    return found


async def insertion(connection: asyncpg.Connection, table: str, tenant_id: UUID) -> str:
    """An INSERT of a row of this tenant that fits the table's columns, whatever it refers to."""
    columns = await connection.fetch(_COLUMNS, table)
    values = {
        column["name"]: f"'{tenant_id}'" if column["name"] == "tenant_id" else _value(column["type"])
        for column in columns
        if column["required"] and not column["generated"] and not column["filled"]
    }
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def _value(kind: str) -> str:
    if kind == "uuid":
        return f"'{uuid4()}'"
    if kind in {"text", "character varying"}:
        return f"'x{uuid4().hex}'"
    return {
        "bigint": "1",
        "boolean": "true",
        "bytea": "'\\x00'",
        "integer": "1",
        "jsonb": "'{}'",
        "smallint": "1",
        "text[]": "'{}'",
        "timestamp with time zone": "now()",
    }[kind]
