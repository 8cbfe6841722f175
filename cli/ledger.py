"""`frontdesk ledger`: what came to the webhooks and what became of it, its bytes, and its replay."""

import sys
from typing import Annotated, Any

import typer

from cli.operator import operator_runtime, rpc
from cli.output import run, table
from frontdesk.ingestion.v1 import ingestion_pb2, ingestion_pb2_grpc

app = typer.Typer(help="What came to the webhooks, and what became of it.", no_args_is_help=True, add_completion=False)


@app.command("list")
def list_entries(
    account: Annotated[str, typer.Option(help="Only this channel account.")] = "",
    verdict: Annotated[str, typer.Option(help="Only stored, duplicate, refused or parked.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Entries, newest first."""
    table([_row(entry) for entry in run(_list(account, verdict, limit))], as_json)


@app.command()
def show(entry_id: str) -> None:
    """Prints the raw bytes as they came, and on standard error what is known about them."""
    answer = run(_get(entry_id))
    typer.echo("  ".join(f"{key}={value}" for key, value in _row(answer.entry).items()), err=True)
    sys.stdout.buffer.write(answer.body)
    sys.stdout.flush()


@app.command()
def replay(entry_ids: list[str]) -> None:
    """Reads the kept bytes again with this version and publishes what they mean. Whoever replays a refused call vouches
    for it; what is stored already is not stored again."""
    for entry_id in entry_ids:
        typer.echo(f"{entry_id}: {run(_replay(entry_id))} published")


async def _list(account: str, verdict: str, limit: int) -> list[ingestion_pb2.LedgerEntry]:
    found: list[ingestion_pb2.LedgerEntry] = []
    request = ingestion_pb2.ListLedgerEntriesRequest(account_id=account, verdict=verdict)
    async with rpc(operator_runtime(), "ingestion") as channel:
        ledger = ingestion_pb2_grpc.LedgerServiceStub(channel)
        while len(found) < limit:
            request.page_size = min(limit - len(found), 100)
            page = await ledger.ListLedgerEntries(request)
            found += page.entries
            request.page_token = page.next_page_token
            if not page.next_page_token:
                break
    return found


async def _get(entry_id: str) -> ingestion_pb2.GetLedgerEntryResponse:
    async with rpc(operator_runtime(), "ingestion") as channel:
        request = ingestion_pb2.GetLedgerEntryRequest(id=entry_id)
        answer: ingestion_pb2.GetLedgerEntryResponse
        answer = await ingestion_pb2_grpc.LedgerServiceStub(channel).GetLedgerEntry(request)
        return answer


async def _replay(entry_id: str) -> int:
    async with rpc(operator_runtime(), "ingestion") as channel:
        request = ingestion_pb2.ReplayLedgerEntryRequest(id=entry_id)
        return int((await ingestion_pb2_grpc.LedgerServiceStub(channel).ReplayLedgerEntry(request)).published)


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
