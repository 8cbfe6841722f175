"""The gRPC edge of the ledger: translates, nothing more. The contract is protos/frontdesk/ingestion/v1."""

from typing import Any
from uuid import UUID

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from frontdesk.ingestion.v1 import ingestion_pb2_grpc as grpc_pb
from libs.clock.stamps import timestamp
from libs.rpc.ids import uuid_of
from services.ingestion.models import LedgerRow
from services.ingestion.service.replay import LedgerEntryNotFoundError, ReplayService


class LedgerServicer(grpc_pb.LedgerServiceServicer):
    """Serves LedgerService."""

    def __init__(self, replay: ReplayService) -> None:
        self._replay = replay

    async def ListLedgerEntries(self, request: pb.ListLedgerEntriesRequest, context: Any) -> Any:
        """See the proto."""
        page = await self._replay.list_entries(
            request.account_id, request.verdict, request.page_size, request.page_token
        )
        return pb.ListLedgerEntriesResponse(entries=map(_entry, page.rows), next_page_token=page.next_token)

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
        received_at=timestamp(row.received_at),
        size_bytes=row.size_bytes,
        truncated=row.truncated,
        replayed_at=timestamp(row.replayed_at) if row.replayed_at else None,
        recipient=row.recipient,
        detail=row.detail,
    )


def _id(text: str) -> UUID:
    return uuid_of(text, LedgerEntryNotFoundError("No ledger entry has this id."))
