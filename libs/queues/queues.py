"""What waits in a service, told to the operator: each place of its own says how much, since when, and what for."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.queues.v1 import queues_pb2 as pb
from frontdesk.queues.v1.queues_pb2_grpc import add_QueuesServiceServicer_to_server
from libs.clock.stamps import timestamp
from libs.db.database import Database
from libs.db.unit import Unit
from libs.rpc.server import Registration


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one place; see queues.proto."""

    work: str
    waiting: int
    oldest_at: datetime | None
    waits_for: str
    tenant_id: str = ""
    account_id: str = ""


# Reads it, outside any tenant.
Source = Callable[[Unit], Awaitable[Sequence[Queue]]]


def counted(work: str, sql: str, waits_for: str) -> Source:
    """A system table whose rows are what waits. sql: answers with one row of `waiting` and `oldest_at`."""

    async def read(unit: Unit) -> Sequence[Queue]:
        (row,) = await unit.fetch(sql)
        return [Queue(work, row["waiting"], row["oldest_at"], waits_for if row["waiting"] else "")]

    return read


# Facts that are committed and not published yet, and webhook events that the broker did not take.
OUTBOX = counted(
    "outbox",
    "SELECT count(*) AS waiting, min(created_at) AS oldest_at FROM outbox",
    "the broker to take what was committed",
)
SPOOL = counted(
    "spool",
    "SELECT count(*) AS waiting, min(created_at) AS oldest_at FROM spool",
    "the broker to take what platforms sent",
)


def queues_service(database: Database, *sources: Source) -> Registration:
    """A service's QueuesService, told from these places."""
    return add_QueuesServiceServicer_to_server, _QueuesServicer(database, sources)


class _QueuesServicer:
    def __init__(self, database: Database, sources: Sequence[Source]) -> None:
        self._database = database
        self._sources = sources

    async def ListQueues(self, request: pb.ListQueuesRequest, context: object) -> pb.ListQueuesResponse:
        """See the proto."""
        async with self._database.system_unit() as unit:
            found = [queue for read in self._sources for queue in await read(unit)]
        return pb.ListQueuesResponse(queues=[_told(queue) for queue in found])


def _told(queue: Queue) -> pb.Queue:
    return pb.Queue(
        work=queue.work,
        tenant_id=queue.tenant_id,
        account_id=queue.account_id,
        waiting=queue.waiting,
        oldest_at=timestamp(queue.oldest_at) if queue.oldest_at else None,
        waits_for=queue.waits_for,
    )
