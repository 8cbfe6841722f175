"""Lists and batches look into indexes and nowhere else, however much there is and whatever the planner believes."""

import dataclasses
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from frontdesk.delivery.v1.events_pb2 import AttemptChanged, ProfileFetched
from libs.auth.visibility import Visibility
from libs.bus.outbox import Outbox
from libs.channels.references import reference
from libs.clock.clock import SystemClock
from libs.db.database import Database
from services.conversations.repository.inbox import InboxFilter, InboxRepository
from services.conversations.service.facts import FactsService
from services.conversations.service.inbound import InboundService
from tests.services.conversations.plans import batch_plans, query_plans
from tests.support.databases import Databases, TestDatabase
from tests.support.inbound import Customer, known_as

_TENANT, _OTHER = UUID(int=1), UUID(int=2)
_ME = UUID(int=12)
_ALL = Visibility(True, True, "", ())
_ROWS = 40_000
_LIMIT = 51
_CONTACT = "md5(CAST($1::uuid AS text) || g)::uuid"
_FILL = (
    f"""INSERT INTO contacts (tenant_id, id, account_id, channel, kind, created_at)
        SELECT $1, {_CONTACT}, 'a' || g % 5, 'line', 'person', now() FROM generate_series(1, $2) g""",
    f"""INSERT INTO contact_aliases (tenant_id, account_id, kind, value, contact_id)
        SELECT $1, 'a' || g % 5, 'line_user', 'U' || g, {_CONTACT} FROM generate_series(1, $2) g""",
    # Most conversations are closed, few are unread, one channel has hardly any and another none.
    f"""INSERT INTO conversations (tenant_id, id, contact_id, account_id, channel, contact_kind, status, handler,
            assignee_id, unread_count, starred, archived, salesperson_id, store_id, created_at, sort_at, ad_id, ad_at)
        SELECT $1, {_CONTACT}, {_CONTACT}, 'a' || g % 5, CASE WHEN g % 997 = 0 THEN 'order' ELSE 'line' END, 'person',
            status, CASE WHEN g % 19 = 0 THEN 'bot' ELSE 'person' END,
            CASE WHEN status <> 'open' THEN lpad((g % 20)::text, 32, '0')::uuid END, (g % 101 = 0)::integer,
            g % 211 = 0, g % 103 = 0, 'p' || g % 50, 's' || g % 10, now(), now() - g * interval '7 s',
            CASE WHEN g % 40 = 0 THEN 'ad' || g % 3 END, CASE WHEN g % 40 = 0 THEN now() END
        FROM generate_series(1, $2) g, LATERAL (SELECT
            CASE WHEN g % 50 = 0 THEN 'open' WHEN g % 33 = 0 THEN 'processing' ELSE 'closed' END AS status) s""",
    f"""INSERT INTO messages (tenant_id, id, stored_at, conversation_id, direction, type, sequence, sort_key, sent_at,
            delivery_state)
        SELECT $1, id, uuid_extract_timestamp(id), {_CONTACT}, 'outbound', 'text', 1, g::text, now(), 'queued'
        FROM generate_series(1, $2) g, LATERAL (SELECT uuidv7(g * interval '-1 s') AS id) i""",
    f"""INSERT INTO provider_keys (tenant_id, account_id, key, message_id, conversation_id)
        SELECT $1, 'a' || g % 5, 'message:m' || g, NULL, {_CONTACT} FROM generate_series(1, $2) g""",
    """INSERT INTO pending_changes (tenant_id, account_id, key, kind, event, occurred_at, stored_at)
        SELECT $1, 'a' || g % 5, 'message:e' || g, 'unsend', '', now(), now() FROM generate_series(1, $2) g""",
)


