"""`frontdesk ledger`: what came to the webhooks and what became of it, its bytes, and its replay."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from google.protobuf.timestamp_pb2 import Timestamp

from cli.operator import listed, operator_runtime, rpc
from cli.output import run, table
from frontdesk.ingestion.v1 import ingestion_pb2, ingestion_pb2_grpc
from libs.clock.stamps import timestamp

app = typer.Typer(help="What came to the webhooks, and what became of it.", no_args_is_help=True, add_completion=False)

Account = Annotated[str, typer.Option(help="Only this channel account.")]
Verdict = Annotated[str, typer.Option(help="Only stored, duplicate, refused or parked.")]
Kind = Annotated[str, typer.Option(help="Only what is known as this: message, postback, edited, receipt, ...")]
Since = Annotated[datetime | None, typer.Option(help="Received from this moment on, in UTC.")]
Until = Annotated[datetime | None, typer.Option(help="Received before this moment, in UTC.")]
# For a page of entries, each read and published by itself.
_SECONDS = 60.0


@app.command("list")
def list_entries(
    account: Account = "",
    verdict: Verdict = "",
    kind: Kind = "",
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Entries, newest first."""
    table([_row(entry) for entry in run(_list(_wanted(account, verdict, kind, since, until), limit))], as_json)


@app.command()
def show(entry_id: str) -> None:
    """Prints the raw bytes as they came, and on standard error what is known about them."""
    answer = run(_get(entry_id))
    typer.echo("  ".join(f"{key}={value}" for key, value in _row(answer.entry).items()), err=True)
    sys.stdout.buffer.write(answer.body)
    sys.stdout.flush()


@app.command()
def replay(
    entry_ids: Annotated[list[str] | None, typer.Argument(help="These entries; or say which by the options.")] = None,
    account: Account = "",
    verdict: Verdict = "",
    kind: Kind = "",
    since: Since = None,
    until: Until = None,
    every: Annotated[bool, typer.Option("--every", help="All there are, where nothing else is said.")] = False,
) -> None:
    """Reads the kept bytes again with this version and publishes what they mean: what was stored of them becomes that,
    and nothing is stored twice. Whoever names a refused call, or says --verdict refused, vouches for it."""
    for entry_id in entry_ids or ():
        typer.echo(f"{entry_id}: {run(_replay(entry_id))} published")
    if entry_ids:
        return
    if not (every or account or verdict or kind or since or until):
        raise typer.BadParameter(
            "Name entries, or say which by --account, --verdict, --kind, --since, --until, --every."
        )
    failed = run(_replay_all(_wanted(account, verdict, kind, since, until or datetime.now(UTC))))
    if failed:
        raise typer.Exit(1)


def _wanted(account: str, verdict: str, kind: str, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """Fields of every request that says which entries are meant."""
    fields = {"account_id": account, "verdict": verdict, "kind": kind}
    return {**fields, "received_from": _stamp(since), "received_before": _stamp(until)}


def _stamp(at: datetime | None) -> Timestamp | None:
    return None if at is None else timestamp(at if at.tzinfo else at.replace(tzinfo=UTC))


@asynccontextmanager
async def _ledger() -> AsyncIterator[ingestion_pb2_grpc.LedgerServiceStub]:
    async with rpc(operator_runtime(), "ingestion") as channel:
        yield ingestion_pb2_grpc.LedgerServiceStub(channel)


async def _replay_all(wanted: dict[str, Any]) -> int:
    """How many failed. Tells after each page how far it is; begun anew after an interruption it does no harm."""
    request = ingestion_pb2.ReplayLedgerEntriesRequest(**wanted, page_size=100)
    entries = published = failed = 0
    async with _ledger() as ledger:
        while True:
            page = await ledger.ReplayLedgerEntries(request, timeout=_SECONDS)
            for one in page.replayed.failed:
                typer.echo(f"{one.entry_id}: {one.message}", err=True)
            entries += page.replayed.entries
            published += page.replayed.published
            failed += len(page.replayed.failed)
            reached = f", up to {page.replayed.reached.ToJsonString()}" if page.replayed.HasField("reached") else ""
            typer.echo(f"{entries} replayed, {published} published, {failed} failed{reached}")
            request.page_token = page.next_page_token
            if not page.next_page_token:
                return failed


async def _list(wanted: dict[str, Any], limit: int) -> list[ingestion_pb2.LedgerEntry]:
    request = ingestion_pb2.ListLedgerEntriesRequest(**wanted)
    async with _ledger() as ledger:
        return await listed(ledger.ListLedgerEntries, request, lambda page: page.entries, limit)


async def _get(entry_id: str) -> ingestion_pb2.GetLedgerEntryResponse:
    async with _ledger() as ledger:
        answer: ingestion_pb2.GetLedgerEntryResponse
        answer = await ledger.GetLedgerEntry(ingestion_pb2.GetLedgerEntryRequest(entry_id=entry_id))
        return answer


async def _replay(entry_id: str) -> int:
    async with _ledger() as ledger:
        request = ingestion_pb2.ReplayLedgerEntryRequest(entry_id=entry_id)
        return int((await ledger.ReplayLedgerEntry(request)).published)


def _row(entry: ingestion_pb2.LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "received_at": entry.received_at.ToJsonString(),
        "verdict": entry.verdict,
        "account": entry.account_id or entry.recipient,
        "kind": entry.kind,
        "bytes": f"{entry.size_bytes}{' (cut)' if entry.truncated else ''}",
        "replayed": entry.replayed_at.ToJsonString() if entry.HasField("replayed_at") else "",
        "reason": entry.reason,
    }
