"""Parked events that had to take the broker because the database was away: dead letters, until the ledger has them."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from libs.bus import subjects
from libs.bus.bus import Bus
from libs.bus.messages import Delivered, Outgoing
from libs.bus.streams import DEAD_LETTERS
from services.ingestion.models import LedgerRow
from services.ingestion.service.ledger import LedgerService

PARKED_SUBJECT = subjects.dead("ingestion")
# Everything of the row but its bytes, which are the letter's payload. A header holds one line of ASCII: JSON is that.
_ROW = "Frontdesk-Ledger"
_OTHERS = ("body", "replayed_at", "headers", "kind")


def letter_of(row: LedgerRow) -> Outgoing:
    """A row of the ledger as the broker keeps it meanwhile."""
    fields = {name: getattr(row, name) for name in _fields()}
    headers = {subjects.MSG_ID: row.dedup_key or str(row.id), _ROW: json.dumps(fields, default=_text)}
    if row.tenant_id is not None:
        headers[subjects.TENANT] = str(row.tenant_id)
    return Outgoing(PARKED_SUBJECT, row.body, headers)


def row_of(letter: Delivered) -> LedgerRow:
    """The row again."""
    fields = json.loads(letter.headers[_ROW])
    fields["id"] = UUID(fields["id"])
    fields["tenant_id"] = UUID(fields["tenant_id"]) if fields["tenant_id"] else None
    fields["received_at"] = datetime.fromisoformat(fields["received_at"])
    return LedgerRow(**fields, body=letter.payload)


class LettersService:
    """Moves such letters into the ledger, where people look for them."""

    def __init__(self, bus: Bus, ledger: LedgerService) -> None:
        self._bus = bus
        self._ledger = ledger

    async def keep(self, letters: Sequence[Delivered]) -> None:
        """Keeps each in the ledger, once, and takes it out of the dead letters."""
        for letter in letters:
            await self._ledger.keep([row_of(letter)])
            await self._bus.jetstream.delete_msg(DEAD_LETTERS, letter.sequence)


def _fields() -> list[str]:
    return [one.name for one in dataclasses.fields(LedgerRow) if one.name not in _OTHERS]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
