"""Taking requests into the queue, and letting a stopped account's queue go on."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from frontdesk.conversations.v1.events_pb2 import DeliveryRequested
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged
from libs.auth.tokens import TeammateClaims
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from services.delivery.models import AccountQueue, Attempt
from services.delivery.repository.queue import QueueRepository
from services.delivery.service.facts import Facts

_PARKED = "infinity"


class QueueService:
    """What fills the queue. wake: told after a commit that something may be due."""

    def __init__(self, database: Database, clock: Clock, facts: Facts, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._wake = wake

    async def request(self, requests: Sequence[DeliveryRequested]) -> None:
        """Queues attempts, all or nothing. Repeating a request changes nothing."""
        async with self._database.unit({UUID(request.tenant_id) for request in requests}) as unit:
            for request in requests:
                await self._queue(unit, request)
            unit.after_commit(self._wake)

    async def account_changed(self, change: ChannelAccountChanged) -> None:
        """New credentials, or a new connection: what waited goes out, in order."""
        if change.state != "active":
            return
        tenant_id = UUID(change.tenant_id)
        now = self._clock.now()
        async with self._database.unit([tenant_id]) as unit:
            if await QueueRepository(unit, tenant_id).resume_account(change.account_id, now):
                await self._facts.account_state_changed(unit, tenant_id, change.account_id, "active", "", now)
                unit.after_commit(self._wake)

    async def list_queues(self, tenant_id: UUID, _teammate: TeammateClaims) -> list[AccountQueue]:
        """How every account's queue stands."""
        async with self._database.unit([tenant_id]) as unit:
            return await QueueRepository(unit, tenant_id).queues()

    async def _queue(self, unit: Unit, request: DeliveryRequested) -> None:
        now = self._clock.now()
        repository = QueueRepository(unit, UUID(request.tenant_id))
        state = await repository.ensure_account(request.account_id)
        attempt = _attempt(request, now)
        if await repository.add_attempt(attempt):
            due = now if state == "active" else _PARKED
            await repository.open_lane(attempt.account_id, attempt.contact_id, due)


def _attempt(request: DeliveryRequested, now: datetime) -> Attempt:
    at = request.reply_token_at_ms
    return Attempt(
        tenant_id=UUID(request.tenant_id),
        message_id=UUID(request.message_id),
        attempt=request.attempt,
        account_id=request.account_id,
        channel=request.channel,
        contact_id=UUID(request.contact_id),
        conversation_id=UUID(request.conversation_id),
        recipient_kind=request.recipient_kind,
        recipient=request.recipient,
        type=request.type,
        text=request.text,
        reply_token=request.reply_token,
        reply_token_at=datetime.fromtimestamp(at / 1000, UTC) if at else None,
        sequence=request.sequence,
        attempt_key=uuid4(),
        queued_at=now,
        after_message_id=UUID(request.after_message_id) if request.after_message_id else None,
        after_attempt=request.after_attempt,
    )
