"""The ledger of the shop's accounts."""

from typing import Annotated

from fastapi import Query

from frontdesk.ingestion.v1 import ingestion_pb2 as pb
from services.gateway.domain.present.ledger import (
    LedgerEntryDetail,
    LedgerPage,
    Moment,
    Replay,
    ReplayRequest,
    Replays,
    Verdict,
    detail,
    entries,
    replays,
)
from services.gateway.routes.dependencies import PageSize, PageToken, Search, SignedInDep, Word, noun_router, operation

router = noun_router("ledger")
# Each is read and published by itself.
_SECONDS, _AT_ONCE = 30.0, 50
_SERVICE = "frontdesk.ingestion.v1.AccountLedgerService"


@router.get("/ledger-entries", **operation(f"{_SERVICE}/ListAccountLedgerEntries"))
async def list_ledger_entries(
    acting: SignedInDep,
    account_id: Search = "",
    verdict: Annotated[Verdict | None, Query()] = None,
    kind: Search = "",
    received_from: Annotated[Moment | None, Query()] = None,
    received_before: Annotated[Moment | None, Query()] = None,
    page_size: PageSize = 0,
    page_token: PageToken = "",
) -> LedgerPage:
    """What came to the webhooks, newest first: stored, duplicate, refused or parked."""
    request = pb.ListAccountLedgerEntriesRequest(
        account_id=account_id,
        verdict=verdict or "",
        kind=kind,
        received_from=received_from,
        received_before=received_before,
        page_size=page_size,
        page_token=page_token,
    )
    return entries(await acting.ledger.ListAccountLedgerEntries(request))


@router.get("/ledger-entries/{entry_id}", **operation(f"{_SERVICE}/GetAccountLedgerEntry", 404))
async def get_ledger_entry(entry_id: Word, acting: SignedInDep) -> LedgerEntryDetail:
    """One entry with the bytes as they came."""
    return detail(await acting.ledger.GetAccountLedgerEntry(pb.GetAccountLedgerEntryRequest(entry_id=entry_id)))


@router.post("/ledger-entries/{entry_id}:replay", **operation(f"{_SERVICE}/ReplayAccountLedgerEntry", 404, 409))
async def replay_ledger_entry(entry_id: Word, acting: SignedInDep) -> Replay:
    """Read the kept bytes again and pass on what they mean today: messages that were stored of them become that, and
    none is doubled. A refused call must be verified by today's secret."""
    request = pb.ReplayAccountLedgerEntryRequest(entry_id=entry_id)
    return Replay(published=(await acting.ledger.ReplayAccountLedgerEntry(request)).published)


@router.post("/ledger-entries:replay", **operation(f"{_SERVICE}/ReplayAccountLedgerEntries", body=True))
async def replay_ledger_entries(wanted: ReplayRequest, acting: SignedInDep) -> Replays:
    """The same for several entries: some of them a call, the oldest first. Repeating it is safe."""
    request = pb.ReplayAccountLedgerEntriesRequest(
        **wanted.model_dump(exclude={"verdict", "page_size"}),
        verdict=wanted.verdict or "",
        page_size=wanted.page_size or _AT_ONCE,
    )
    return replays(await acting.ledger.ReplayAccountLedgerEntries(request, timeout=_SECONDS))
