"""Attempts whose answer was lost: ended by what the platform tells later, or by its silence."""

from collections.abc import Sequence
from uuid import UUID

from frontdesk.conversations.v1.events_pb2 import AttemptConfirmed
from libs.bus.outbox import Fact
from libs.bus.transient import is_transient
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.observe.log import get_logger
from services.delivery.domain.sending import Word, hear, stay_unconfirmed
from services.delivery.repository.confirmations import ConfirmationRepository, overdue_tenants
from services.delivery.repository.queue import QueueRepository
from services.delivery.service.facts import Facts, attempt_changed
from services.delivery.service.faults import FAULTS

# Of one tenant, in one transaction.
_MOST = 500

_log = get_logger(__name__)


class ConfirmationService:
    """Listens to the platforms' later word."""

    def __init__(self, database: Database, clock: Clock, facts: Facts) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts

    async def confirm(self, confirmed: Sequence[AttemptConfirmed]) -> None:
        """Ends attempts, all or nothing. What is no news changes nothing."""
        # In one order everywhere, so that two batches never wait for each other.
        ordered = sorted(confirmed, key=lambda each: (each.tenant_id, each.message_id, each.attempt))
        async with self._database.unit({UUID(each.tenant_id) for each in ordered}) as unit:
            told: list[Fact] = []
            for each in ordered:
                tenant_id, now = UUID(each.tenant_id), self._clock.now()
                attempts = ConfirmationRepository(unit, tenant_id)
                attempt = await attempts.find(UUID(each.message_id), each.attempt, each.account_id)
                if attempt is None or not hear(attempt, _word(each), now):
                    continue
                await attempts.end(attempt)
                if attempt.state == "sent":
                    await QueueRepository(unit, tenant_id).note_sent(attempt.account_id, now)
                told.append(attempt_changed(attempt, now))
            await self._facts.tell(unit, told)

    async def give_up(self) -> None:
        """What the platform did not speak of in time is unconfirmed: a person decides. Every replica may do this."""
        async with self._database.system_unit() as unit:
            tenants = await overdue_tenants(unit, self._clock.now())
        for tenant_id in tenants:
            try:
                while await self._give_up(tenant_id, _MOST) == _MOST:
                    continue
            except Exception as error:
                if is_transient(error):
                    raise
                await self._give_up_singly(tenant_id)

    async def _give_up_singly(self, tenant_id: UUID) -> None:
        """One of them fails for a fault of ours: it alone stays, and is told of."""
        failed = 0
        while True:
            try:
                if not await self._give_up(tenant_id, 1, failed):
                    return
            except Exception as error:
                if is_transient(error):
                    raise
                failed += 1
                FAULTS.labels("unconfirmed").inc()
                _log.exception("an attempt cannot be given up", tenant=str(tenant_id))

    async def _give_up(self, tenant_id: UUID, most: int, skip: int = 0) -> int:
        now = self._clock.now()
        async with self._database.unit([tenant_id]) as unit:
            attempts = ConfirmationRepository(unit, tenant_id)
            overdue = await attempts.overdue(now, most, skip)
            for attempt in overdue:
                stay_unconfirmed(attempt, now)
                await attempts.end(attempt)
            await self._facts.tell(unit, [attempt_changed(attempt, now) for attempt in overdue])
        return len(overdue)


def _word(confirmed: AttemptConfirmed) -> Word:
    """Delivered and read were sent."""
    if confirmed.state != "failed":
        return Word(confirmed.provider_message_id)
    code = confirmed.failure_code or "rejected"
    return Word(confirmed.provider_message_id, code, confirmed.failure_detail)
