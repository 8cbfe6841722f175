"""What the operator sees of queues and failures, over all tenants; made by the first migration."""

from alembic import op


def create_queue_views() -> None:
    """The functions."""
    for statement in (_QUEUES, _FAILURES):
        op.execute(statement)


# Accounts that are stopped are there though nothing waits for them.
_QUEUES = """
    CREATE FUNCTION queues(at timestamptz, most integer)
    RETURNS TABLE (work text, tenant_id uuid, account_id text, waiting bigint, oldest_at timestamptz, state text,
        reason text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
        SELECT * FROM (
            SELECT 'messages', q.tenant_id, q.account_id, count(a.message_id), min(a.queued_at),
                CASE WHEN q.state <> 'active' THEN q.state WHEN q.paused_until > at THEN 'paused' ELSE 'due' END,
                CASE WHEN q.state <> 'active' THEN q.reason
                    ELSE coalesce(max(btrim(a.failure_code || ' ' || a.failure_detail)), '') END
            FROM account_queues q LEFT JOIN attempts a ON a.tenant_id = q.tenant_id AND a.account_id = q.account_id
                AND a.finished_at IS NULL AND a.confirm_by IS NULL
            GROUP BY q.tenant_id, q.account_id HAVING count(a.message_id) > 0 OR q.state <> 'active'
            UNION ALL
            SELECT 'confirmations', tenant_id, account_id, count(*), min(last_tried_at), 'told', ''
            FROM attempts WHERE confirm_by IS NOT NULL GROUP BY tenant_id, account_id
            UNION ALL
            SELECT 'files', tenant_id, account_id, count(*), min(requested_at),
                CASE WHEN bool_or(claimed_until > at) THEN 'busy' WHEN bool_or(next_at <= at) THEN 'due'
                    ELSE 'later' END, ''
            FROM media_fetches GROUP BY tenant_id, account_id
            UNION ALL
            SELECT 'conversions', tenant_id, '', count(*), min(created_at),
                CASE WHEN bool_or(claimed_until > at) THEN 'busy' WHEN bool_or(next_at <= at) THEN 'due'
                    ELSE 'later' END, ''
            FROM uploads WHERE state = 'converting' GROUP BY tenant_id
            UNION ALL
            SELECT 'profiles', tenant_id, account_id, count(*), min(next_at),
                CASE WHEN bool_or(next_at <= at) THEN 'due' ELSE 'later' END, ''
            FROM profile_fetches GROUP BY tenant_id, account_id
        ) AS found (work, tenant_id, account_id, waiting, oldest_at, state, reason)
        ORDER BY oldest_at NULLS LAST, work, account_id LIMIT most $$"""
_FAILURES = """
    CREATE FUNCTION failures(since timestamptz, most integer)
    RETURNS TABLE (tenant_id uuid, account_id text, channel text, state text, code text, count bigint, detail text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = delivery, pg_temp AS $$
        SELECT tenant_id, account_id, channel, state, failure_code, count(*), max(failure_detail)
        FROM attempts WHERE finished_at >= since AND state IN ('failed', 'unconfirmed')
        GROUP BY tenant_id, account_id, channel, state, failure_code
        ORDER BY count(*) DESC, account_id, failure_code LIMIT most $$"""
