"""The event edge: what was passed on, to be written down; accounts that were connected; parked events that wait in
the dead letters for the database to be back."""

from uuid import UUID

from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.accounts.remote import ACCOUNT_SUBJECT
from libs.bus.messages import Delivered
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import DEAD_LETTERS, EVENTS, INBOUND_BULK, INBOUND_LIVE
from services.ingestion.service.ledger import LedgerService
from services.ingestion.service.letters import PARKED_SUBJECT, LettersService

PARKED = ConsumerSpec("ingestion-parked", DEAD_LETTERS, (PARKED_SUBJECT,), batch=50)
RECORDED = (
    ConsumerSpec("ingestion-ledger-live", INBOUND_LIVE, batch=500),
    ConsumerSpec("ingestion-ledger-bulk", INBOUND_BULK, batch=500),
)
CLAIMS = ConsumerSpec("ingestion-claims", EVENTS, (ACCOUNT_SUBJECT,))


class ParkedConsumer:
    """Hands them to the service."""

    def __init__(self, service: LettersService) -> None:
        self._service = service

    async def handle(self, batch: list[Delivered]) -> None:
        """Repeating it is safe; while the database is away the bus holds the batch."""
        await self._service.keep(batch)


class ClaimsConsumer:
    """Accounts that were connected get what had come for them before."""

    def __init__(self, ledger: LedgerService) -> None:
        self._ledger = ledger

    async def handle(self, batch: list[Delivered]) -> None:
        """Repeating it is safe."""
        for delivered in batch:
            fact = delivered.parse(ChannelAccountChanged)
            if fact.state == "active" and fact.provider_id:
                await self._ledger.claim(fact.channel, fact.provider_id, fact.account_id, UUID(fact.tenant_id))
