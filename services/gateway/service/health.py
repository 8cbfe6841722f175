"""How the shop's accounts are doing, from whoever knows: nobody's silence keeps the list from being shown."""

import asyncio
from collections.abc import Iterable, Mapping

from frontdesk.delivery.v1 import delivery_pb2
from frontdesk.ingestion.v1 import ingestion_pb2
from frontdesk.tenants.v1 import tenants_pb2
from libs.rpc.errors import FrontdeskError
from services.gateway.domain.present.channel_accounts import Health
from services.gateway.service.desk import Acting

_SECONDS = 2
# Platforms that count what a shop sends by the month.
_COUNTED = frozenset({"line"})


async def health_of(acting: Acting, accounts: Iterable[tenants_pb2.ChannelAccount]) -> Health:
    """All that is known of these accounts within two seconds."""
    counted = [one for one in accounts if one.channel in _COUNTED and one.state != "disconnected"]
    asked = asyncio.gather(*(_quota(acting, one.id) for one in counted))
    queues, heard, quotas = await asyncio.gather(_queues(acting), _heard(acting), asked)
    known = {one.id: quota for one, quota in zip(counted, quotas, strict=True) if quota is not None}
    return Health(queues, heard, known)


async def _queues(acting: Acting) -> Mapping[str, delivery_pb2.AccountQueue] | None:
    try:
        answer = await acting.delivery.ListAccountQueues(delivery_pb2.ListAccountQueuesRequest(), timeout=_SECONDS)
    except FrontdeskError:
        return None
    return {queue.account_id: queue for queue in answer.queues}


async def _heard(acting: Acting) -> Mapping[str, ingestion_pb2.AccountHealth] | None:
    try:
        answer = await acting.ledger.ListAccountHealth(ingestion_pb2.ListAccountHealthRequest(), timeout=_SECONDS)
    except FrontdeskError:
        return None
    return {one.account_id: one for one in answer.accounts}


async def _quota(acting: Acting, account_id: str) -> delivery_pb2.GetQuotaResponse | None:
    request = delivery_pb2.GetQuotaRequest(account_id=account_id)
    try:
        found: delivery_pb2.GetQuotaResponse = await acting.delivery.GetQuota(request, timeout=_SECONDS)
    except FrontdeskError:
        return None
    return found
