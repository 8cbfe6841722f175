"""The event edges: inbound batches from ingestion, facts from delivery and tenants."""

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from frontdesk.delivery.v1.events_pb2 import AttemptChanged, MediaFetched, ProfileFetched
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.app.crash import crash_point
from libs.bus.messages import Delivered
from services.conversations.service.facts import Fact, FactsService
from services.conversations.service.inbound import InboundService

_KINDS: tuple[type[Fact], ...] = (AttemptChanged, MediaFetched, ProfileFetched, ChannelAccountChanged)
_FACTS = {kind.DESCRIPTOR.full_name: kind for kind in _KINDS}
FACT_SUBJECTS = (
    "events.*.delivery.attempt_changed",
    "events.*.delivery.media_fetched",
    "events.*.delivery.profile_fetched",
    "events.*.tenants.channel_account_changed",
)


class InboundConsumer:
    """Hands batches of platform events to the service."""

    def __init__(self, service: InboundService) -> None:
        self._service = service

    async def handle(self, batch: list[Delivered]) -> None:
        """All or nothing: what raises is bisected by the bus."""
        await self._service.store([delivered.parse(InboundEvent) for delivered in batch])
        crash_point("inbound.committed")


class FactsConsumer:
    """Hands facts of delivery and tenants to the service."""

    def __init__(self, service: FactsService) -> None:
        self._service = service

    async def handle(self, batch: list[Delivered]) -> None:
        """All or nothing; facts of kinds this version does not know are passed over."""
        facts = [fact for delivered in batch if (fact := _fact(delivered)) is not None]
        if facts:
            await self._service.apply(facts)
            crash_point("facts.committed")


def _fact(delivered: Delivered) -> Fact | None:
    kind = _FACTS.get(delivered.type_name)
    return delivered.parse(kind) if kind else None
