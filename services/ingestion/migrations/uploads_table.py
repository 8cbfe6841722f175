"""The table of pictures that visitors upload and mails bring; made by the first migration."""

from alembic import op

from libs.db.migration import enable_tenant_rls


def create_widget_uploads() -> None:
    """What lies in the file storage until it is kept with its message, or nobody wants it any more."""
    op.execute("""
        CREATE TABLE widget_uploads (
            key text NOT NULL,
            tenant_id uuid NOT NULL,
            -- When it is thrown away: a day after it came, later once a message names it.
            due_at timestamptz NOT NULL,
            PRIMARY KEY (key, tenant_id)
        )""")
    op.execute("CREATE INDEX widget_uploads_due ON widget_uploads (due_at)")
    enable_tenant_rls("widget_uploads")
    # For upkeep, which is bound to no tenant. The rows stay locked, so that nobody attaches what is being deleted and
    # replicas take different ones.
    for declaration, body in (
        (
            "due_widget_uploads(at timestamptz, most integer) RETURNS SETOF text VOLATILE",
            "SELECT key FROM widget_uploads WHERE due_at <= at ORDER BY due_at LIMIT most FOR UPDATE SKIP LOCKED",
        ),
        (
            "forget_widget_uploads(gone text[]) RETURNS void VOLATILE",
            "DELETE FROM widget_uploads WHERE key = ANY (gone)",
        ),
    ):
        manner = "LANGUAGE sql SECURITY DEFINER SET search_path = ingestion, pg_temp"
        op.execute(f"CREATE FUNCTION {declaration} {manner} AS $$ {body} $$")
