"""The ledger: what came to the webhooks of the shop's accounts, and what became of it."""

import base64
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from services.gateway.domain.present.common import NO_NUL, Model, Page, moment, moment_or_none

_Short = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
_Long = Annotated[str, Field(max_length=2000, pattern=NO_NUL)]
# What has a place in every calendar, whatever its offset from UTC.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
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
    replayed_by: str | None = Field(description="The teammate; null also where the operator did.")


class LedgerPage(Page):
    """Newest first."""

    entries: list[LedgerEntry]


class LedgerEntryDetail(LedgerEntry):
    """An entry with what was kept of it."""

    raw: str = Field(description="The bytes as they came, in base64.")


class Replay(Model):
    """What came of a replay."""

    published: int = Field(description="Events it gave. None of them is shown twice.")


class ReplayRequest(Model):
    """Which entries are to be replayed; what is left out is any."""

    account_id: _Short = ""
    verdict: Verdict | None = None
    kind: _Short = Field("", examples=["message"])
    received_from: Moment | None = Field(None, description="Received from this moment on.")
    received_before: Moment | None = Field(
        None, description="And before this one. Say it, or what comes in meanwhile is replayed, too."
    )
    page_size: int = Field(0, ge=0, le=100, description="So many in one call: 50 when 0.")
    page_token: _Long = Field("", description="next_page_token of the call before.")


class FailedReplay(Model):
    """An entry that could not be replayed."""

    entry_id: str
    code: str = Field(examples=["still_not_understood"])
    message: str


class Replays(Page):
    """What came of replaying some of the entries that are meant, the oldest first; next_page_token until all are."""

    entries: int = Field(description="Entries that were replayed.")
    published: int = Field(description="Events they gave. None of them is shown twice.")
    failed: list[FailedReplay]
    reached: datetime | None = Field(description="When the last of them was received; null where there was none.")


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
        replayed_by=message.replayed_by or None,
    )


def entries(message: pb.ListAccountLedgerEntriesResponse) -> LedgerPage:
    """A page of the list."""
    return LedgerPage(entries=[entry(one) for one in message.entries], next_page_token=message.next_page_token or None)


def detail(message: pb.GetAccountLedgerEntryResponse) -> LedgerEntryDetail:
    """One entry whole."""
    return LedgerEntryDetail(**entry(message.entry).model_dump(), raw=base64.b64encode(message.body).decode())


def replays(message: pb.ReplayAccountLedgerEntriesResponse) -> Replays:
    """What came of several."""
    done = message.replayed
    return Replays(
        entries=done.entries,
        published=done.published,
        failed=[FailedReplay(entry_id=one.entry_id, code=one.code, message=one.message) for one in done.failed],
        reached=moment_or_none(done, "reached"),
        next_page_token=message.next_page_token or None,
    )
