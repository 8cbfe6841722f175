"""The gRPC edge of the ledger: translates, nothing more. The contract is protos/frontdesk/ingestion/v1."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as grpc_pb
from libs.clock.stamps import timestamp
from libs.rpc.context import current_teammate
from libs.rpc.ids import uuid_of
from services.ingestion.models import LedgerRow, Wanted
from services.ingestion.service.reading import LedgerEntryNotFoundError, ReadingService
from services.ingestion.service.replay import Replayed, ReplayService, Who


class LedgerServicer(grpc_pb.LedgerServiceServicer):
    """Serves LedgerService: the operator, over all tenants."""

    def __init__(self, reading: ReadingService, replay: ReplayService) -> None:
        self._reading = reading
        self._replay = replay

    async def ListLedgerEntries(self, request: pb.ListLedgerEntriesRequest, context: Any) -> Any:
        """See the proto."""
        page = await self._reading.page(None, _wanted(request), request.page_size, request.page_token)
        return pb.ListLedgerEntriesResponse(entries=map(_entry, page.rows), next_page_token=page.next_token)

    async def GetLedgerEntry(self, request: pb.GetLedgerEntryRequest, context: Any) -> Any:
        """See the proto."""
        row = await self._reading.get(None, _id(request.entry_id))
        return pb.GetLedgerEntryResponse(entry=_entry(row), body=row.body)

    async def ReplayLedgerEntry(self, request: pb.ReplayLedgerEntryRequest, context: Any) -> Any:
        """See the proto."""
        return pb.ReplayLedgerEntryResponse(published=await self._replay.replay(Who(), _id(request.entry_id)))

    async def ReplayLedgerEntries(self, request: pb.ReplayLedgerEntriesRequest, context: Any) -> Any:
        """See the proto."""
        replayed = await self._replay.replay_page(Who(), _wanted(request), request.page_size, request.page_token)
        return pb.ReplayLedgerEntriesResponse(replayed=_replayed(replayed), next_page_token=replayed.page.next_token)


class AccountLedgerServicer(grpc_pb.AccountLedgerServiceServicer):
    """Serves AccountLedgerService: teammates, of their own tenant."""

    def __init__(self, reading: ReadingService, replay: ReplayService) -> None:
        self._reading = reading
        self._replay = replay

    async def ListAccountLedgerEntries(self, request: pb.ListAccountLedgerEntriesRequest, context: Any) -> Any:
        """See the proto."""
        page = await self._reading.page(_tenant(), _wanted(request), request.page_size, request.page_token)
        return pb.ListAccountLedgerEntriesResponse(entries=map(_entry, page.rows), next_page_token=page.next_token)

    async def GetAccountLedgerEntry(self, request: pb.GetAccountLedgerEntryRequest, context: Any) -> Any:
        """See the proto."""
        row = await self._reading.get(_tenant(), _id(request.entry_id))
        return pb.GetAccountLedgerEntryResponse(entry=_entry(row), body=row.body)

    async def ReplayAccountLedgerEntry(self, request: pb.ReplayAccountLedgerEntryRequest, context: Any) -> Any:
        """See the proto."""
        published = await self._replay.replay(_who(), _id(request.entry_id))
        return pb.ReplayAccountLedgerEntryResponse(published=published)

    async def ReplayAccountLedgerEntries(self, request: pb.ReplayAccountLedgerEntriesRequest, context: Any) -> Any:
        """See the proto."""
        replayed = await self._replay.replay_page(_who(), _wanted(request), request.page_size, request.page_token)
        return pb.ReplayAccountLedgerEntriesResponse(
            replayed=_replayed(replayed), next_page_token=replayed.page.next_token
        )

    async def ListAccountHealth(self, request: pb.ListAccountHealthRequest, context: Any) -> Any:
        """See the proto."""
        rows = await self._reading.health(_tenant())
        return pb.ListAccountHealthResponse(
            accounts=[
                pb.AccountHealth(
                    account_id=row.account_id, last_event_at=timestamp(row.last_event_at), redelivers=row.redelivers
                )
                for row in rows
            ]
        )


def _tenant() -> UUID:
    return current_teammate()[0]


def _who() -> Who:
    tenant_id, teammate = current_teammate()
    return Who(tenant_id, teammate.id)


def _wanted(request: Any) -> Wanted:
    """Of each request that says which entries are meant: their fields have the same names."""
    return Wanted(
        request.account_id,
        request.verdict,
        request.kind,
        _moment(request, "received_from"),
        _moment(request, "received_before"),
    )


def _moment(request: Any, name: str) -> datetime | None:
    found: datetime | None = getattr(request, name).ToDatetime(UTC) if request.HasField(name) else None
    return found


def _replayed(replayed: Replayed) -> pb.Replayed | None:
    rows, total = replayed.page.rows, replayed.total
    if not rows:
        return None
    return pb.Replayed(
        entries=total.entries,
        published=total.published,
        failed=[
            pb.FailedReplay(entry_id=str(entry_id), code=error.code, message=error.message)
            for entry_id, error in replayed.failed.items()
        ],
        reached=timestamp(rows[-1].received_at),
    )


def _entry(row: LedgerRow) -> pb.LedgerEntry:
    return pb.LedgerEntry(
        id=str(row.id),
        tenant_id=str(row.tenant_id or ""),
        account_id=row.account_id,
        channel=row.channel,
        verdict=row.verdict,
        reason=row.reason,
        received_at=timestamp(row.received_at),
        size_bytes=row.size_bytes,
        truncated=row.truncated,
        replayed_at=timestamp(row.replayed_at) if row.replayed_at else None,
        recipient=row.recipient,
        detail=row.detail,
        kind=row.kind,
        replayed_by=str(row.replayed_by or ""),
    )


def _id(text: str) -> UUID:
    return uuid_of(text, LedgerEntryNotFoundError())
