"""The table of people's requests that their data be deleted; made by the first migration."""

from alembic import op


def create_deletion_requests() -> None:
    """Stands outside the tenants' policies: the shared app's requests are nobody's, and a page is opened by the code
    alone."""
    op.execute("""
        CREATE TABLE deletion_requests (
            id uuid PRIMARY KEY,
            code text NOT NULL UNIQUE,
            tenant_id uuid,
            account_id text NOT NULL,
            user_id text NOT NULL,
            received_at timestamptz NOT NULL,
            done_at timestamptz,
            done_by uuid
        )""")
    op.execute("CREATE INDEX deletion_requests_by_tenant ON deletion_requests (tenant_id, id)")
    op.execute("CREATE INDEX deletion_requests_open ON deletion_requests (received_at) WHERE done_at IS NULL")
