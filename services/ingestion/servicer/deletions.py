"""The gRPC edge of data deletion requests: translates, nothing more. The contract is deletions.proto."""

from typing import Any

from frontdesk.ingestion.v1 import deletions_pb2 as pb
from frontdesk.ingestion.v1 import deletions_pb2_grpc as grpc_pb
from libs.clock.stamps import timestamp
from libs.rpc.context import current_teammate
from services.ingestion.models import DeletionRow
from services.ingestion.service.deletions import DeletionService
from services.ingestion.service.replay import Who


class DataDeletionServicer(grpc_pb.DataDeletionServiceServicer):
    """Serves DataDeletionService: the operator, over all tenants and the shared app."""

    def __init__(self, deletions: DeletionService) -> None:
        self._deletions = deletions

    async def ListDataDeletionRequests(self, request: pb.ListDataDeletionRequestsRequest, context: Any) -> Any:
        """See the proto."""
        page = await self._deletions.page(None, request.include_done, request.page_size, request.page_token)
        return pb.ListDataDeletionRequestsResponse(requests=map(_shown, page.rows), next_page_token=page.next_token)

    async def CompleteDataDeletionRequest(self, request: pb.CompleteDataDeletionRequestRequest, context: Any) -> Any:
        """See the proto."""
        row = await self._deletions.complete(Who(), request.confirmation_code)
        return pb.CompleteDataDeletionRequestResponse(request=_shown(row))


class AccountDataDeletionServicer(grpc_pb.AccountDataDeletionServiceServicer):
    """Serves AccountDataDeletionService: teammates, of their own tenant."""

    def __init__(self, deletions: DeletionService) -> None:
        self._deletions = deletions

    async def ListAccountDataDeletionRequests(
        self, request: pb.ListAccountDataDeletionRequestsRequest, context: Any
    ) -> Any:
        """See the proto."""
        tenant_id, _ = current_teammate()
        page = await self._deletions.page(tenant_id, request.include_done, request.page_size, request.page_token)
        return pb.ListAccountDataDeletionRequestsResponse(
            requests=map(_shown, page.rows), next_page_token=page.next_token
        )

    async def CompleteAccountDataDeletionRequest(
        self, request: pb.CompleteAccountDataDeletionRequestRequest, context: Any
    ) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        row = await self._deletions.complete(Who(tenant_id, teammate.id), request.confirmation_code)
        return pb.CompleteAccountDataDeletionRequestResponse(request=_shown(row))


def _shown(row: DeletionRow) -> pb.DataDeletionRequest:
    return pb.DataDeletionRequest(
        confirmation_code=row.code,
        tenant_id=str(row.tenant_id or ""),
        account_id=row.account_id,
        user_id=row.user_id,
        received_at=timestamp(row.received_at),
        done_at=timestamp(row.done_at) if row.done_at else None,
        done_by=str(row.done_by or ""),
    )
