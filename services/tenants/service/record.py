"""What every act leaves behind in its own transaction: an audit entry, and a fact for the others."""

from collections.abc import Iterable
from uuid import UUID

from google.protobuf.message import Message

from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged, SessionRevoked, TeammateChanged
from libs.bus.outbox import Outbox
from libs.bus.subjects import subject_of
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.unit import Unit
from services.tenants.models import AuditEntry, ChannelAccount, Teammate
from services.tenants.repository.audit import AuditRepository


class Recorder:
    """Values of fields are for people to read and never secrets."""

    def __init__(self, clock: Clock, outbox: Outbox) -> None:
        self._clock = clock
        self._outbox = outbox

    async def act(
        self, unit: Unit, tenant_id: UUID, actor_id: UUID | None, action: str, target: object, **fields: str
    ) -> None:
        """Notes who did what to what. actor_id is None for the operator."""
        entry = AuditEntry(tenant_id, new_id(self._clock), self._clock.now(), actor_id, action, str(target), fields)
        await AuditRepository(unit, tenant_id).add(entry)

    async def teammate_changed(self, unit: Unit, teammate: Teammate) -> None:
        """Tells that role, name or state are different now."""
        fact = TeammateChanged(
            tenant_id=str(teammate.tenant_id), teammate_id=str(teammate.id), version=teammate.version
        )
        await self._tell(unit, teammate.tenant_id, fact, f"{teammate.id}:{teammate.version}")

    async def sessions_revoked(self, unit: Unit, tenant_id: UUID, session_ids: Iterable[UUID]) -> None:
        """Tells that these sessions are over."""
        for session_id in session_ids:
            fact = SessionRevoked(tenant_id=str(tenant_id), session_id=str(session_id))
            await self._tell(unit, tenant_id, fact, str(session_id))

    async def account_changed(self, unit: Unit, account: ChannelAccount) -> None:
        """Tells that a channel account is different now."""
        fact = ChannelAccountChanged(
            tenant_id=str(account.tenant_id),
            account_id=account.id,
            channel=account.channel,
            state=account.state,
            version=account.version,
            provider_id=account.provider_id,
            human_agent=account.human_agent,
            name=account.name,
        )
        await self._tell(unit, account.tenant_id, fact, f"{account.id}:{account.version}")

    async def _tell(self, unit: Unit, tenant_id: UUID, fact: Message, key: str) -> None:
        msg_id = f"tenants:{fact.DESCRIPTOR.name}:{key}"
        await self._outbox.add(unit, fact, tenant_id, subject_of(tenant_id, fact), msg_id)
