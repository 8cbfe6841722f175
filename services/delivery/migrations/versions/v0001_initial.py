"""Attempts to send, their lanes, the state of each account, and profiles to fetch."""

from alembic import op

from libs.db.migration import create_leases, create_outbox, enable_tenant_rls

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
    create_outbox()
    create_leases()


def _accounts() -> None:
    op.execute("""
        CREATE TABLE account_queues (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'reconnect')),
            reason text NOT NULL DEFAULT '',
            -- The platform asked to send slower: nothing goes out before.
            paused_until timestamptz,
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
            maybe_sent boolean NOT NULL DEFAULT false,
            provider_message_id text NOT NULL DEFAULT '',
            failure_code text NOT NULL DEFAULT '',
            failure_detail text NOT NULL DEFAULT '',
            queued_at timestamptz NOT NULL,
            finished_at timestamptz,
            PRIMARY KEY (tenant_id, message_id, attempt),
            CHECK ((finished_at IS NOT NULL) = (state IN ('sent', 'failed', 'unconfirmed'))),
            FOREIGN KEY (tenant_id, account_id) REFERENCES account_queues (tenant_id, account_id)
        )""")
    op.execute(
        "CREATE INDEX attempts_waiting ON attempts (tenant_id, account_id, contact_id, sequence, attempt)"
        " WHERE finished_at IS NULL"
    )


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
            PRIMARY KEY (tenant_id, account_id, contact_id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES account_queues (tenant_id, account_id)
        )""")
    op.execute("CREATE INDEX lanes_due ON lanes (account_id, next_at)")
    # A worker serves all tenants, so it claims outside their policies and then works inside them. At most `most` lanes
    # of one account at a time: a slow platform must not take every worker.
    op.execute("""
        CREATE FUNCTION claim_lanes(at timestamptz, claim_seconds integer, most integer, busy text[])
        RETURNS TABLE (tenant_id uuid, account_id text, contact_id uuid, token bigint)
        LANGUAGE sql SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
            UPDATE lanes l SET token = l.token + 1, claimed_until = at + make_interval(secs => claim_seconds)
            FROM account_queues q CROSS JOIN LATERAL (
                SELECT d.tenant_id, d.account_id, d.contact_id FROM lanes d
                WHERE d.account_id = q.account_id AND d.next_at <= at AND d.claimed_until <= at
                ORDER BY d.next_at LIMIT most FOR UPDATE SKIP LOCKED) due
            WHERE q.state = 'active' AND (q.paused_until IS NULL OR q.paused_until <= at)
                AND NOT q.account_id = ANY (busy)
                AND (l.tenant_id, l.account_id, l.contact_id) = (due.tenant_id, due.account_id, due.contact_id)
            RETURNING l.tenant_id, l.account_id, l.contact_id, l.token $$""")


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
            PRIMARY KEY (tenant_id, contact_id)
        )""")
    op.execute("CREATE INDEX profile_fetches_due ON profile_fetches (next_at)")
    op.execute("""
        CREATE FUNCTION claim_profile_fetches(at timestamptz, claim_seconds integer, most integer)
        RETURNS SETOF profile_fetches
        LANGUAGE sql SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
            UPDATE profile_fetches p SET tries = p.tries + 1, next_at = at + make_interval(secs => claim_seconds)
            FROM (SELECT tenant_id, contact_id FROM profile_fetches WHERE next_at <= at
                  ORDER BY next_at LIMIT most FOR UPDATE SKIP LOCKED) due
            WHERE (p.tenant_id, p.contact_id) = (due.tenant_id, due.contact_id)
            RETURNING p.* $$""")
