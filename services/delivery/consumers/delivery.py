"""The event edges: requests, contacts and the platforms' later word from conversations, accounts from tenants."""

import asyncio

from frontdesk.conversations.v1.events_pb2 import AttemptConfirmed, ContactSeen, DeliveryRequested, ReadByStaff
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.bus.messages import Delivered
from services.delivery.service.confirmations import ConfirmationService
from services.delivery.service.profiles import ProfileService
from services.delivery.service.queue import QueueService
from services.delivery.service.signs import ReadMarks

REQUESTS = ("events.*.conversations.delivery_requested",)
CONFIRMATIONS = ("events.*.conversations.attempt_confirmed",)
CONTACTS = ("events.*.conversations.contact_seen",)
READS = ("events.*.conversations.read_by_staff",)
ACCOUNTS = ("events.*.tenants.channel_account_changed",)

# Seconds in which those who come are noted together: a name can wait, and messages need the disk.
_GATHER = 0.1


class RequestsConsumer:
    """Queues what is to be sent."""

    def __init__(self, queue: QueueService) -> None:
        self._queue = queue

    async def handle(self, batch: list[Delivered]) -> None:
        """All or nothing; what raises is bisected by the bus."""
        await self._queue.request([delivered.parse(DeliveryRequested) for delivered in batch])


class ConfirmationsConsumer:
    """Ends attempts whose answer was lost."""

    def __init__(self, confirmations: ConfirmationService) -> None:
        self._confirmations = confirmations

    async def handle(self, batch: list[Delivered]) -> None:
        """All or nothing."""
        await self._confirmations.confirm([delivered.parse(AttemptConfirmed) for delivered in batch])


class ReadsConsumer:
    """Tells platforms what was read."""

    def __init__(self, marks: ReadMarks) -> None:
        self._marks = marks

    async def handle(self, batch: list[Delivered]) -> None:
        """Whatever becomes of them."""
        self._marks.note([delivered.parse(ReadByStaff) for delivered in batch])


class ContactsConsumer:
    """Queues profiles."""

    def __init__(self, profiles: ProfileService) -> None:
        self._profiles = profiles

    async def handle(self, batch: list[Delivered]) -> None:
        """All or nothing. Rests afterwards, so that who comes meanwhile is noted together."""
        await self._profiles.seen([delivered.parse(ContactSeen) for delivered in batch])
        await asyncio.sleep(_GATHER)


class AccountsConsumer:
    """Lets queues of reconnected accounts go on."""

    def __init__(self, queue: QueueService) -> None:
        self._queue = queue

    async def handle(self, batch: list[Delivered]) -> None:
        """One by one: each is its own transaction."""
        for delivered in batch:
            await self._queue.account_changed(delivered.parse(ChannelAccountChanged))
