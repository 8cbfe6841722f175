"""The gRPC edge of the ledger: translates, nothing more. The contract is protos/frontdesk/ingestion/v1."""

from datetime import datetime
from typing import Any
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as grpc_pb
from services.ingestion.models import LedgerRow
from services.ingestion.service.replay import LedgerEntryNotFoundError, ReplayService


class LedgerServicer(grpc_pb.LedgerServiceServicer):
    """Serves LedgerService."""

    def __init__(self, replay: ReplayService) -> None:
        self._replay = replay

    async def ListLedgerEntries(self, request: pb.ListLedgerEntriesRequest, context: Any) -> Any:
        """See the proto."""
        rows, token = await self._replay.list_entries(
            request.account_id, request.verdict, request.page_size, request.page_token
        )
        return pb.ListLedgerEntriesResponse(entries=[_entry(row) for row in rows], next_page_token=token)

    async def GetLedgerEntry(self, request: pb.GetLedgerEntryRequest, context: Any) -> Any:
        """See the proto."""
        row = await self._replay.get_entry(_id(request.id))
        return pb.GetLedgerEntryResponse(entry=_entry(row), body=row.body)

    async def ReplayLedgerEntry(self, request: pb.ReplayLedgerEntryRequest, context: Any) -> Any:
        """See the proto."""
        return pb.ReplayLedgerEntryResponse(published=await self._replay.replay(_id(request.id)))


def _entry(row: LedgerRow) -> pb.LedgerEntry:
    return pb.LedgerEntry(
        id=str(row.id),
        tenant_id=str(row.tenant_id or ""),
        account_id=row.account_id,
        channel=row.channel,
        verdict=row.verdict,
        reason=row.reason,
        received_at=_timestamp(row.received_at),
        size_bytes=row.size_bytes,
        truncated=row.truncated,
        replayed_at=_timestamp(row.replayed_at) if row.replayed_at else None,
    )


def _timestamp(at: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise LedgerEntryNotFoundError("No ledger entry has this id.") from None