@pytest.fixture(scope="module")
async def full(databases: Databases) -> AsyncIterator[TestDatabase]:
    """A tenant with many conversations and one with few, filled behind the planner's back."""
    database = await databases.new(["conversations"])
    connection = await asyncpg.connect(database.admin_url)
    await connection.execute(
        "SET search_path = conversations; SET session_replication_role = replica; SET synchronous_commit = off;"
        " ANALYZE contacts, contact_aliases, conversations, messages, provider_keys, pending_changes"
    )
    for table in await connection.fetch(
        "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE relkind = 'r'"
        " AND relnamespace = 'conversations'::regnamespace"
    ):
        await connection.execute(f"ALTER TABLE {table['name']} SET (autovacuum_enabled = false)")
    for statement, (tenant, rows) in itertools.product(_FILL, ((_TENANT, _ROWS), (_OTHER, _ROWS // 10))):
        await connection.execute(statement, tenant, rows)
    await connection.close()
    yield database
    await databases.drop(database)


@pytest.fixture
def way_in(full: TestDatabase) -> Database:
    """As the service."""
    return full.open("conversations")


async def test_batches_never_read_a_table_as_a_whole(
    full: TestDatabase, way_in: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [Customer(_TENANT, f"a{number % 5}", f"U{number}") for number in range(1, 400, 4)]
    sent = [customer.wrote() for customer in known]
    sent += [Customer(_TENANT, "a1").wrote() for _ in range(50)]
    sent += [Customer(_OTHER, f"a{number % 5}", f"U{number}").wrote() for number in range(1, 50)]
    sent += [customer.unsent(event.message.provider_message_id) for customer, event in zip(known, sent, strict=False)]
    sent += [known[0].edited("not there yet", "x"), known[1].followed(), known[2].blocked()]
    rows = await full.fetch(
        "SELECT id::text, conversation_id::text FROM conversations.messages WHERE tenant_id = $1 LIMIT 150", _TENANT
    )
    sent += _told(known, [UUID(row["id"]) for row in rows])
    facts: list[AttemptChanged | ProfileFetched] = [
        AttemptChanged(
            tenant_id=str(_TENANT),
            conversation_id=row["conversation_id"],
            message_id=row["id"],
            attempt=1,
            state="sent",
            provider_message_id=f"p{row['id']}",
        )
        for row in rows
    ]
    facts += [
        ProfileFetched(tenant_id=str(_TENANT), contact_id=row["conversation_id"], display_name="Name") for row in rows
    ]
    async with batch_plans(monkeypatch) as plans:
        for _ in range(2):
            await InboundService(way_in, SystemClock(), Outbox()).store(sent)
            await FactsService(way_in, SystemClock(), Outbox()).apply(facts)
    assert len(plans.found) > 30
    large = await full.fetch("SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 1000000")
    names = {row["relname"] for row in large}
    assert len(names) == 6
    assert [(plan.sql, plan.unindexed() & names) for plan in plans.found if plan.unindexed() & names] == []


def _told(customers: list[Customer], messages: list[UUID]) -> list[InboundEvent]:
    """Everything platforms tell of messages that are there, or of people."""
    told: list[InboundEvent] = []
    for customer, message_id in zip(customers, messages, strict=False):
        told += [
            customer.echoed("elsewhere", id=f"e{message_id}", quoted_provider_message_id="m7"),
            customer.echoed("here", id=f"p{message_id}", reference=reference(message_id, 1)),
            customer.echoed("another app", id=f"a{message_id}", app="other"),
            customer.receipt("delivered", f"p{message_id}", "never seen"),
            customer.receipt("read", until=datetime.now(UTC)),
            customer.reacted(f"p{message_id}", "👍"),
            customer.referred(ad_id=f"ad{message_id.int % 9}"),
            known_as(customer.renamed(("line_user", f"new{message_id}")), ("line_user", customer.alias)),
            known_as(customer.wrote(), ("line_user", customer.alias), ("line_user", f"also{message_id}")),
        ]
    return told


@pytest.mark.parametrize(
    "visibility", [_ALL, Visibility(False, False, "p7", ()), Visibility(False, False, "", ("s1",))], ids=str
)
async def test_ad_sources_look_at_few_rows_of_each_ad(
    known_well: TestDatabase, visibility: Visibility, monkeypatch: pytest.MonkeyPatch
) -> None:
    way_in = known_well.open("conversations")
    async with batch_plans(monkeypatch) as plans, way_in.unit([_TENANT]) as unit:
        await InboxRepository(unit, _TENANT).ad_sources(visibility, 10)
    await way_in.close()
    assert [plan.unindexed() & {"conversations"} for plan in plans.found if "ad_sources" in plan.sql] == [set(), set()]


@pytest.fixture(scope="module")
async def known_well(full: TestDatabase) -> TestDatabase:
    """The same once the planner has looked, as it does within a minute."""
    await full.fetch("ANALYZE conversations.conversations")
    return full


# Everything the console's filters can be set to.
_CONSOLE = [
    InboxFilter(statuses=(status,), channels=channel, assignee=mine, unread_only=unread)
    for status, channel, mine, unread in itertools.product(
        ("open", "processing", "closed"), ((), ("line",), ("order",), ("web",)), (None, _ME), (False, True)
    )
]
# What a client of the API may ask besides.
_OTHERS = [
    InboxFilter(),
    InboxFilter(archived=True),
    InboxFilter(starred_only=True),
    InboxFilter(unread_only=True),
    InboxFilter(assignee="none"),
    InboxFilter(assignee=_ME),
    InboxFilter(assignee=UUID(int=99)),
    InboxFilter(account_ids=("a1",)),
    InboxFilter(account_ids=("nowhere",)),
    InboxFilter(account_ids=("a1", "a2", "a3", "nowhere"), statuses=("open", "processing")),
    InboxFilter(channels=("order", "web", "whatsapp")),
    InboxFilter(channels=("order", "web"), unread_only=True, assignee=_ME),
    InboxFilter(without_channels=("order",), statuses=("open",)),
    InboxFilter(without_channels=("line",), statuses=("closed",)),
    InboxFilter(without_channels=("order",), unread_only=True),
    InboxFilter(from_ad=True),
    InboxFilter(from_ad=True, statuses=("open",), channels=("line",)),
    InboxFilter(from_ad=True, statuses=("closed",), assignee=_ME),
    InboxFilter(ad_id="ad1"),
    InboxFilter(ad_id="ad1", statuses=("open", "processing"), account_ids=("a1", "a2")),
    InboxFilter(ad_id="nothing"),
]


def _name(wanted: InboxFilter) -> str:
    set_to = {field.name: getattr(wanted, field.name) for field in dataclasses.fields(wanted)}
    return " ".join(f"{name}={value}" for name, value in set_to.items() if value) or "nothing"


@pytest.mark.parametrize("wanted", [*_CONSOLE, *_OTHERS], ids=_name)
async def test_a_page_reads_little_more_than_it_shows(
    known_well: TestDatabase, wanted: InboxFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _reads_little(known_well, wanted, _ALL, monkeypatch)


@pytest.mark.parametrize("statuses", [("open",), ("closed",), ()], ids=str)
@pytest.mark.parametrize(
    "visibility",
    [
        Visibility(False, False, "p7", ()),
        Visibility(False, False, "nobody", ()),
        Visibility(False, False, "", ("s1",)),
        Visibility(False, False, "", ("s1", "s2", "nowhere")),
        Visibility(False, False, "", ()),
    ],
    ids=["bound to p7", "bound to nobody", "one store", "three stores", "no store"],
)
async def test_so_does_a_sellers_page(
    known_well: TestDatabase, visibility: Visibility, statuses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    await _reads_little(known_well, InboxFilter(statuses=statuses), visibility, monkeypatch)


async def _reads_little(
    database: TestDatabase, wanted: InboxFilter, visibility: Visibility, monkeypatch: pytest.MonkeyPatch
) -> None:
    way_in = database.open("conversations")
    async with query_plans(monkeypatch) as plans, way_in.unit([_TENANT]) as unit:
        page = await InboxRepository(unit, _TENANT).page(wanted, visibility, None, _LIMIT)
        if page and page[-1].sort_at:
            after = page[-1].sort_at, page[-1].id
            await InboxRepository(unit, _TENANT).page(wanted, visibility, after, _LIMIT)
    await way_in.close()
    for plan in plans.found:
        # At most one run for each of three statuses and four values; of one filter more, what does not match.
        assert plan.unindexed() == set()
        assert plan.sorted_rows() <= 12 * _LIMIT
        assert plan.visited_rows() <= 15 * _LIMIT
