"""The gRPC edge: translates, nothing more. The contract is protos/frontdesk/delivery/v1/delivery.proto."""

import json
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from frontdesk.delivery.v1 import delivery_pb2 as pb
from frontdesk.delivery.v1 import delivery_pb2_grpc as grpc_pb
from libs.channels.templates import Template, TemplateView
from libs.clock.stamps import timestamp
from libs.rpc.context import current_teammate
from services.delivery.models import AccountQueue
from services.delivery.service.checks import CheckService
from services.delivery.service.queue import QueueService
from services.delivery.service.quotas import QuotaService
from services.delivery.service.signs import TypingService
from services.delivery.service.templates import TemplateService


class DeliveryServicer(grpc_pb.DeliveryServiceServicer):
    """Serves DeliveryService."""

    def __init__(
        self,
        queue: QueueService,
        checks: CheckService,
        quotas: QuotaService,
        templates: TemplateService,
        typing: TypingService,
    ) -> None:
        self._queue = queue
        self._checks = checks
        self._quotas = quotas
        self._templates = templates
        self._typing = typing

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

    async def GetQuota(self, request: pb.GetQuotaRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, _ = current_teammate()
        quota = await self._quotas.quota(tenant_id, request.account_id)
        return pb.GetQuotaResponse(limited=quota.limit is not None, limit=quota.limit or 0, used=quota.used)

    async def ListTemplates(self, request: pb.ListTemplatesRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, _ = current_teammate()
        found, after = await self._templates.page(tenant_id, request.account_id, request.page_token, request.refresh)
        return pb.ListTemplatesResponse(templates=[_template(*each) for each in found], next_page_token=after)

    async def RenderTemplate(self, request: pb.RenderTemplateRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, _ = current_teammate()
        values = {name: list(getattr(request, name)) for name in ("header", "body", "buttons")}
        made = await self._templates.render(tenant_id, request.account_id, request.name, request.language, values)
        return pb.RenderTemplateResponse(
            name=made.name,
            language=made.language,
            components_json=json.dumps(list(made.components), ensure_ascii=False),
            text=made.text,
        )

    async def SendTyping(self, request: pb.SendTypingRequest, context: Any) -> Any:
        """See the proto."""
        tenant_id, _ = current_teammate()
        await self._typing.show(tenant_id, request.account_id, request.contact_id)
        return pb.SendTypingResponse()


def _template(template: Template, view: TemplateView) -> pb.Template:
    return pb.Template(
        name=template.name,
        language=template.language,
        status=template.status,
        category=template.category,
        header=view.header,
        body=view.body,
        footer=view.footer,
        buttons=[pb.TemplateButton(kind=each.kind, text=each.text, url=each.url) for each in view.buttons],
        variables=[
            pb.TemplateVariable(
                component=each.component, index=each.index, example=each.example, name=each.name, kind=each.kind
            )
            for each in view.variables
        ],
        obstacle=view.obstacle,
    )


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
