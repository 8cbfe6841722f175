"""Replaying what the ledger kept, once the cause is mended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.accounts.recipients import RecipientDirectory
from libs.channels.events import MalformedBody, RawEvent
from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.db.unit import Unit
from libs.observe.log import get_logger
from libs.rpc.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    UnavailableError,
)
from services.ingestion.models import LedgerRow, UnverifiedRow
from services.ingestion.repository.events import EventRepository
from services.ingestion.repository.ledger import LedgerRepository
from services.ingestion.service.reading import PASSED_ON, ReadingService, find
from services.ingestion.service.shares import Shares, share
from services.ingestion.service.webhooks import Call, RawHeaders, WebhookService

_log = get_logger(__name__)


class CannotReplayError(FailedPreconditionError):
    """What was kept is not enough, or its account is gone."""

    code = "cannot_replay"


class StillNotUnderstoodError(InvalidArgumentError):
    """Today's code does not understand it either."""

    code = "still_not_understood"


class ReplayService:
    """What people do with the ledger, and with calls that waited."""

    def __init__(
        self,
        reading: ReadingService,
        webhooks: WebhookService,
        directory: AccountDirectory,
        recipients: RecipientDirectory,
        clock: Clock,
    ) -> None:
        self._reading = reading
        self._webhooks = webhooks
        self._directory = directory
        self._recipients = recipients
        self._clock = clock

    async def replay(self, tenant_id: UUID | None, entry_id: UUID) -> int:
        """Publishes what the kept bytes mean today; how many events that were. A tenant's refused call must be verified
        by today's secret; the operator, tenant_id None, vouches for it. What is stored already is published under the
        key it had, and a name of its own: conversations add what they lack and double nothing."""
        async with self._reading.unit(tenant_id) as unit:
            row = await find(unit, tenant_id, entry_id, lock=True)
            if row.truncated:
                raise CannotReplayError("Only the beginning of this body was kept. Ask the platform to send it again.")
            shares = await self._shares(row, vouched=tenant_id is None)
            if tenant_id and any(account.tenant_id != str(tenant_id) for account, _ in shares.owned.values()):
                raise CannotReplayError("This is for an account of another team.")
            published = await self._publish(row, shares)
            await self._mark(unit, row, self._clock.now())
            return published

    async def settle(self, row: UnverifiedRow) -> bool:
        """Takes a call that was kept unverified, now that the account may be known; False to keep it on."""
        call = Call(row.channel, row.account_id, _raw(row.headers), row.body, row.received_at)
        try:
            await self._webhooks.accept(call)
        except (UnavailableError, AccountsAwayError):
            return False
        except (NotFoundError, InvalidArgumentError, PermissionDeniedError) as error:
            # What is not genuine or not understood, accept() has put into the ledger.
            _log.info("a call that waited is refused", account=row.account_id, code=error.code)
        return True

    async def _publish(self, row: LedgerRow, shares: Shares) -> int:
        channel = CHANNELS[row.channel]
        for account, events in shares.owned.values():
            if (await self._webhooks.read(channel, account, events, row.received_at)).parked:
                raise StillNotUnderstoodError("These bytes are still not understood; nothing was published.")
        again = f"{row.id}:{self._clock.now().timestamp()}" if row.verdict in PASSED_ON else ""
        return await self._webhooks.publish(channel, shares, row.received_at, again)

    async def _shares(self, row: LedgerRow, vouched: bool) -> Shares:
        """Whose the kept events are today."""
        if row.channel not in CHANNELS:
            raise CannotReplayError("This was no event.")
        channel = CHANNELS[row.channel]
        try:
            account = await self._directory.get(row.account_id) if row.account_id else None
            self._require_genuine(row, account, vouched)
            shares = await share(channel, account, self._events(row), self._recipients)
        except AccountsAwayError as error:
            raise CannotReplayError("The tenants service does not answer. Try again.") from error
        if (row.account_id and account is None) or shares.nobodys:
            raise CannotReplayError("No connected account is meant by this. Connect it, then replay.")
        if shares.foreign:
            raise CannotReplayError("The app that signed this may not speak for the account that is meant.")
        return shares

    def _require_genuine(self, row: LedgerRow, account: KnownAccount | None, vouched: bool) -> None:
        """Single events were verified when they came."""
        if row.headers is None or vouched:
            return
        call = Call(row.channel, row.account_id, _raw(row.headers), row.body, row.received_at)
        if account is None or not self._webhooks.verify(call, account):
            raise CannotReplayError("Its signature does not match the account's secret: nobody knows who sent this.")

    def _events(self, row: LedgerRow) -> list[RawEvent]:
        channel = CHANNELS[row.channel]
        try:
            return [channel.restore(row.body)] if row.headers is None else channel.split(row.body)
        except MalformedBody as error:
            raise StillNotUnderstoodError(f"These bytes are still not understood: {error}.") from error

    async def _mark(self, unit: Unit, row: LedgerRow, at: datetime) -> None:
        if row.verdict in PASSED_ON:
            await EventRepository(unit).mark_replayed(row.id, at)
        else:
            row.replayed_at = at
            await LedgerRepository(unit).mark_replayed(row)


def _raw(headers: Sequence[Sequence[str]]) -> RawHeaders:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
