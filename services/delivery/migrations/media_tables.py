"""Tables of files that come in and go out; made by the first migration."""

from alembic import op

from libs.db.migration import enable_tenant_rls


def create_media_tables() -> None:
    """Fetches of what customers sent, and uploads of what teammates send."""
    op.execute("""
        CREATE TABLE media_fetches (
            tenant_id uuid NOT NULL,
            attachment_id text NOT NULL,
            account_id text NOT NULL,
            channel text NOT NULL,
            conversation_id uuid NOT NULL,
            message_id uuid NOT NULL,
            kind text NOT NULL,
            provider_content_id text NOT NULL,
            url text NOT NULL,
            file_name text NOT NULL,
            occurred_at timestamptz NOT NULL,
            requested_at timestamptz NOT NULL,
            tries integer NOT NULL DEFAULT 0,
            next_at timestamptz NOT NULL,
            claimed_until timestamptz NOT NULL DEFAULT '-infinity',
            PRIMARY KEY (attachment_id, tenant_id)
        )""")
    op.execute("CREATE INDEX media_fetches_due ON media_fetches (account_id, next_at)")
    op.execute("""
        CREATE TABLE uploads (
            tenant_id uuid NOT NULL,
            upload_id uuid NOT NULL,
            teammate_id uuid NOT NULL,
            channel text NOT NULL,
            file_name text NOT NULL,
            content_type text NOT NULL,
            kind text NOT NULL,
            voice boolean NOT NULL,
            size_bytes bigint NOT NULL,
            created_at timestamptz NOT NULL,
            state text NOT NULL CHECK (state IN ('uploading', 'converting', 'ready', 'failed')),
            offset_bytes bigint NOT NULL,
            parts text[] NOT NULL,
            failure_code text NOT NULL,
            ready_bytes bigint NOT NULL,
            width integer NOT NULL,
            height integer NOT NULL,
            duration_ms bigint NOT NULL,
            storage_key text NOT NULL,
            thumbnail_key text NOT NULL,
            -- When a message was last going to hold the file; once one does, it stays when the upload is forgotten.
            wanted_at timestamptz NOT NULL DEFAULT '-infinity',
            kept boolean NOT NULL DEFAULT false,
            tries integer NOT NULL,
            next_at timestamptz NOT NULL,
            claimed_until timestamptz NOT NULL DEFAULT '-infinity',
            PRIMARY KEY (upload_id, tenant_id)
        )""")
    op.execute("CREATE INDEX uploads_to_convert ON uploads (next_at) WHERE state = 'converting'")
    op.execute("CREATE INDEX uploads_by_age ON uploads (created_at)")
    op.execute("CREATE INDEX uploads_unfinished ON uploads (teammate_id) WHERE state = 'uploading'")
    for table in ("media_fetches", "uploads"):
        enable_tenant_rls(table)
    for statement in (_CLAIM_FETCHES, _CLAIM_UPLOADS, _OLD_UPLOADS, _MEDIA_BACKLOG):
        op.execute(statement)


# As claims of lanes: from account to account through the index, few of each, whoever has the fewest running first.
_CLAIM_FETCHES = """
    CREATE FUNCTION claim_media_fetches(
        at timestamptz, claim_seconds integer, total integer, each integer, busy text[], running integer[])
    RETURNS SETOF media_fetches
    LANGUAGE sql SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
        WITH RECURSIVE waiting AS (
            (SELECT t.account_id FROM media_fetches t ORDER BY t.account_id LIMIT 1)
            UNION ALL
            SELECT (SELECT t.account_id FROM media_fetches t WHERE t.account_id > w.account_id
                    ORDER BY t.account_id LIMIT 1)
            FROM waiting w WHERE w.account_id IS NOT NULL
        ), due AS MATERIALIZED (
            SELECT d.place FROM waiting w
            LEFT JOIN unnest(busy, running) AS b (account_id, count) ON b.account_id = w.account_id
            CROSS JOIN LATERAL (
                SELECT t.ctid AS place, t.next_at, coalesce(b.count, 0) + row_number() OVER (ORDER BY t.next_at) AS turn
                FROM media_fetches t
                WHERE t.account_id = w.account_id AND t.next_at <= at AND t.claimed_until <= at
                ORDER BY t.next_at LIMIT greatest(0, each - coalesce(b.count, 0))) d
            ORDER BY d.turn, d.next_at LIMIT total
        ), locked AS MATERIALIZED (
            SELECT t.tenant_id, t.attachment_id FROM media_fetches t
            WHERE t.ctid = ANY (ARRAY(SELECT place FROM due)) AND t.next_at <= at AND t.claimed_until <= at
            FOR UPDATE SKIP LOCKED
        )
        UPDATE media_fetches t SET tries = t.tries + 1, claimed_until = at + make_interval(secs => claim_seconds)
        FROM locked l WHERE (t.tenant_id, t.attachment_id) = (l.tenant_id, l.attachment_id)
        RETURNING t.* $$"""
_CLAIM_UPLOADS = """
    CREATE FUNCTION claim_uploads(
        at timestamptz, claim_seconds integer, total integer, each integer, busy text[], running integer[])
    RETURNS SETOF uploads
    LANGUAGE sql SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
        WITH due AS MATERIALIZED (
            SELECT u.place, u.next_at, u.turn FROM (
                SELECT t.ctid AS place, t.next_at, coalesce(b.count, 0)
                    + row_number() OVER (PARTITION BY t.tenant_id ORDER BY t.next_at) AS turn
                FROM uploads t LEFT JOIN unnest(busy, running) AS b (account_id, count)
                    ON b.account_id = t.tenant_id::text
                WHERE t.state = 'converting' AND t.next_at <= at AND t.claimed_until <= at) u
            WHERE u.turn <= each ORDER BY u.turn, u.next_at LIMIT total
        ), locked AS MATERIALIZED (
            SELECT t.tenant_id, t.upload_id FROM uploads t
            WHERE t.ctid = ANY (ARRAY(SELECT place FROM due)) AND t.state = 'converting' AND t.claimed_until <= at
            FOR UPDATE SKIP LOCKED
        )
        UPDATE uploads t SET tries = t.tries + 1, claimed_until = at + make_interval(secs => claim_seconds)
        FROM locked l WHERE (t.tenant_id, t.upload_id) = (l.tenant_id, l.upload_id)
        RETURNING t.* $$"""
_OLD_UPLOADS = """
    CREATE FUNCTION old_uploads(older_than timestamptz, most integer) RETURNS SETOF uploads
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
        SELECT * FROM uploads WHERE created_at < older_than AND wanted_at < older_than
        ORDER BY created_at LIMIT most $$"""
# What nobody works on: due now, and due later because a try failed.
_MEDIA_BACKLOG = """
    CREATE FUNCTION media_backlog(at timestamptz)
    RETURNS TABLE (work text, due bigint, later bigint, due_since timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
        SELECT 'fetch', count(*) FILTER (WHERE next_at <= at), count(*) FILTER (WHERE next_at > at),
            min(next_at) FILTER (WHERE next_at <= at)
        FROM media_fetches WHERE claimed_until <= at
        UNION ALL
        SELECT 'convert', count(*) FILTER (WHERE next_at <= at), count(*) FILTER (WHERE next_at > at),
            min(next_at) FILTER (WHERE next_at <= at)
        FROM uploads WHERE state = 'converting' AND claimed_until <= at $$"""
