"""What migrations of several services share: policies and the tables libs need. Use inside `upgrade()`."""

from alembic import op

_POLICY = "tenant_id = ANY (nullif(current_setting('app.tenants', true), '')::uuid[])"


def enable_tenant_rls(table: str) -> None:
    """Shows and takes only rows of the tenants the transaction is bound to. The owner role is exempt: its
    SECURITY DEFINER functions filter by tenant themselves."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING ({_POLICY}) WITH CHECK ({_POLICY})")


def create_outbox() -> None:
    """Facts that are committed and not yet published; see libs/bus/outbox.py. A system table: no policy."""
    op.execute("""
        CREATE TABLE outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            shard smallint NOT NULL,
            ordering_key text NOT NULL,
            tenant_id uuid NOT NULL,
            subject text NOT NULL,
            type text NOT NULL,
            msg_id text NOT NULL,
            payload bytea NOT NULL,
            headers jsonb NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX outbox_by_shard ON outbox (shard, id)")


def create_leases() -> None:
    """Who works on what right now; see libs/bus/leases.py. A system table: no policy."""
    op.execute("""
        CREATE TABLE leases (
            name text PRIMARY KEY,
            owner text NOT NULL,
            token bigint NOT NULL,
            expires_at timestamptz NOT NULL
        )""")


def create_spool() -> None:
    """Events taken from a platform while the broker was away; see libs/bus/spool.py. A system table: no policy."""
    op.execute("""
        CREATE TABLE spool (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            subject text NOT NULL,
            type text NOT NULL,
            msg_id text NOT NULL,
            tenant_id uuid,
            payload bytea NOT NULL,
            headers jsonb NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
