"""The event edge: parked events that wait in the dead letters for the database to be back."""

from libs.bus.messages import Delivered
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import DEAD_LETTERS
from services.ingestion.service.letters import PARKED_SUBJECT, LettersService

PARKED = ConsumerSpec("ingestion-parked", DEAD_LETTERS, (PARKED_SUBJECT,), batch=50)


class ParkedConsumer:
    """Hands them to the service."""

    def __init__(self, service: LettersService) -> None:
        self._service = service

    async def handle(self, batch: list[Delivered]) -> None:
        """Repeating it is safe; while the database is away the bus holds the batch."""
        await self._service.keep(batch)
