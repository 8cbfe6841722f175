"""The gRPC edge: translates, nothing more. The contract is protos/frontdesk/delivery/v1/delivery.proto."""

from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from frontdesk.delivery.v1 import delivery_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2_grpc as grpc_pb
from libs.clock.stamps import timestamp
from libs.rpc.context import current_teammate
from services.delivery.models import AccountQueue
from services.delivery.service.checks import CheckService
from services.delivery.service.queue import QueueService


class DeliveryServicer(grpc_pb.DeliveryServiceServicer):
    """Serves DeliveryService."""

    def __init__(self, queue: QueueService, checks: CheckService) -> None:
        self._queue = queue
        self._checks = checks

    async def CheckChannelAccount(self, request: pb.CheckChannelAccountRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, _ = current_teammate()
        check = await self._checks.check(tenant_id, request.account_id)
        return pb.CheckChannelAccountResponse(
            ok=check.ok, display_name=check.display_name, failure_code=check.code, failure_detail=check.detail
        )

    async def ListAccountQueues(self, request: pb.ListAccountQueuesRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, teammate = current_teammate()
        queues = await self._queue.list_queues(tenant_id, teammate)
        return pb.ListAccountQueuesResponse(queues=[_queue(queue) for queue in queues])


def _queue(queue: AccountQueue) -> pb.AccountQueue:
    return pb.AccountQueue(
        account_id=queue.account_id,
        state=queue.state,
        reason=queue.reason,
        waiting=queue.waiting,
        oldest_queued_at=_stamp(queue.oldest_queued_at),
        last_sent_at=_stamp(queue.last_sent_at),
    )


def _stamp(at: datetime | None) -> Timestamp | None:
    return timestamp(at) if at else None
