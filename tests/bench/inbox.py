"""The inbox list of a tenant with a million conversations, beside the same statement alone under the same role."""

import time
from uuid import UUID, uuid4

import asyncpg

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.conversations.v1 import conversations_pb2_grpc as grpc_pb
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.rpc.client import on_behalf
from services.conversations.models import CONVERSATION_COLUMNS
from tests.bench.rows import Row, at_most, percentile
from tests.support.processes import ProcessStack

_CONVERSATIONS = 1_000_000
_CALLS = 400
_FILL = """
WITH made AS (
    INSERT INTO conversations.contacts (tenant_id, id, account_id, channel, kind, name, created_at)
    SELECT $1, gen_random_uuid(), 'demo-line', 'line', 'person', '顧客 ' || n, now() - n * interval '1 second'
    FROM generate_series(1, $2::int) n RETURNING tenant_id, id, name, created_at)
INSERT INTO conversations.conversations (tenant_id, id, contact_id, account_id, channel, contact_kind, contact_name,
    status, handler, unread_count, last_message_id, last_direction, last_type, last_preview, last_sent_at, created_at,
    sort_at)
SELECT tenant_id, gen_random_uuid(), id, 'demo-line', 'line', 'person', name, 'open', 'person', 1, gen_random_uuid(),
    'inbound', 'text', '請問這件還有現貨嗎', created_at, created_at, created_at FROM made"""


async def inbox(stack: ProcessStack) -> list[Row]:
    """p95 of one page of 50, milliseconds, taken in turn with the floor."""
    tenant = uuid4()
    await _fill(stack.postgres.url, tenant)
    teammate = TeammateClaims(uuid4(), "cs_agent", ROLE_PERMISSIONS["cs_agent"], 1)
    metadata = on_behalf(stack.issuer(), "conversations", tenant, teammate)
    stub = grpc_pb.ConversationsServiceStub(stack.channel("conversations"))
    url = stack.environment("conversations")["FRONTDESK_CONVERSATIONS_DATABASE_URL"]
    database = await asyncpg.connect(url)
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        await _statement(database, tenant)
        between = time.perf_counter()
        answer = await stub.ListConversations(pb.ListConversationsRequest(), metadata=metadata)
        assert len(answer.conversations) == 50
        ours.append(time.perf_counter() - between)
        floor.append(between - started)
    await database.close()
    name = f"inbox list of {_CONVERSATIONS:,}, p95"
    return [at_most(name, percentile(ours, 0.95) * 1000, "ms", percentile(floor, 0.95) * 1000, 1.5)]


async def _fill(url: str, tenant: UUID) -> None:
    admin = await asyncpg.connect(url)
    await admin.execute(_FILL, tenant, _CONVERSATIONS)
    await admin.execute("VACUUM ANALYZE conversations.conversations")
    await admin.close()


async def _statement(database: asyncpg.Connection, tenant: UUID) -> None:
    columns = ", ".join(f"c.{name}" for name in CONVERSATION_COLUMNS)
    async with database.transaction():
        await database.execute("SELECT set_config('app.tenants', $1, true)", f"{{{tenant}}}")
        rows = await database.fetch(
            f"SELECT {columns} FROM conversations.conversations c WHERE c.tenant_id = $1 AND c.sort_at IS NOT NULL"
            " AND c.archived = $2 ORDER BY c.sort_at DESC, c.id DESC LIMIT 51",
            tenant,
            False,
        )
    assert len(rows) == 51
