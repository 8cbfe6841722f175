"""The ledger of the shop's accounts."""

from typing import Annotated

from fastapi import Query

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from services.gateway.domain.present.ledger import (
    LedgerEntryDetail,
    LedgerPage,
    Replay,
    Verdict,
    detail,
    entries,
)
from services.gateway.routes.dependencies import PageSize, PageToken, Search, SignedInDep, Word, noun_router, operation

router = noun_router("ledger")
_SERVICE = "frontdesk.ingestion.v1.AccountLedgerService"


@router.get("/ledger-entries", **operation(f"{_SERVICE}/ListAccountLedgerEntries"))
async def list_ledger_entries(
    acting: SignedInDep,
    account_id: Search = "",
    verdict: Annotated[Verdict | None, Query()] = None,
    page_size: PageSize = 0,
    page_token: PageToken = "",
) -> LedgerPage:
    """What came to the webhooks, newest first: stored, duplicate, refused or parked."""
    request = pb.ListAccountLedgerEntriesRequest(
        account_id=account_id, verdict=verdict or "", page_size=page_size, page_token=page_token
    )
    return entries(await acting.ledger.ListAccountLedgerEntries(request))


@router.get("/ledger-entries/{entry_id}", **operation(f"{_SERVICE}/GetAccountLedgerEntry", 404))
async def get_ledger_entry(entry_id: Word, acting: SignedInDep) -> LedgerEntryDetail:
    """One entry with the bytes as they came."""
    return detail(await acting.ledger.GetAccountLedgerEntry(pb.GetAccountLedgerEntryRequest(entry_id=entry_id)))


@router.post("/ledger-entries/{entry_id}:replay", **operation(f"{_SERVICE}/ReplayAccountLedgerEntry", 404, 409))
async def replay_ledger_entry(entry_id: Word, acting: SignedInDep) -> Replay:
    """Read the kept bytes again and pass on what they mean today. A refused call must be verified by today's secret;
    what is stored already is not doubled."""
    request = pb.ReplayAccountLedgerEntryRequest(entry_id=entry_id)
    return Replay(published=(await acting.ledger.ReplayAccountLedgerEntry(request)).published)
