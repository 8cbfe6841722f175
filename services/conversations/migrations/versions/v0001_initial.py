"""Contacts, conversations, cases, messages and what keeps each of them single."""

from alembic import op

from libs.db.migration import create_leases, create_outbox, enable_tenant_rls

revision = "0001"
down_revision = None

_TENANT_TABLES = (
    "accounts",
    "ad_sources",
    "contacts",
    "contact_aliases",
    "conversations",
    "cases",
    "messages",
    "provider_keys",
    "pending_changes",
    "idempotency_keys",
    "history",
)


def upgrade() -> None:
    """Makes everything.

    Keys begin with what tells rows apart and end with the tenant. Policies and statements both compare the tenant, the
    planner takes the two for independent, believes that a tenant has next to no rows, and any index that begins with
    the tenant would look good for any question. Only the inbox's do, for they give whole ranges of a tenant's rows.
    """
    _accounts()
    _contacts()
    _conversations()
    _cases()
    _messages()
    _partitions()
    _keys()
    _history()
    for table in _TENANT_TABLES:
        enable_tenant_rls(table)
    create_outbox()
    create_leases()


def _accounts() -> None:
    # What the tenants service tells of channel accounts that matters here: whose people may answer late.
    op.execute("""
        CREATE TABLE accounts (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            human_agent boolean NOT NULL,
            version bigint NOT NULL,
            PRIMARY KEY (account_id, tenant_id)
        )""")
    op.execute("""
        CREATE TABLE ad_sources (
            tenant_id uuid NOT NULL,
            channel text NOT NULL,
            -- The platform's id of the ad, or what stands for it.
            ad_id text NOT NULL,
            title text NOT NULL,
            url text NOT NULL,
            picture_url text NOT NULL,
            seen_at timestamptz NOT NULL,
            PRIMARY KEY (ad_id, channel, tenant_id)
        )""")
    op.execute("CREATE INDEX ad_sources_newest ON ad_sources (tenant_id, seen_at DESC)")


def _contacts() -> None:
    op.execute("""
        CREATE TABLE contacts (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            account_id text NOT NULL,
            channel text NOT NULL,
            kind text NOT NULL CHECK (kind IN ('person', 'group', 'room')),
            name text NOT NULL DEFAULT '',
            picture_url text NOT NULL DEFAULT '',
            language text NOT NULL DEFAULT '',
            email text NOT NULL DEFAULT '',
            phone text NOT NULL DEFAULT '',
            member_id text NOT NULL DEFAULT '',
            profile_requested_at timestamptz,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (id, tenant_id)
        )""")
    op.execute("""
        CREATE TABLE contact_aliases (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            kind text NOT NULL,
            value text NOT NULL,
            contact_id uuid NOT NULL,
            -- The platform knows the contact under another id since: nothing is sent to this one.
            retired boolean NOT NULL DEFAULT false,
            learned_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (value, kind, account_id, tenant_id),
            FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
        )""")
    op.execute("CREATE INDEX contact_aliases_by_contact ON contact_aliases (contact_id, tenant_id)")


def _conversations() -> None:
    # One row is one inbox row: what a list shows is here, so that a list is one query.
    op.execute("""
        CREATE TABLE conversations (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            contact_id uuid NOT NULL,
            account_id text NOT NULL,
            channel text NOT NULL,
            contact_kind text NOT NULL,
            contact_name text NOT NULL DEFAULT '',
            contact_picture_url text NOT NULL DEFAULT '',
            status text NOT NULL CHECK (status IN ('open', 'processing', 'closed')),
            handler text NOT NULL CHECK (handler IN ('person', 'bot')),
            assignee_id uuid,
            unread_count integer NOT NULL DEFAULT 0 CHECK (unread_count >= 0),
            starred boolean NOT NULL DEFAULT false,
            archived boolean NOT NULL DEFAULT false,
            salesperson_id text,
            store_id text,
            case_id uuid,
            last_message_id uuid,
            last_direction text,
            last_type text,
            last_preview text,
            last_sent_at timestamptz,
            last_delivery_state text,
            last_sort_key text NOT NULL DEFAULT '',
            last_sequence bigint NOT NULL DEFAULT 0,
            reach text NOT NULL DEFAULT '',
            reach_changed_at timestamptz,
            address_proof text NOT NULL DEFAULT '' CHECK (address_proof IN ('', 'claimed', 'proven')),
            reply_token text NOT NULL DEFAULT '',
            reply_token_at timestamptz,
            -- The newest request to delivery, which the next one names.
            last_requested_id uuid,
            last_requested_attempt integer NOT NULL DEFAULT 0,
            -- Since when the time runs in which an answer is allowed.
            last_inbound_at timestamptz,
            -- Everything sent up to then has arrived, was read.
            delivered_until timestamptz,
            read_until timestamptz,
            subject text NOT NULL DEFAULT '',
            -- The newest ad the customer came from.
            ad_id text,
            ad_click_id text NOT NULL DEFAULT '',
            ad_title text NOT NULL DEFAULT '',
            ad_url text NOT NULL DEFAULT '',
            ad_picture_url text NOT NULL DEFAULT '',
            ad_at timestamptz,
            version bigint NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL,
            -- The inbox order: when something last came or went. NULL: nothing was written yet, so no list shows it.
            sort_at timestamptz,
            PRIMARY KEY (id, tenant_id),
            UNIQUE (contact_id, tenant_id),
            CHECK (status <> 'processing' OR assignee_id IS NOT NULL),
            FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id)
        )""")
    _inbox_indexes()


