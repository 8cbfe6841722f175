"""Reading the ledger, and replaying what it kept once the cause is mended."""

from uuid import UUID

from libs.accounts.directory import AccountDirectory, AccountsAwayError
from libs.accounts.recipients import RecipientDirectory
from libs.channels.base import MalformedBody, RawEvent
from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.pages import Page, decode_id, encode_token, page_size
from libs.observe.log import get_logger
from libs.rpc.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    UnavailableError,
)
from services.ingestion.models import LedgerRow, UnverifiedRow
from services.ingestion.repository import LedgerRepository
from services.ingestion.service.shares import Shares, share
from services.ingestion.service.webhooks import Call, WebhookService

_log = get_logger(__name__)


class LedgerEntryNotFoundError(NotFoundError):
    """No entry of this id."""

    code = "ledger_entry_not_found"


class CannotReplayError(FailedPreconditionError):
    """What was kept is not enough, or its account is gone."""

    code = "cannot_replay"


class StillNotUnderstoodError(InvalidArgumentError):
    """Today's code does not understand it either."""

    code = "still_not_understood"


class ReplayService:
    """What the operator does with the ledger."""

    def __init__(
        self,
        database: Database,
        webhooks: WebhookService,
        directory: AccountDirectory,
        recipients: RecipientDirectory,
        clock: Clock,
    ) -> None:
        self._database = database
        self._webhooks = webhooks
        self._directory = directory
        self._recipients = recipients
        self._clock = clock

    async def list_entries(self, account_id: str, verdict: str, size: int, token: str) -> Page[LedgerRow]:
        """Newest first, without bytes."""
        limit, before = page_size(size), decode_id(token)
        async with self._database.system_unit() as unit:
            rows = await LedgerRepository(unit).page(account_id, verdict, before, limit + 1)
        return Page.of(rows, limit, lambda last: encode_token(str(last.id)))

    async def get_entry(self, entry_id: UUID) -> LedgerRow:
        """One entry with its bytes."""
        async with self._database.system_unit() as unit:
            return _found(await LedgerRepository(unit).get(entry_id))

    async def replay(self, entry_id: UUID) -> int:
        """Publishes what the kept bytes mean today; how many events that were. A refused call is taken without its
        signature: the operator vouches for it."""
        async with self._database.system_unit() as unit:
            repository = LedgerRepository(unit)
            row = _found(await repository.get(entry_id, lock=True))
            if row.truncated:
                raise CannotReplayError("Only the beginning of this body was kept. Ask the platform to send it again.")
            channel = CHANNELS[row.channel]
            shares = await self._shares(row)
            for account, events in shares.owned.values():
                if (await self._webhooks.read(channel, account, events, row.received_at)).parked:
                    raise StillNotUnderstoodError("These bytes are still not understood; nothing was published.")
            published = await self._webhooks.publish(channel, shares, row.received_at)
            row.replayed_at = self._clock.now()
            await repository.mark_replayed(row)
            return published

    async def settle(self, row: UnverifiedRow) -> bool:
        """Takes a call that was kept unverified, now that the account may be known; False to keep it on."""
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in row.headers]
        call = Call(row.channel, row.account_id, headers, row.body, row.received_at)
        try:
            await self._webhooks.accept(call)
        except (UnavailableError, AccountsAwayError):
            return False
        except (NotFoundError, InvalidArgumentError, PermissionDeniedError) as error:
            # What is not genuine or not understood, accept() has put into the ledger.
            _log.info("a call that waited is refused", account=row.account_id, code=error.code)
        return True

    async def _shares(self, row: LedgerRow) -> Shares:
        """Whose the kept events are today."""
        channel = CHANNELS[row.channel]
        try:
            account = await self._directory.get(row.account_id) if row.account_id else None
            shares = await share(channel, account, self._events(row), self._recipients)
        except AccountsAwayError as error:
            raise CannotReplayError("The tenants service does not answer. Try again.") from error
        if (row.account_id and account is None) or shares.nobodys:
            raise CannotReplayError("No connected account is meant by this. Connect it, then replay.")
        if shares.foreign:
            raise CannotReplayError("The app that signed this may not speak for the account that is meant.")
        return shares

    def _events(self, row: LedgerRow) -> list[RawEvent]:
        channel = CHANNELS[row.channel]
        try:
            return [channel.restore(row.body)] if row.headers is None else channel.split(row.body)
        except MalformedBody as error:
            raise StillNotUnderstoodError(f"These bytes are still not understood: {error}.") from error


def _found(row: LedgerRow | None) -> LedgerRow:
    if row is None:
        raise LedgerEntryNotFoundError("No ledger entry has this id.")
    return row
