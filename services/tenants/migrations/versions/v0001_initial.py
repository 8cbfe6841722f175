"""Tenants, teammates, sessions, channel accounts, the audit log, and what mails and throttles need."""

from alembic import op

from libs.db.migration import create_outbox, enable_tenant_rls
from services.tenants.migrations.v0001_functions import create_lookups, create_sweeps

revision = "0001"
down_revision = None

_TENANT_TABLES = (
    "tenants",
    "teammates",
    "sessions",
    "one_time_tokens",
    "channel_accounts",
    "channel_credentials",
    "connections",
    "audit_entries",
)


def upgrade() -> None:
    """Makes everything."""
    _tenants()
    _teammates()
    _sessions()
    _one_time_tokens()
    _channel_accounts()
    _connections()
    _audit_entries()
    for table in _TENANT_TABLES:
        enable_tenant_rls(table)
    _throttles()
    _mails()
    create_outbox()
    create_lookups()
    create_sweeps()


def _tenants() -> None:
    op.execute(r"""
        CREATE TABLE tenants (
            tenant_id uuid PRIMARY KEY,
            slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
            name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
            region text NOT NULL CHECK (region ~ '^[a-z0-9-]{1,40}$'),
            plan text NOT NULL CHECK (plan ~ '^[a-z_]{1,40}$'),
            created_at timestamptz NOT NULL
        )""")


def _teammates() -> None:
    # Sign-in is by address alone, so one address is one teammate of one tenant.
    op.execute("""
        CREATE TABLE teammates (
            tenant_id uuid NOT NULL REFERENCES tenants,
            id uuid NOT NULL,
            email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
            email_key text NOT NULL UNIQUE,
            name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
            name_key text COLLATE "C" NOT NULL,
            phone text NOT NULL DEFAULT '' CHECK (char_length(phone) <= 32),
            role text NOT NULL CHECK (
                role IN ('admin', 'supervisor', 'cs_manager', 'cs_agent', 'sales_manager', 'salesperson')
            ),
            state text NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
            password_hash text,
            version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
            created_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            CHECK (state <> 'active' OR password_hash IS NOT NULL)
        )""")


def _sessions() -> None:
    op.execute("""
        CREATE TABLE sessions (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            teammate_id uuid NOT NULL,
            family_hash bytea NOT NULL CHECK (octet_length(family_hash) = 32),
            current_hash bytea NOT NULL CHECK (octet_length(current_hash) = 32),
            previous_hash bytea CHECK (octet_length(previous_hash) = 32),
            salt bytea CHECK (octet_length(salt) = 32),
            generation bigint NOT NULL DEFAULT 1,
            confirmed_generation bigint NOT NULL DEFAULT 0 CHECK (confirmed_generation <= generation),
            created_at timestamptz NOT NULL,
            rotated_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            revoked_at timestamptz,
            client_ip text NOT NULL DEFAULT '',
            user_agent text NOT NULL DEFAULT '' CHECK (char_length(user_agent) <= 300),
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, teammate_id) REFERENCES teammates (tenant_id, id)
        )""")
    op.execute("CREATE INDEX sessions_of_teammate ON sessions (tenant_id, teammate_id) WHERE revoked_at IS NULL")
    op.execute("CREATE INDEX sessions_by_end ON sessions (expires_at)")


def _one_time_tokens() -> None:
    op.execute("""
        CREATE TABLE one_time_tokens (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            teammate_id uuid NOT NULL,
            kind text NOT NULL CHECK (kind IN ('invitation', 'password_reset')),
            secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
            expires_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, teammate_id) REFERENCES teammates (tenant_id, id)
        )""")
    op.execute("CREATE INDEX one_time_tokens_of_teammate ON one_time_tokens (tenant_id, teammate_id, kind)")


