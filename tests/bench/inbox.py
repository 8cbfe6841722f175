"""The inbox list of a tenant with a million conversations, beside the same statement alone under the same role."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.conversations.v1 import conversations_pb2_grpc as grpc_pb
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.auth.visibility import Visibility
from libs.clock.clock import SystemClock
from libs.db.database import Database
from libs.db.unit import Unit, positional
from libs.rpc.client import Metadata, on_behalf
from services.conversations.repository.inbox import InboxFilter, InboxRepository
from services.conversations.service.inbox import InboxService
from tests.bench.rows import Row, at_most, percentile, told
from tests.support.processes import ProcessStack

_CONVERSATIONS = 1_000_000
_CALLS = 600
_WARM = 100
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
    """p95 of one page of 50, milliseconds: the list as the service makes it, in turn with its statement alone. How
    long a caller waits over the wire is told beside it."""
    tenant = uuid4()
    await _fill(stack.postgres.url, tenant)
    teammate = TeammateClaims(uuid4(), "cs_agent", ROLE_PERMISSIONS["cs_agent"], 1)
    url = stack.environment("conversations")["FRONTDESK_CONVERSATIONS_DATABASE_URL"]
    alone = await asyncpg.connect(url, server_settings={"search_path": "conversations"})
    database = Database(url, "conversations")
    statement = _statement(tenant, teammate)
    floor = await _timed(lambda: _alone(alone, tenant, *statement))
    ours = await _timed(lambda: _list(InboxService(database, SystemClock(None)), tenant, teammate))
    stub, issuer = grpc_pb.ConversationsServiceStub(stack.channel("conversations")), stack.issuer()
    wire = await _timed(lambda: _call(stub, on_behalf(issuer, "conversations", tenant, teammate)))
    await database.close()
    await alone.close()
    name = f"inbox list of {_CONVERSATIONS:,}, p95"
    return [at_most(name, ours, "ms", floor, 1.5), told(f"{name}, over gRPC", wire, "ms", floor)]


async def _timed(call: Callable[[], Awaitable[None]]) -> float:
    taken = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - started)
    return percentile(taken[_WARM:], 0.95) * 1000


async def _list(service: InboxService, tenant: UUID, teammate: TeammateClaims) -> None:
    page, _windows = await service.list_conversations(tenant, teammate, InboxFilter(), 50, "")
    assert len(page.rows) == 50


async def _call(stub: grpc_pb.ConversationsServiceStub, metadata: Metadata) -> None:
    assert len((await stub.ListConversations(pb.ListConversationsRequest(), metadata=metadata)).conversations) == 50


async def _fill(url: str, tenant: UUID) -> None:
    admin = await asyncpg.connect(url)
    await admin.execute(_FILL, tenant, _CONVERSATIONS)
    await admin.execute("VACUUM ANALYZE conversations.conversations")
    await admin.close()


def _statement(tenant: UUID, teammate: TeammateClaims) -> tuple[str, list[Any]]:
    """The desk's own query with the driver's $1 parameters."""
    # Only words are made, nothing runs.
    unit = Unit(cast(AsyncConnection, None), None, [tenant])
    seen = Visibility.of(teammate.id, teammate.role, teammate.permissions, ())
    sql, params = InboxRepository(unit, tenant).statement(InboxFilter(), seen, None, 51)
    text, names = positional(sql)
    return text, [params[name] for name in names]


async def _alone(database: asyncpg.Connection, tenant: UUID, sql: str, params: list[Any]) -> None:
    async with database.transaction():
        await database.execute("SELECT set_config('app.tenants', $1, true)", f"{{{tenant}}}")
        assert len(await database.fetch(sql, *params)) == 51
