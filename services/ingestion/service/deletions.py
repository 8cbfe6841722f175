"""People's requests that their data be deleted: kept until somebody has deleted it and says so."""

import asyncio
from datetime import timedelta
from uuid import UUID

from frontdesk.ingestion.v1.events_pb2 import DataDeletionDone
from libs.bus.messages import Outgoing
from libs.bus.spool import Spool
from libs.bus.subjects import subject_of
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.clock.stamps import timestamp
from libs.db.database import Database
from libs.db.pages import Page, decode_id, encode_token, page_size
from libs.observe.log import get_logger
from libs.observe.metrics import Gauge
from libs.rpc.errors import NotFoundError
from services.ingestion.models import DeletionRow
from services.ingestion.repository.deletions import DeletionRepository
from services.ingestion.service.replay import Who

# Meta's platform waits 2 s for its answer.
_PATIENCE = 0.8
# How long the page of a request that is done can still be read.
_SHOWN = timedelta(days=365)

_log = get_logger(__name__)
_oldest = Gauge(
    "frontdesk_data_deletion_oldest_seconds",
    "Age of the oldest open request that somebody's data be deleted: of the shared app, or of tenants' own.",
    ["app"],
)


class UnknownRequestError(NotFoundError):
    """No request has this code, or none of this tenant's."""

    code = "unknown_request"

    def __init__(self) -> None:
        super().__init__("No request has this code.")


class DeletionService:
    """Keeps them, shows them, and marks them as done."""

    def __init__(self, database: Database, spool: Spool, clock: Clock) -> None:
        self._database = database
        self._spool = spool
        self._clock = clock

    async def keep(self, code: str, tenant_id: UUID | None, account_id: str, user_id: str) -> None:
        """Once however often it comes. Raises when it cannot, or not soon: it must not be acknowledged then."""
        row = DeletionRow(new_id(self._clock), code, tenant_id, account_id, user_id, self._clock.now())
        async with asyncio.timeout(_PATIENCE), self._database.system_unit() as unit:
            await DeletionRepository(unit).add(row)

    async def get(self, code: str) -> DeletionRow:
        """The request of a code, for whoever was given it. UnknownRequestError."""
        async with self._database.system_unit() as unit:
            row = await DeletionRepository(unit).get(code)
        if row is None:
            raise UnknownRequestError
        return row

    async def page(self, tenant_id: UUID | None, include_done: bool, size: int, token: str) -> Page[DeletionRow]:
        """The oldest first; of one tenant, or of all and the shared app (None)."""
        limit, after = page_size(size), decode_id(token)
        async with self._database.system_unit() as unit:
            found = await DeletionRepository(unit).page(tenant_id, include_done, after, limit + 1)
        return Page.of(found, limit, lambda last: encode_token(str(last.id)))

    async def complete(self, by: Who, code: str) -> DeletionRow:
        """Marks one as done and tells its tenant's audit log; one that is done stays as it is. A teammate reaches the
        own tenant's alone: UnknownRequestError."""
        async with self._database.system_unit() as unit:
            repository = DeletionRepository(unit)
            row = await repository.get(code, lock=True)
            if row is None or (by.tenant_id and row.tenant_id != by.tenant_id):
                raise UnknownRequestError
            if row.done_at is None:
                row.done_at, row.done_by = self._clock.now(), by.teammate_id
                await repository.mark_done(row)
                await self._tell(row)
        return row

    async def upkeep(self) -> None:
        """Measures what is open, and forgets what was done long ago."""
        now = self._clock.now()
        async with self._database.system_unit() as unit:
            repository = DeletionRepository(unit)
            shared, own = await repository.oldest_open()
            await repository.purge(now - _SHOWN)
        for app, since in (("shared", shared), ("own", own)):
            _oldest.labels(app).set((now - since).total_seconds() if since else 0)

    async def _tell(self, row: DeletionRow) -> None:
        _log.info("a data deletion request is done", code=row.code, by=str(row.done_by or "operator"))
        if row.tenant_id is None or row.done_at is None:
            return
        fact = DataDeletionDone(
            tenant_id=str(row.tenant_id),
            id=str(new_id(self._clock)),
            occurred_at=timestamp(row.done_at),
            actor_id=str(row.done_by or ""),
            confirmation_code=row.code,
        )
        await self._spool.publish_raw(Outgoing.of(subject_of(row.tenant_id, fact), fact, fact.id, row.tenant_id))