def _inbox_indexes() -> None:
    # Pages are merged from runs of these (see repository/inbox.py): each begins with the equal columns, may have one
    # of its own, and ends in the order of the list. What stands after the order is looked at without visiting the row.
    def index(name: str, column: str = "", rest: str = "", only: str = "") -> None:
        columns = f"tenant_id, archived, status, {column}sort_at DESC, id DESC{rest}"
        op.execute(
            f"CREATE INDEX conversations_{name} ON conversations ({columns}) WHERE sort_at IS NOT NULL"
            + (f" AND {only}" if only else "")
        )

    index("by_status")
    index("by_channel", "channel, ")
    index("by_account", "account_id, ")
    index("by_assignee", "assignee_id, ", ", channel", "assignee_id IS NOT NULL")
    index("unassigned", "", ", channel", "assignee_id IS NULL")
    index("unread", "", ", assignee_id, channel, salesperson_id, store_id, handler", "unread_count > 0")
    index("starred", "", ", assignee_id, channel", "starred")
    index("by_salesperson", "salesperson_id, ", "", "salesperson_id IS NOT NULL")
    index("by_store", "store_id, ", "", "store_id IS NOT NULL")
    index("from_ad", "", ", assignee_id, channel", "ad_id IS NOT NULL")
    index("by_ad", "ad_id, ", ", assignee_id, channel", "ad_id IS NOT NULL")
    # The newest visible conversation of each ad.
    op.execute("""
        CREATE INDEX conversations_ad_seen
        ON conversations (tenant_id, ad_id, channel, ad_at DESC) INCLUDE (salesperson_id, store_id, handler)
        WHERE sort_at IS NOT NULL AND ad_id IS NOT NULL""")


def _cases() -> None:
    op.execute("""
        CREATE TABLE cases (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            conversation_id uuid NOT NULL,
            opened_by text NOT NULL CHECK (opened_by IN ('customer', 'teammate')),
            opened_at timestamptz NOT NULL,
            closed_at timestamptz,
            PRIMARY KEY (id, tenant_id),
            FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
        )""")
    op.execute("CREATE UNIQUE INDEX cases_one_open ON cases (conversation_id, tenant_id) WHERE closed_at IS NULL")
    op.execute("CREATE INDEX cases_by_conversation ON cases (conversation_id, tenant_id, opened_at DESC)")


def _messages() -> None:
    # stored_at is the time inside the id (UUIDv7), so that an id alone finds its partition.
    op.execute("""
        CREATE TABLE messages (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            stored_at timestamptz NOT NULL,
            conversation_id uuid NOT NULL,
            case_id uuid,
            direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
            type text NOT NULL,
            text text NOT NULL DEFAULT '',
            attachments jsonb NOT NULL DEFAULT '[]',
            details jsonb NOT NULL DEFAULT '{}',
            provider_message_id text NOT NULL DEFAULT '',
            sequence bigint NOT NULL CHECK (sequence > 0),
            sort_key text NOT NULL,
            sent_at timestamptz NOT NULL,
            delivery_state text CHECK (delivery_state IN
                ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unconfirmed')),
            failure_code text NOT NULL DEFAULT '',
            failure_detail text NOT NULL DEFAULT '',
            attempt integer NOT NULL DEFAULT 1 CHECK (attempt > 0),
            author_id uuid,
            sender_id text NOT NULL DEFAULT '',
            sender_name text NOT NULL DEFAULT '',
            edited_at timestamptz,
            unsent_at timestamptz,
            origin text NOT NULL DEFAULT '' CHECK (origin IN ('', 'desk', 'native_app', 'other_app')),
            version bigint NOT NULL DEFAULT 1,
            PRIMARY KEY (id, tenant_id, stored_at),
            CHECK ((direction = 'outbound') = (delivery_state IS NOT NULL)),
            FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
        ) PARTITION BY RANGE (stored_at)""")
    op.execute("CREATE INDEX messages_thread ON messages (conversation_id, tenant_id, sort_key DESC)")


