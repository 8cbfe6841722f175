"""`frontdesk failures`: answers that failed lately, by account and reason."""

from typing import Annotated, Any

import typer

from cli.operator import operator_runtime, rpc
from cli.output import run, table
from frontdesk.delivery.v1 import failures_pb2, failures_pb2_grpc

app = typer.Typer(add_completion=False)


@app.command()
def print_failures(
    minutes: Annotated[int, typer.Option(min=1, max=30 * 24 * 60, help="How far to look back.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Answers that ended as failed or unconfirmed, the most first."""
    table([_row(failure) for failure in run(_list(minutes * 60))], as_json)


async def _list(seconds: int) -> list[failures_pb2.Failure]:
    async with rpc(operator_runtime(), "delivery") as channel:
        request = failures_pb2.ListFailuresRequest(seconds=seconds)
        return list((await failures_pb2_grpc.FailuresServiceStub(channel).ListFailures(request)).failures)


def _row(failure: failures_pb2.Failure) -> dict[str, Any]:
    return {
        "count": failure.count,
        "channel": failure.channel,
        "account": failure.account_id,
        "tenant": failure.tenant_id,
        "state": failure.state,
        "code": failure.code,
        "detail": failure.detail,
    }
