"""The event edge: what delivery finds out about accounts, and what people do elsewhere, for the audit log."""

from datetime import UTC
from uuid import UUID

from frontdesk.delivery.v1.events_pb2 import AccountStateChanged
from frontdesk.ingestion.v1.events_pb2 import DataDeletionDone, LedgerReplayed
from libs.bus.messages import Delivered
from services.tenants.service.audit_log import AuditLog
from services.tenants.service.channel_accounts import ChannelAccounts

ACCOUNT_STATES = "events.*.delivery.account_state_changed"
REPLAYS = "events.*.ingestion.ledger_replayed"
DELETIONS = "events.*.ingestion.data_deletion_done"


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


class Replays:
    """Who replayed what of the ledger; repeated facts change nothing."""

    def __init__(self, audit_log: AuditLog) -> None:
        self._audit_log = audit_log

    async def handle(self, batch: list[Delivered]) -> None:
        """One after the other; what raises is bisected by the bus."""
        for delivered in batch:
            await self._audit_log.note_replay(delivered.parse(LedgerReplayed))


class Deletions:
    """Who marked which request for deletion as done; repeated facts change nothing."""

    def __init__(self, audit_log: AuditLog) -> None:
        self._audit_log = audit_log

    async def handle(self, batch: list[Delivered]) -> None:
        """One after the other; what raises is bisected by the bus."""
        for delivered in batch:
            await self._audit_log.note_deletion(delivered.parse(DataDeletionDone))
