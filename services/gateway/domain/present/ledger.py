"""The ledger: what came to the webhooks of the shop's accounts, and what became of it."""

import base64
from datetime import datetime
from typing import Literal

from pydantic import Field

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from services.gateway.domain.present.common import Model, Page, moment, moment_or_none

Verdict = Literal["stored", "duplicate", "refused", "parked"]


class LedgerEntry(Model):
    """One event, or one refused call."""

    id: str
    account_id: str
    channel: str
    verdict: Verdict = Field(
        description="stored: passed on. duplicate: it had been. parked: nobody understands it yet, or it came before"
        " its account was connected. refused: not genuine, or no webhook."
    )
    reason: str | None = Field(description="A code, for what was refused or parked.", examples=["bad_signature"])
    detail: str | None
    kind: str | None = Field(description="What it means, where that is known.", examples=["message", "receipt"])
    received_at: datetime
    size_bytes: int
    truncated: bool = Field(description="Only the beginning was kept: it cannot be replayed.")
    replayed_at: datetime | None


class LedgerPage(Page):
    """Newest first."""

    entries: list[LedgerEntry]


class LedgerEntryDetail(LedgerEntry):
    """An entry with what was kept of it."""

    raw: str = Field(description="The bytes as they came, in base64.")


class Replay(Model):
    """What came of a replay."""

    published: int = Field(description="Events it gave. Those that are stored already are not stored again.")


def entry(message: pb.LedgerEntry) -> LedgerEntry:
    """One line of the list."""
    return LedgerEntry(
        id=message.id,
        account_id=message.account_id,
        channel=message.channel,
        verdict=message.verdict,  # type: ignore[arg-type]  # checked when validated
        reason=message.reason or None,
        detail=message.detail or None,
        kind=message.kind or None,
        received_at=moment(message.received_at),
        size_bytes=message.size_bytes,
        truncated=message.truncated,
        replayed_at=moment_or_none(message, "replayed_at"),
    )


def entries(message: pb.ListAccountLedgerEntriesResponse) -> LedgerPage:
    """A page of the list."""
    return LedgerPage(entries=[entry(one) for one in message.entries], next_page_token=message.next_page_token or None)


def detail(message: pb.GetAccountLedgerEntryResponse) -> LedgerEntryDetail:
    """One entry whole."""
    return LedgerEntryDetail(**entry(message.entry).model_dump(), raw=base64.b64encode(message.body).decode())
