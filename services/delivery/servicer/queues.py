"""The gRPC edge of what waits and what failed: protos/frontdesk/delivery/v1/queues.proto is its contract."""

from typing import Any

from frontdesk.delivery.v1 import queues_pb2 as pb
from libs.db.database import Database
from libs.queues.queues import OUTBOX, Queues
from services.delivery.service.overview import OverviewService


class QueuesServicer(Queues[pb.ListQueuesResponse]):
    """Serves QueuesService."""

    def __init__(self, database: Database, overview: OverviewService) -> None:
        super().__init__(database, pb.ListQueuesResponse, overview.queues, OUTBOX)
        self._overview = overview

    async def ListFailures(self, request: pb.ListFailuresRequest, context: Any) -> Any:
        """See the proto."""
        found = await self._overview.failures(request.seconds)
        return pb.ListFailuresResponse(
            failures=[
                pb.Failure(
                    tenant_id=str(one.tenant_id),
                    account_id=one.account_id,
                    channel=one.channel,
                    state=one.state,
                    code=one.code,
                    count=one.count,
                    detail=one.detail,
                )
                for one in found
            ]
        )
