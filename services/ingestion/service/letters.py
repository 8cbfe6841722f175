"""Parked events that had to take the broker because the database was away: dead letters, until the ledger has them."""

from collections.abc import Sequence
from datetime import datetime

from libs.accounts.directory import KnownAccount
from libs.bus import subjects
from libs.bus.bus import Bus
from libs.bus.messages import Delivered, Outgoing
from libs.bus.streams import DEAD_LETTERS
from libs.channels.base import Parked
from services.ingestion.service.ledger import LedgerService, parked_key

PARKED_SUBJECT = subjects.dead("ingestion")
_ACCOUNT = "Frontdesk-Account"
_CHANNEL = "Frontdesk-Channel"
_REASON = "Frontdesk-Reason"
_DETAIL = "Frontdesk-Detail"
_RECEIVED = "Frontdesk-Received"


def parked_letter(account: KnownAccount, parked: Parked, received_at: datetime) -> Outgoing:
    """A parked event as the broker keeps it meanwhile."""
    headers = {
        subjects.MSG_ID: parked_key(account, parked),
        subjects.TENANT: account.tenant_id,
        _ACCOUNT: account.account_id,
        _CHANNEL: account.channel,
        _REASON: parked.reason,
        # A header holds one line of ASCII.
        _DETAIL: parked.detail.encode("unicode_escape").decode(),
        _RECEIVED: received_at.isoformat(),
    }
    return Outgoing(PARKED_SUBJECT, parked.raw, headers)


class LettersService:
    """Moves such letters into the ledger, where the operator looks for them."""

    def __init__(self, bus: Bus, ledger: LedgerService) -> None:
        self._bus = bus
        self._ledger = ledger

    async def keep(self, letters: Sequence[Delivered]) -> None:
        """Keeps each in the ledger, once, and takes it out of the dead letters."""
        for letter in letters:
            headers = letter.headers
            account = KnownAccount(headers[_ACCOUNT], headers[subjects.TENANT], headers[_CHANNEL], "", 0, {})
            parked = Parked(headers[_REASON], letter.payload, headers[_DETAIL])
            await self._ledger.park(account, [parked], datetime.fromisoformat(headers[_RECEIVED]))
            await self._bus.jetstream.delete_msg(DEAD_LETTERS, letter.sequence)
