"""`frontdesk data-deletions`: people's requests that their data be deleted, and saying that one is done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from typing import Annotated, Any

import typer

from cli.operator import listed, operator_runtime, rpc
from cli.output import run, table
from frontdesk.ingestion.v1 import deletions_pb2, deletions_pb2_grpc

app = typer.Typer(
    help="People's requests that their data be deleted, as Meta handed them on.",
    no_args_is_help=True,
    add_completion=False,
)
_DUE = timedelta(days=30)


@app.command("list")
def list_requests(
    include_done: Annotated[bool, typer.Option("--all", help="Those that are done, too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, oldest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Open requests, oldest first: of the shared app (no tenant), and of tenants' own apps."""
    table([_row(one) for one in run(_list(include_done, limit))], as_json)


@app.command()
def done(codes: Annotated[list[str], typer.Argument(help="Their confirmation codes.")]) -> None:
    """Says that what was stored of these people has been deleted; the page that they were told shows it from now on."""
    for code in codes:
        typer.echo(f"{code}: done on {run(_done(code)).done_at.ToJsonString()}")


@asynccontextmanager
async def _requests() -> AsyncIterator[deletions_pb2_grpc.DataDeletionServiceStub]:
    async with rpc(operator_runtime(), "ingestion") as channel:
        yield deletions_pb2_grpc.DataDeletionServiceStub(channel)


async def _list(include_done: bool, limit: int) -> list[deletions_pb2.DataDeletionRequest]:
    request = deletions_pb2.ListDataDeletionRequestsRequest(include_done=include_done)
    async with _requests() as requests:
        return await listed(requests.ListDataDeletionRequests, request, lambda page: page.requests, limit)


async def _done(code: str) -> deletions_pb2.DataDeletionRequest:
    async with _requests() as requests:
        request = deletions_pb2.CompleteDataDeletionRequestRequest(confirmation_code=code)
        answer: deletions_pb2.CompleteDataDeletionRequestResponse
        answer = await requests.CompleteDataDeletionRequest(request)
        return answer.request


def _row(one: deletions_pb2.DataDeletionRequest) -> dict[str, Any]:
    is_done = one.HasField("done_at")
    return {
        "code": one.confirmation_code,
        "received_at": one.received_at.ToJsonString(),
        "due": f"{one.received_at.ToDatetime(UTC) + _DUE:%Y-%m-%d}",
        "user": one.user_id,
        "tenant": one.tenant_id,
        "account": one.account_id,
        "done_at": one.done_at.ToJsonString() if is_done else "",
        "done_by": (one.done_by or "operator") if is_done else "",
    }
