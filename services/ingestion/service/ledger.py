"""Keeps what was refused or parked, for people to look at."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from libs.accounts.directory import KnownAccount
from libs.channels.events import Parked, RawEvent
from libs.channels.keys import dedup_key, hash_text
from libs.clock.clock import Clock
from libs.clock.ids import first_id, new_id
from libs.db.database import Database
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from services.ingestion.domain import Budget
from services.ingestion.models import LedgerRow, UnverifiedRow
from services.ingestion.repository.events import purge_events
from services.ingestion.repository.ledger import LedgerRepository
from services.ingestion.settings import Settings

# Seconds the database has to keep something: the platform waits 2 s for its answer.
_PATIENCE = 0.8

_AT_ONCE = 5_000
_LONGEST_HEADER, _MOST_HEADERS = 1000, 5
# Bytes that stay of a parked event whose account went over its limit.
_PARKED_HEAD = 1024

_log = get_logger(__name__)
EVENTS = Counter("frontdesk_webhook_events_total", "Events of webhook calls, by verdict.", ["channel", "verdict"])
_unkept = Counter("frontdesk_refused_unkept_total", "Refused webhook calls that were counted but not kept.")


class LedgerService:
    """Writes the ledger."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._budget = Budget()

    async def keep(self, rows: Sequence[LedgerRow]) -> None:
        """Keeps events that were not published, each once however often it comes. Raises when it cannot, or not soon:
        what is not kept must not be acknowledged."""
        async with asyncio.timeout(_PATIENCE), self._database.system_unit() as unit:
            await LedgerRepository(unit).add(rows)

    async def refuse(
        self,
        channel: str,
        account_id: str,
        account: KnownAccount | None,
        reason: str,
        headers: Sequence[tuple[bytes, bytes]],
        body: bytes,
        received_at: datetime,
    ) -> None:
        """Keeps a refused call, within what a forger may fill. Never raises: the call is refused either way."""
        source = account_id if account else ""
        if not self._budget.spend(source, received_at.timestamp()):
            _unkept.inc()
            return
        kept = body[: self._settings.ingestion_refused_body]
        row = LedgerRow(
            id=new_id(self._clock),
            tenant_id=UUID(account.tenant_id) if account else None,
            account_id=account_id[:200],
            channel=channel,
            verdict="refused",
            reason=reason,
            body=kept,
            size_bytes=len(body),
            truncated=len(kept) < len(body),
            received_at=received_at,
            headers=_few(headers),
        )
        try:
            async with asyncio.timeout(_PATIENCE), self._database.system_unit() as unit:
                await LedgerRepository(unit).add([row])
        except Exception as error:
            _unkept.inc()
            _log.warning("refused call not kept", reason=reason, error=repr(error))

    async def claim(self, channel: str, recipient: str, account_id: str, tenant_id: UUID) -> None:
        """What came for an account before somebody connected it is that account's own from now on."""
        async with self._database.system_unit() as unit:
            found = await LedgerRepository(unit).claim(channel, recipient, account_id, tenant_id)
        if found:
            _log.info("parked events found their account", account=account_id, events=found)

    async def purge(self) -> None:
        """Deletes what is too old or too much."""
        older_than = self._clock.now() - timedelta(days=self._settings.ledger_days)
        async with self._database.system_unit() as unit:
            repository = LedgerRepository(unit)
            await repository.purge(self._settings.ingestion_refused_total, older_than)
            cut = await repository.cut_parked(self._settings.ingestion_parked_account, _PARKED_HEAD)
        await self._purge_events(older_than)
        if cut:
            _log.warning("parked events of accounts over their limit were cut", events=cut)

    async def _purge_events(self, older_than: datetime) -> None:
        """In transactions of some thousand rows."""
        while True:
            async with self._database.system_unit() as unit:
                if await purge_events(unit, first_id(older_than), _AT_ONCE) < _AT_ONCE:
                    return

    def parked(self, account: KnownAccount, event: Parked, received_at: datetime) -> LedgerRow:
        """An event nobody understands yet."""
        return self._event(account.channel, account, "parked", event.reason, event.raw, received_at, event.detail)

    def nobodys(self, channel: str, event: RawEvent, received_at: datetime) -> LedgerRow:
        """An event for an account that nobody has connected: it can be replayed once somebody has."""
        row = self._event(channel, None, "parked", "unknown_account", event.raw, received_at)
        row.recipient = event.recipient[:200]
        return row

    def request(self, kind: str, payload: bytes, received_at: datetime) -> LedgerRow:
        """What a platform asks in a person's name: for the operator to see."""
        return self._event("meta", None, "parked", kind, payload, received_at)

    def foreign(self, speaker: KnownAccount, events: Sequence[RawEvent], received_at: datetime) -> list[LedgerRow]:
        """Events for other accounts than the one whose tenant's app has signed them: some of them, for that app may
        write what it likes."""
        rows: list[LedgerRow] = []
        for event in events:
            if not self._budget.spend(speaker.account_id, received_at.timestamp()):
                _unkept.inc()
                continue
            kept = event.raw[: self._settings.ingestion_refused_body]
            row = self._event(speaker.channel, speaker, "refused", "foreign_recipient", kept, received_at)
            row.recipient, row.size_bytes = event.recipient[:200], len(event.raw)
            row.truncated = len(kept) < len(event.raw)
            rows.append(row)
        return rows

    def _event(
        self,
        channel: str,
        account: KnownAccount | None,
        verdict: str,
        reason: str,
        raw: bytes,
        received_at: datetime,
        detail: str = "",
    ) -> LedgerRow:
        account_id = account.account_id if account else ""
        return LedgerRow(
            id=new_id(self._clock),
            tenant_id=UUID(account.tenant_id) if account else None,
            account_id=account_id,
            channel=channel,
            verdict=verdict,
            reason=reason,
            detail=detail,
            # The same however often the event comes.
            dedup_key=dedup_key(account_id or channel, verdict, hash_text(raw.decode("utf-8", "replace"))),
            body=raw,
            size_bytes=len(raw),
            received_at=received_at,
        )


def set_aside(row: UnverifiedRow, detail: str) -> LedgerRow:
    """A call that waited for its account's secret and that this version cannot deal with, whole: for a replay."""
    return LedgerRow(
        id=row.id,
        tenant_id=None,
        account_id=row.account_id,
        channel=row.channel,
        verdict="parked",
        reason="fault",
        detail=detail,
        body=row.body,
        size_bytes=len(row.body),
        received_at=row.received_at,
        headers=row.headers,
    )


def _few(headers: Sequence[tuple[bytes, bytes]]) -> list[list[str]]:
    """What a signature may be found in: no more than a forger may make us keep."""
    pairs = [
        [name.decode("latin-1"), value.decode("latin-1")] for name, value in headers if b"signature" in name.lower()
    ]
    return [pair for pair in pairs if len(pair[1]) <= _LONGEST_HEADER][:_MOST_HEADERS]