def _channel_accounts() -> None:
    op.execute("""
        CREATE TABLE channel_accounts (
            tenant_id uuid NOT NULL REFERENCES tenants,
            id text NOT NULL UNIQUE CHECK (id ~ '^[a-z0-9][a-z0-9_-]{2,63}$'),
            channel text NOT NULL CHECK (channel ~ '^[a-z]{2,20}$'),
            name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
            provider_id text NOT NULL CHECK (char_length(provider_id) BETWEEN 1 AND 100),
            state text NOT NULL CHECK (state IN ('active', 'reconnect', 'disconnected')),
            state_reason text NOT NULL DEFAULT '' CHECK (char_length(state_reason) <= 300),
            state_at timestamptz NOT NULL,
            human_agent boolean NOT NULL DEFAULT false,
            webhook_problem text NOT NULL DEFAULT '' CHECK (char_length(webhook_problem) <= 300),
            version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
            created_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, id),
            UNIQUE (tenant_id, channel, provider_id)
        )""")
    # A platform account speaks for one tenant at a time, whichever that is.
    op.execute("""
        CREATE UNIQUE INDEX channel_accounts_connected_once ON channel_accounts (channel, provider_id)
        WHERE state <> 'disconnected'""")
    op.execute("""
        CREATE TABLE channel_credentials (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            key_id text NOT NULL,
            nonce bytea NOT NULL CHECK (octet_length(nonce) = 12),
            ciphertext bytea NOT NULL,
            PRIMARY KEY (tenant_id, account_id),
            FOREIGN KEY (tenant_id, account_id) REFERENCES channel_accounts (tenant_id, id)
        )""")


def _connections() -> None:
    # What was found lies sealed as credentials do, for it holds tokens. All of it is gone within the hour.
    op.execute("""
        CREATE TABLE connections (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            teammate_id uuid NOT NULL,
            session_id uuid NOT NULL,
            channel text NOT NULL,
            state_hash bytea NOT NULL CHECK (octet_length(state_hash) = 32),
            browser_hash bytea NOT NULL CHECK (octet_length(browser_hash) = 32),
            state text NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
            failure_code text NOT NULL DEFAULT '',
            failure_detail text NOT NULL DEFAULT '' CHECK (char_length(failure_detail) <= 300),
            spent boolean NOT NULL DEFAULT false,
            expires_at timestamptz NOT NULL,
            key_id text,
            nonce bytea CHECK (octet_length(nonce) = 12),
            ciphertext bytea,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, teammate_id) REFERENCES teammates (tenant_id, id)
        )""")
    op.execute("CREATE INDEX connections_by_end ON connections (expires_at)")


def _audit_entries() -> None:
    op.execute("""
        CREATE TABLE audit_entries (
            tenant_id uuid NOT NULL REFERENCES tenants,
            id uuid NOT NULL,
            occurred_at timestamptz NOT NULL,
            actor_id uuid,
            action text NOT NULL,
            target text NOT NULL,
            fields jsonb NOT NULL DEFAULT '{}',
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, actor_id) REFERENCES teammates (tenant_id, id)
        )""")
    # What was done stays written, even for whoever takes the service over.
    op.execute("REVOKE UPDATE, DELETE ON audit_entries FROM frontdesk_tenants")


def _throttles() -> None:
    # A system table: whoever tries has no tenant yet. key is a hash: neither addresses nor IPs lie here.
    op.execute("""
        CREATE TABLE throttles (
            key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
            attempts integer NOT NULL,
            blocked_until timestamptz NOT NULL,
            expires_at timestamptz NOT NULL
        )""")


def _mails() -> None:
    # A system table: a password reset is asked for by address, before anybody looks whether it is known.
    op.execute("""
        CREATE TABLE mails (
            id uuid PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('invitation', 'password_reset')),
            language text NOT NULL CHECK (language IN ('zh-TW', 'zh-CN', 'en')),
            email_key text NOT NULL DEFAULT '',
            tenant_id uuid,
            teammate_id uuid,
            attempts integer NOT NULL DEFAULT 0,
            next_attempt_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            FOREIGN KEY (tenant_id, teammate_id) REFERENCES teammates (tenant_id, id),
            CHECK ((kind = 'invitation') = (teammate_id IS NOT NULL)),
            CHECK ((kind = 'password_reset') = (email_key <> ''))
        )""")
    op.execute("CREATE INDEX mails_due ON mails (next_attempt_at)")
