"""Attempts to send, their lanes, the state of each account, and profiles to fetch."""

from alembic import op

from libs.db.migration import create_leases, create_outbox, enable_tenant_rls
from services.delivery.migrations.media_tables import create_media_tables
from services.delivery.migrations.queue_views import create_queue_views

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes everything."""
    _accounts()
    _attempts()
    _lanes()
    _profiles()
    for table in ("account_queues", "attempts", "lanes", "profile_fetches"):
        enable_tenant_rls(table)
    create_media_tables()
    create_queue_views()
    create_outbox()
    create_leases()


def _accounts() -> None:
    op.execute("""
        CREATE TABLE account_queues (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'reconnect')),
            reason text NOT NULL DEFAULT '',
            -- The platform asked to send slower: nothing goes out before. throttled: how often since it last took one.
            paused_until timestamptz,
            throttled integer NOT NULL DEFAULT 0,
            -- The newest version of the account that was heard of; credentials refused before it prove nothing.
            seen_version bigint NOT NULL DEFAULT 0,
            last_sent_at timestamptz,
            PRIMARY KEY (tenant_id, account_id),
            UNIQUE (account_id)
        )""")


def _attempts() -> None:
    op.execute("""
        CREATE TABLE attempts (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            attempt integer NOT NULL CHECK (attempt > 0),
            account_id text NOT NULL,
            channel text NOT NULL,
            contact_id uuid NOT NULL,
            conversation_id uuid NOT NULL,
            recipient_kind text NOT NULL,
            recipient text NOT NULL,
            type text NOT NULL,
            text text NOT NULL,
            -- JSON of attachments, template, quote and subject; empty for a text alone.
            content text NOT NULL DEFAULT '',
            human_agent boolean NOT NULL DEFAULT false,
            window_closes_at timestamptz,
            reply_token text NOT NULL DEFAULT '',
            reply_token_at timestamptz,
            sequence bigint NOT NULL,
            -- The platform's proof against doubling: the same for every try of this attempt.
            attempt_key uuid NOT NULL,
            after_message_id uuid,
            after_attempt integer NOT NULL DEFAULT 0,
            state text NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unconfirmed')),
            method text NOT NULL DEFAULT '',
            tries integer NOT NULL DEFAULT 0,
            tried_at timestamptz,
            last_tried_at timestamptz,
            -- Set when the answer was lost and the platform tells later: until then it is waited for, out of the lane.
            confirm_by timestamptz,
            maybe_sent boolean NOT NULL DEFAULT false,
            provider_message_id text NOT NULL DEFAULT '',
            failure_code text NOT NULL DEFAULT '',
            failure_detail text NOT NULL DEFAULT '',
            queued_at timestamptz NOT NULL,
            finished_at timestamptz,
            PRIMARY KEY (message_id, attempt, tenant_id),
            CHECK ((finished_at IS NOT NULL) = (state IN ('sent', 'failed', 'unconfirmed'))),
            CHECK (confirm_by IS NULL OR state = 'sending'),
            FOREIGN KEY (tenant_id, account_id) REFERENCES account_queues (tenant_id, account_id)
        )""")
    op.execute(
        "CREATE INDEX attempts_waiting ON attempts (tenant_id, account_id, contact_id, sequence, attempt)"
        " INCLUDE (queued_at) WHERE finished_at IS NULL AND confirm_by IS NULL"
    )
    op.execute("CREATE INDEX attempts_awaited ON attempts (confirm_by) WHERE confirm_by IS NOT NULL")
    op.execute("CREATE INDEX attempts_finished ON attempts (finished_at) WHERE finished_at IS NOT NULL")
    # Upkeep is bound to no tenant, so the policy would show it no row.
    op.execute("""
        CREATE FUNCTION forget_attempts(older_than timestamptz, most integer) RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
            WITH gone AS (
                DELETE FROM attempts WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM attempts WHERE finished_at < older_than ORDER BY finished_at LIMIT most))
                RETURNING 1)
            SELECT count(*) FROM gone $$""")
    op.execute("""
        CREATE FUNCTION backlog() RETURNS TABLE (state text, waiting bigint, oldest_queued_at timestamptz)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
            SELECT q.state, count(*), min(a.queued_at)
            FROM attempts a JOIN account_queues q USING (tenant_id, account_id)
            WHERE a.finished_at IS NULL AND a.confirm_by IS NULL GROUP BY q.state $$""")
    op.execute("""
        CREATE FUNCTION overdue_tenants(at timestamptz) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
            SELECT DISTINCT tenant_id FROM attempts WHERE confirm_by <= at $$""")


def _lanes() -> None:
    """What waits for one contact of one account, sent in order by one worker at a time. token fences: a worker whose
    claim ran out writes nothing any more."""
    op.execute("""
        CREATE TABLE lanes (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            contact_id uuid NOT NULL,
            next_at timestamptz NOT NULL,
            claimed_until timestamptz NOT NULL DEFAULT '-infinity',
            token bigint NOT NULL DEFAULT 0,
            -- How often in a row working on it failed for a fault of ours.
            failures integer NOT NULL DEFAULT 0,
            PRIMARY KEY (tenant_id, account_id, contact_id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES account_queues (tenant_id, account_id)
        ) WITH (fillfactor = 70)""")
    op.execute("CREATE INDEX lanes_due ON lanes (account_id, next_at)")
    # Tokens rise over all lanes: one that is deleted and made anew must not repeat those it had.
    op.execute("CREATE SEQUENCE lane_tokens")
    op.execute(_claims("lanes", "token = nextval('lane_tokens')"))


def _profiles() -> None:
    op.execute("""
        CREATE TABLE profile_fetches (
            tenant_id uuid NOT NULL,
            contact_id uuid NOT NULL,
            account_id text NOT NULL,
            channel text NOT NULL,
            alias_kind text NOT NULL,
            alias text NOT NULL,
            tries integer NOT NULL DEFAULT 0,
            next_at timestamptz NOT NULL,
            claimed_until timestamptz NOT NULL DEFAULT '-infinity',
            PRIMARY KEY (tenant_id, contact_id)
        )""")
    op.execute("CREATE INDEX profile_fetches_due ON profile_fetches (account_id, next_at)")
    op.execute(_claims("profile_fetches", "tries = t.tries + 1"))


# Claims due rows. A worker serves all tenants, so it claims outside their policies, then works inside them. It steps
# from account to account through the index, so that what waits for a stopped or paused account costs one step and takes
# few rows of each account: a slow platform must not take every worker. Who has the fewest running comes first.
_CLAIMS = """
    CREATE FUNCTION claim_TABLE(
        at timestamptz, claim_seconds integer, total integer, each integer, busy text[], running integer[])
    RETURNS SETOF TABLE
    LANGUAGE sql SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
        WITH RECURSIVE waiting AS (
            (SELECT t.account_id FROM TABLE t ORDER BY t.account_id LIMIT 1)
            UNION ALL
            SELECT (SELECT t.account_id FROM TABLE t WHERE t.account_id > w.account_id ORDER BY t.account_id LIMIT 1)
            FROM waiting w WHERE w.account_id IS NOT NULL
        ), due AS MATERIALIZED (
            SELECT d.place FROM waiting w
            LEFT JOIN account_queues q ON q.account_id = w.account_id
            LEFT JOIN unnest(busy, running) AS b (account_id, count) ON b.account_id = w.account_id
            CROSS JOIN LATERAL (
                SELECT t.ctid AS place, t.next_at, coalesce(b.count, 0) + row_number() OVER (ORDER BY t.next_at) AS turn
                FROM TABLE t
                WHERE t.account_id = w.account_id AND t.next_at <= at AND t.claimed_until <= at
                ORDER BY t.next_at LIMIT greatest(0, each - coalesce(b.count, 0))) d
            WHERE coalesce(q.state, 'active') = 'active' AND coalesce(q.paused_until, '-infinity') <= at
            ORDER BY d.turn, d.next_at LIMIT total
        ), locked AS MATERIALIZED (
            SELECT t.tenant_id, t.account_id, t.contact_id FROM TABLE t
            WHERE t.ctid = ANY (ARRAY(SELECT place FROM due)) AND t.next_at <= at AND t.claimed_until <= at
            FOR UPDATE SKIP LOCKED
        )
        UPDATE TABLE t SET CHANGE, claimed_until = at + make_interval(secs => claim_seconds)
        FROM locked l WHERE (t.tenant_id, t.account_id, t.contact_id) = (l.tenant_id, l.account_id, l.contact_id)
        RETURNING t.* $$"""


def _claims(table: str, change: str) -> str:
    return _CLAIMS.replace("TABLE", table).replace("CHANGE", change)
