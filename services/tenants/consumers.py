"""The event edge: what delivery finds out about accounts."""

from datetime import UTC
from uuid import UUID

from frontdesk.delivery.v1.events_pb2 import AccountStateChanged
from libs.bus.messages import Delivered
from services.tenants.service.channel_accounts import ChannelAccounts

ACCOUNT_STATES = "events.*.delivery.account_state_changed"


class AccountStates:
    """Repeated and late facts change nothing; see ChannelAccounts.note_state."""

    def __init__(self, accounts: ChannelAccounts) -> None:
        self._accounts = accounts

    async def handle(self, batch: list[Delivered]) -> None:
        """One after the other; what raises is bisected by the bus."""
        for delivered in batch:
            fact = delivered.parse(AccountStateChanged)
            at = fact.occurred_at.ToDatetime(tzinfo=UTC)
            await self._accounts.note_state(UUID(fact.tenant_id), fact.account_id, fact.state, fact.reason, at)
