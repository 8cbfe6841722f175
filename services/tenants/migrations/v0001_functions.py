"""Questions that are asked before a tenant is known, as functions of the schema's owner, who is exempt from the
policies. Each answers for one exact key; none can be used to leaf through other tenants."""

from alembic import op


def create_lookups() -> None:
    """From a slug, an address or an account to the tenant."""
    _create(
        "tenant_of_slug(wanted text) RETURNS uuid STABLE",
        "SELECT tenant_id FROM tenants WHERE slug = wanted",
    )
    _create(
        "login_of(wanted text) RETURNS TABLE (tenant_id uuid, teammate_id uuid) STABLE",
        "SELECT teammates.tenant_id, teammates.id FROM teammates WHERE email_key = wanted",
    )
    _create(
        "tenant_of_account(wanted text) RETURNS uuid STABLE",
        "SELECT tenant_id FROM channel_accounts WHERE id = wanted",
    )
    _create(
        "tenants_of_providers(wanted_channel text, wanted text[]) RETURNS TABLE (tenant_id uuid) STABLE",
        """SELECT DISTINCT tenant_id FROM channel_accounts
            WHERE channel = wanted_channel AND provider_id = ANY (wanted) AND state <> 'disconnected'""",
    )


def create_sweeps() -> None:
    """What runs over all tenants: looking for credentials under old keys, and throwing away what has expired."""
    _create(
        "credentials_not_under(current_key text) RETURNS TABLE (tenant_id uuid, account_id text) STABLE",
        "SELECT tenant_id, account_id FROM channel_credentials WHERE key_id <> current_key ORDER BY 1, 2",
    )
    _create(
        "sweep(before timestamptz) RETURNS void VOLATILE",
        """
        DELETE FROM sessions WHERE expires_at < before - interval '7 days';
        DELETE FROM one_time_tokens WHERE expires_at < before;
        DELETE FROM connections WHERE expires_at < before;
        DELETE FROM throttles WHERE expires_at < before;
        """,
    )


def _create(declaration: str, body: str) -> None:
    manner = "LANGUAGE sql SECURITY DEFINER SET search_path = tenants, pg_temp"
    op.execute(f"CREATE FUNCTION {declaration} {manner} AS $$ {body} $$")