def _partitions() -> None:
    """A partition per month, made ahead by ensure_message_partitions(); strays go to the default one."""
    op.execute("CREATE TABLE messages_default PARTITION OF messages DEFAULT")
    # The login role reads through the parent, whose policy holds; the parts themselves show it nothing.
    op.execute("ALTER TABLE messages_default ENABLE ROW LEVEL SECURITY")
    # Rows may wait in the default partition: of a time nobody had made a partition for. They move into the new one.
    op.execute("""
        CREATE FUNCTION ensure_message_partitions(first_month date, months integer) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = conversations, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
        DECLARE
            starts timestamptz; ends timestamptz; part text; made integer := 0;
        BEGIN
            PERFORM pg_advisory_xact_lock(7202613);
            FOR offset_months IN 0 .. months - 1 LOOP
                starts := date_trunc('month', first_month) + make_interval(months => offset_months);
                ends := starts + interval '1 month';
                part := 'messages_' || to_char(starts, 'YYYYMM');
                CONTINUE WHEN to_regclass(part) IS NOT NULL;
                EXECUTE format('CREATE TABLE %I (LIKE messages INCLUDING ALL)', part);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
                EXECUTE format(
                    'WITH moved AS (DELETE FROM messages_default WHERE stored_at >= $1 AND stored_at < $2 RETURNING *)
                     INSERT INTO %I SELECT * FROM moved', part) USING starts, ends;
                EXECUTE format(
                    'ALTER TABLE messages ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, starts, ends);
                made := made + 1;
            END LOOP;
            RETURN made;
        END $$""")
    op.execute("SELECT ensure_message_partitions(current_date, 3)")


def _keys() -> None:
    op.execute("""
        CREATE TABLE provider_keys (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            -- 'message:<id>' or 'event:<id>': what a redelivery repeats.
            key text NOT NULL,
            message_id uuid,
            conversation_id uuid,
            PRIMARY KEY (key, account_id, tenant_id)
        )""")
    op.execute("""
        CREATE TABLE pending_changes (
            tenant_id uuid NOT NULL,
            account_id text NOT NULL,
            key text NOT NULL,
            kind text NOT NULL CHECK (kind IN ('edit', 'unsend', 'reaction',
                'receipt_sent', 'receipt_delivered', 'receipt_read', 'receipt_failed')),
            event bytea NOT NULL,
            occurred_at timestamptz NOT NULL,
            stored_at timestamptz NOT NULL,
            PRIMARY KEY (key, account_id, tenant_id, kind)
        )""")
    op.execute("""
        CREATE TABLE idempotency_keys (
            tenant_id uuid NOT NULL,
            teammate_id uuid NOT NULL,
            key text NOT NULL,
            request_hash bytea NOT NULL,
            message_id uuid NOT NULL,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (key, teammate_id, tenant_id)
        )""")
    op.execute("CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)")
    # Upkeep is bound to no tenant, so the policy would show it no row.
    op.execute("""
        CREATE FUNCTION forget_idempotency_keys(older_than timestamptz) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = conversations, pg_temp AS
        $$ DELETE FROM idempotency_keys WHERE created_at < older_than $$""")
    op.execute("""
        CREATE FUNCTION forget_pending_changes(older_than timestamptz) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = conversations, pg_temp AS
        $$ DELETE FROM pending_changes WHERE stored_at < older_than $$""")


def _history() -> None:
    op.execute("""
        CREATE TABLE history (
            tenant_id uuid NOT NULL,
            id uuid NOT NULL,
            conversation_id uuid NOT NULL,
            case_id uuid,
            kind text NOT NULL,
            actor_id uuid,
            occurred_at timestamptz NOT NULL,
            fields jsonb NOT NULL DEFAULT '{}',
            PRIMARY KEY (id, tenant_id),
            FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
        )""")
    op.execute("CREATE INDEX history_by_conversation ON history (conversation_id, tenant_id, id DESC)")
