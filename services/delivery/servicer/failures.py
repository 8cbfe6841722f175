"""The gRPC edge of what failed: protos/frontdesk/delivery/v1/failures.proto is its contract."""

from typing import Any

from frontdesk.delivery.v1 import failures_pb2 as pb
from services.delivery.service.overview import OverviewService


class FailuresServicer:
    """Serves FailuresService."""

    def __init__(self, overview: OverviewService) -> None:
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
