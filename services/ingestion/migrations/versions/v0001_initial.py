"""The ledger of what came, what could not be verified yet, and what could not be published yet.

Refused and parked calls stand outside the tenants' policies, for they may name no tenant. What was stored has a tenant,
and its policy.
"""

from alembic import op

from libs.db.migration import create_spool, enable_tenant_rls
from services.ingestion.migrations.deletions_table import create_deletion_requests
from services.ingestion.migrations.uploads_table import create_widget_uploads

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes everything."""
    op.execute("""
        CREATE TABLE ledger (
            id uuid PRIMARY KEY,
            tenant_id uuid,
            account_id text NOT NULL,
            channel text NOT NULL,
            verdict text NOT NULL CHECK (verdict IN ('refused', 'parked')),
            reason text NOT NULL,
            detail text NOT NULL DEFAULT '',
            dedup_key text,
            recipient text NOT NULL DEFAULT '',
            headers jsonb,
            body bytea NOT NULL,
            size_bytes bigint NOT NULL,
            truncated boolean NOT NULL DEFAULT false,
            received_at timestamptz NOT NULL,
            replayed_at timestamptz,
            replayed_by uuid
        )""")
    op.execute("CREATE INDEX ledger_newest ON ledger (id DESC)")
    op.execute("CREATE INDEX ledger_by_account ON ledger (account_id, id DESC)")
    op.execute("CREATE UNIQUE INDEX ledger_parked_once ON ledger (account_id, dedup_key) WHERE dedup_key IS NOT NULL")
    # What came before its account was connected, or after it was disconnected.
    op.execute("CREATE INDEX ledger_nobodys ON ledger (channel, recipient, id) WHERE account_id = ''")
    op.execute("""
        CREATE TABLE unverified (
            id uuid PRIMARY KEY,
            channel text NOT NULL,
            account_id text NOT NULL,
            headers jsonb NOT NULL,
            body bytea NOT NULL,
            received_at timestamptz NOT NULL,
            failures integer NOT NULL DEFAULT 0,
            next_at timestamptz NOT NULL DEFAULT '-infinity'
        )""")
    op.execute("CREATE INDEX unverified_by_account ON unverified (account_id, id)")
    create_spool()
    _events()
    create_widget_uploads()
    create_deletion_requests()


def _events() -> None:
    # Written in batches by the recorder. key_hash: of the event's dedup key, to find it again.
    op.execute("""
        CREATE TABLE ledger_events (
            id uuid NOT NULL,
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            channel text NOT NULL,
            verdict text NOT NULL CHECK (verdict IN ('stored', 'duplicate')),
            kind text NOT NULL,
            key_hash bigint NOT NULL,
            body bytea NOT NULL,
            received_at timestamptz NOT NULL,
            replayed_at timestamptz,
            replayed_by uuid,
            PRIMARY KEY (id, tenant_id)
        )""")
    op.execute("CREATE INDEX ledger_events_by_account ON ledger_events (account_id, id, tenant_id)")
    op.execute("CREATE INDEX ledger_events_by_key ON ledger_events (key_hash, tenant_id)")
    op.execute("""
        CREATE TABLE account_health (
            account_id text NOT NULL,
            tenant_id uuid NOT NULL,
            last_event_at timestamptz NOT NULL,
            redelivers boolean NOT NULL,
            PRIMARY KEY (account_id, tenant_id)
        )""")
    for table in ("ledger_events", "account_health"):
        enable_tenant_rls(table)
    # For the operator, who reads over all tenants, and for throwing away.
    for declaration, body in (
        ("ledger_tenants() RETURNS SETOF uuid STABLE", "SELECT DISTINCT tenant_id FROM account_health"),
        (
            "purge_events(before uuid, most integer) RETURNS bigint VOLATILE",
            """WITH gone AS (
                DELETE FROM ledger_events WHERE (id, tenant_id) IN (
                    SELECT id, tenant_id FROM ledger_events WHERE id < before ORDER BY id LIMIT most
                ) RETURNING 1
            ) SELECT count(*) FROM gone""",
        ),
    ):
        manner = "LANGUAGE sql SECURITY DEFINER SET search_path = ingestion, pg_temp"
        op.execute(f"CREATE FUNCTION {declaration} {manner} AS $$ {body} $$")
