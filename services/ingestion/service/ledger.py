"""Keeps what was refused or parked, for people to look at."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from libs.accounts.directory import KnownAccount
from libs.channels.base import Parked
from libs.channels.keys import dedup_key, hash_text
from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from services.ingestion.domain import Budget
from services.ingestion.models import LedgerRow
from services.ingestion.repository import LedgerRepository
from services.ingestion.settings import Settings

# Seconds the database has to keep something: the platform waits 2 s for its answer.
_PATIENCE = 0.8

# Bytes that stay of a parked event whose account went over its limit.
_PARKED_HEAD = 1024

_log = get_logger(__name__)
_unkept = Counter("frontdesk_refused_unkept_total", "Refused webhook calls that were counted but not kept.")


class LedgerService:
    """Writes the ledger."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._budget = Budget()

    async def park(self, account: KnownAccount, parked: Sequence[Parked], received_at: datetime) -> None:
        """Keeps events nobody understands yet, each once however often it comes. Raises when it cannot, or not soon:
        what is not kept must not be acknowledged."""
        rows = [self._parked(account, event, received_at) for event in parked]
        async with asyncio.timeout(_PATIENCE), self._database.system_unit() as unit:
            await LedgerRepository(unit).add(rows)

    async def refuse(
        self,
        channel: str,
        account_id: str,
        account: KnownAccount | None,
        reason: str,
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
        )
        try:
            async with asyncio.timeout(_PATIENCE), self._database.system_unit() as unit:
                await LedgerRepository(unit).add([row])
        except Exception as error:
            _unkept.inc()
            _log.warning("refused call not kept", reason=reason, error=repr(error))

    async def purge(self) -> None:
        """Deletes what is too old or too much."""
        older_than = self._clock.now() - timedelta(days=self._settings.ingestion_ledger_days)
        async with self._database.system_unit() as unit:
            repository = LedgerRepository(unit)
            await repository.purge(self._settings.ingestion_refused_total, older_than)
            cut = await repository.cut_parked(self._settings.ingestion_parked_account, _PARKED_HEAD)
        if cut:
            _log.warning("parked events of accounts over their limit were cut", events=cut)

    def _parked(self, account: KnownAccount, parked: Parked, received_at: datetime) -> LedgerRow:
        return LedgerRow(
            id=new_id(self._clock),
            tenant_id=UUID(account.tenant_id),
            account_id=account.account_id,
            channel=account.channel,
            verdict="parked",
            reason=parked.reason,
            detail=parked.detail,
            dedup_key=parked_key(account, parked),
            body=parked.raw,
            size_bytes=len(parked.raw),
            received_at=received_at,
        )


def parked_key(account: KnownAccount, parked: Parked) -> str:
    """The same however often the event comes."""
    return dedup_key(account.account_id, "parked", hash_text(parked.raw.decode("utf-8", "replace")))
