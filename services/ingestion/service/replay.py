"""Replaying what the ledger kept, once the cause is mended."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from frontdesk.ingestion.v1.events_pb2 import LedgerReplayed
from libs.accounts.directory import AccountDirectory, AccountsAwayError, KnownAccount
from libs.accounts.recipients import RecipientDirectory
from libs.bus.messages import Outgoing
from libs.bus.spool import Spool
from libs.bus.subjects import subject_of
from libs.bus.transient import is_transient
from libs.channels.events import MalformedBody, RawEvent
from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.clock.stamps import timestamp
from libs.db.pages import Page
from libs.db.unit import Unit
from libs.observe.log import get_logger
from libs.rpc.errors import (
    FailedPreconditionError,
    FrontdeskError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    UnavailableError,
)
from services.ingestion.models import LedgerRow, UnverifiedRow, Wanted
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


@dataclass(frozen=True, slots=True)
class Who:
    """A teammate of a tenant; both are None for the operator of the installation."""

    tenant_id: UUID | None = None
    teammate_id: UUID | None = None


class ReplayFaultError(FrontdeskError):
    """This version fails at it."""

    code = "fault"


@dataclass(slots=True)
class Done:
    """Entries that were replayed, and events they gave."""

    entries: int = 0
    published: int = 0


@dataclass(slots=True)
class Replayed:
    """What came of a page of entries, by whose they are; and why others were not replayed."""

    page: Page[LedgerRow]
    done: defaultdict[UUID | None, Done] = field(default_factory=lambda: defaultdict(Done))
    failed: dict[UUID, FrontdeskError] = field(default_factory=dict)

    @property
    def total(self) -> Done:
        """Of everybody."""
        return Done(sum(one.entries for one in self.done.values()), sum(one.published for one in self.done.values()))


class ReplayService:
    """What people do with the ledger, and with calls that waited."""

    def __init__(
        self,
        reading: ReadingService,
        webhooks: WebhookService,
        directory: AccountDirectory,
        recipients: RecipientDirectory,
        spool: Spool,
        clock: Clock,
    ) -> None:
        self._reading = reading
        self._webhooks = webhooks
        self._directory = directory
        self._recipients = recipients
        self._spool = spool
        self._clock = clock

    async def replay(self, by: Who, entry_id: UUID) -> int:
        """Publishes what the kept bytes mean today; how many events that were. A tenant's refused call must be verified
        by today's secret; the operator vouches for it. What is stored already is published under the key it had, and a
        name of its own: conversations add what they lack, correct what they have, and double nothing."""
        async with self._reading.unit(by.tenant_id) as unit:
            row, published = await self._replay(unit, by, entry_id, vouched=by.tenant_id is None)
            await self._tell(by, row.tenant_id, Done(1, published), entry_id=str(row.id))
            return published

    async def replay_page(self, by: Who, wanted: Wanted, size: int, token: str) -> Replayed:
        """The same for some of the entries that are meant, the oldest first. What cannot be replayed stops nothing. Of
        refused calls the operator vouches for those alone that were asked for as such."""
        vouched = by.tenant_id is None and wanted.verdict == "refused"
        replayed = Replayed(await self._reading.page(by.tenant_id, wanted, size, token, oldest_first=True))
        try:
            for row in replayed.page.rows:
                await self._try(replayed, by, row, vouched)
        finally:
            # What an outage cut short is done as far as it came.
            for tenant_id, done in replayed.done.items():
                await self._tell(by, tenant_id, done, wanted=_words(wanted))
        return replayed

    async def _try(self, replayed: Replayed, by: Who, row: LedgerRow, vouched: bool) -> None:
        """Replays one of several; raises only what the others would fail of, too."""
        try:
            async with self._reading.unit(by.tenant_id or row.tenant_id) as unit:
                _, published = await self._replay(unit, by, row.id, vouched)
        except (CannotReplayError, StillNotUnderstoodError, NotFoundError) as error:
            replayed.failed[row.id] = error
        except Exception as error:
            if is_transient(error):
                raise
            _log.exception("an entry cannot be replayed", entry=str(row.id), channel=row.channel)
            replayed.failed[row.id] = ReplayFaultError("Something went wrong on our side. It has been logged.")
        else:
            done = replayed.done[row.tenant_id]
            done.entries += 1
            done.published += published

    async def _replay(self, unit: Unit, by: Who, entry_id: UUID, vouched: bool) -> tuple[LedgerRow, int]:
        row = await find(unit, by.tenant_id, entry_id, lock=True)
        if row.truncated:
            raise CannotReplayError("Only the beginning of this body was kept. Ask the platform to send it again.")
        shares = await self._shares(row, vouched)
        if by.tenant_id and any(account.tenant_id != str(by.tenant_id) for account, _ in shares.owned.values()):
            raise CannotReplayError("This is for an account of another team.")
        kind, published = await self._publish(row, shares)
        row.replayed_at, row.replayed_by, row.kind = self._clock.now(), by.teammate_id, kind
        await self._mark(unit, row)
        return row, published

    async def _tell(self, by: Who, tenant_id: UUID | None, done: Done, **which: Any) -> None:
        """For the audit log of the tenant whose entries they were."""
        if tenant_id is None:
            return
        fact = LedgerReplayed(
            tenant_id=str(tenant_id),
            id=str(new_id(self._clock)),
            occurred_at=timestamp(self._clock.now()),
            actor_id=str(by.teammate_id or ""),
            entries=done.entries,
            published=done.published,
            **which,
        )
        await self._spool.publish_raw(Outgoing.of(subject_of(tenant_id, fact), fact, fact.id, tenant_id))

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

    async def _publish(self, row: LedgerRow, shares: Shares) -> tuple[str, int]:
        """What the event is taken for today, and how many there were."""
        channel, kind = CHANNELS[row.channel], ""
        for account, events in shares.owned.values():
            reading = await self._webhooks.read(channel, account, events, row.received_at)
            if reading.parked:
                raise StillNotUnderstoodError("These bytes are still not understood; nothing was published.")
            kind = next((event.WhichOneof("event") or "" for event in reading.understood), kind)
        again = f"{row.id}:{self._clock.now().timestamp()}"
        return kind, await self._webhooks.publish(channel, shares, row.received_at, again)

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

    async def _mark(self, unit: Unit, row: LedgerRow) -> None:
        if row.verdict in PASSED_ON and row.replayed_at is not None:
            await EventRepository(unit).mark_replayed(row.id, row.replayed_at, row.replayed_by, row.kind)
        else:
            await LedgerRepository(unit).mark_replayed(row)


def _words(wanted: Wanted) -> dict[str, str]:
    """For people, who read them in the audit log."""
    return {name: str(value) for name, value in asdict(wanted).items() if value}


def _raw(headers: Sequence[Sequence[str]]) -> RawHeaders:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
