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
from services.delivery.domain.content import pack
from services.delivery.models import AccountQueue, Attempt
from services.delivery.repository.intake import IntakeRepository
from services.delivery.repository.queue import QueueRepository
from services.delivery.repository.uploads import hold_uploads
from services.delivery.service.facts import Facts, account_state_changed

_STOPPED = "reconnect"


class QueueService:
    """What fills the queue. wake: told after a commit that something may be due."""

    def __init__(self, database: Database, clock: Clock, facts: Facts, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._wake = wake

    async def request(self, requests: Sequence[DeliveryRequested]) -> None:
        """Queues attempts, all or nothing. Repeating a request changes nothing."""
        now = self._clock.now()
        attempts = [_attempt(request, now) for request in requests]
        async with self._database.unit({attempt.tenant_id for attempt in attempts}) as unit:
            if held := {one for request in requests for one in _held(request)}:
                await hold_uploads(unit, sorted(held))
            if await IntakeRepository(unit).add_attempts(attempts, now):
                unit.after_commit(self._wake)

    async def account_changed(self, change: ChannelAccountChanged) -> None:
        """New credentials, or a new connection: what waited goes out, in order. A disconnected account's queue goes
        on, too, so that what waited fails and says why."""
        if change.state == _STOPPED:
            return
        async with self._database.unit([UUID(change.tenant_id)]) as unit:
            repository = QueueRepository(unit, UUID(change.tenant_id))
            await repository.note_version(change.account_id, change.version)
            if await repository.resume_account(change.account_id):
                unit.after_commit(self._wake)
                if change.state == "active":
                    await self._tell_resumed(unit, repository.tenant_id, change.account_id)

    async def resume(self, tenant_id: UUID, account_id: str) -> None:
        """The platform takes the account's credentials after all."""
        async with self._database.unit([tenant_id]) as unit:
            if await QueueRepository(unit, tenant_id).resume_account(account_id):
                unit.after_commit(self._wake)
                await self._tell_resumed(unit, tenant_id, account_id)

    async def list_queues(self, tenant_id: UUID, _teammate: TeammateClaims) -> list[AccountQueue]:
        """How every account's queue stands."""
        async with self._database.unit([tenant_id]) as unit:
            return await QueueRepository(unit, tenant_id).queues()

    async def _tell_resumed(self, unit: Unit, tenant_id: UUID, account_id: str) -> None:
        await self._facts.tell(unit, [account_state_changed(tenant_id, account_id, "active", "", self._clock.now())])


def _held(request: DeliveryRequested) -> list[tuple[UUID, UUID]]:
    """Tenant and id of the uploads that the message holds."""
    tenant_id = UUID(request.tenant_id)
    return [(tenant_id, UUID(attachment.upload_id)) for attachment in request.attachments if attachment.upload_id]


def _attempt(request: DeliveryRequested, now: datetime) -> Attempt:
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
        reply_token_at=_at(request.reply_token_at_ms),
        sequence=request.sequence,
        attempt_key=uuid4(),
        queued_at=now,
        after_message_id=UUID(request.after_message_id) if request.after_message_id else None,
        after_attempt=request.after_attempt,
        content=pack(request),
        human_agent=request.human_agent,
        window_closes_at=_at(request.window_closes_at_ms),
    )


def _at(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
