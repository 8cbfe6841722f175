"""What was refused or parked, what could not be verified yet, and what could not be published yet.

All of it stands outside the tenants' policies: a refused call may name no tenant, and only the operator reads it.
"""

from alembic import op

from libs.db.migration import create_spool

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
            replayed_at timestamptz
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
            received_at timestamptz NOT NULL
        )""")
    create_spool()
