"""`frontdesk queues`: everything that waits on this desk, told by the services and the broker themselves."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import grpc
import typer

from cli.operator import bus, operator_runtime, rpc
from cli.output import run, table
from frontdesk.queues.v1 import queues_pb2 as pb
from frontdesk.queues.v1.queues_pb2_grpc import QueuesServiceStub
from libs.app.runtime import Runtime
from libs.bus.backlog import backlog
from libs.bus.errors import BusError
from libs.rpc.errors import FrontdeskError

app = typer.Typer(add_completion=False)

# Those with a queue of their own, who serve QueuesService.
SERVICES = ("delivery", "conversations", "ingestion", "tenants")
_SECONDS = 10.0

Row = dict[str, Any]


@app.command()
def print_queues(
    work: Annotated[str, typer.Option(help="Only this kind: messages, files, outbox, ...")] = "",
    account: Annotated[str, typer.Option(help="Only this channel account.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """What waits, where, since when, and what for. Who does not answer is named on standard error, with exit code 1."""
    rows, silent = run(_collect(operator_runtime()))
    wanted = [row for row in rows if work in ("", row["work"]) and account in ("", row["account"])]
    table(wanted, as_json)
    for line in silent:
        typer.echo(f"frontdesk: {line}", err=True)
    if silent:
        raise typer.Exit(1)


async def _collect(runtime: Runtime) -> tuple[list[Row], list[str]]:
    """Rows, and who does not answer."""
    answers = await asyncio.gather(*(_of_service(runtime, name) for name in SERVICES), _of_broker(runtime))
    return [row for rows, _ in answers for row in rows], [silent for _, silent in answers if silent]


async def _of_service(runtime: Runtime, service: str) -> tuple[Sequence[Row], str]:
    try:
        async with rpc(runtime, service) as channel:
            answer = await QueuesServiceStub(channel).ListQueues(pb.ListQueuesRequest(), timeout=_SECONDS)
    except FrontdeskError as error:
        return [], f"{service} does not answer: {error.message}"
    except grpc.aio.AioRpcError as error:
        return [], f"{service} does not answer: {error.details() or error.code().name}"
    now = runtime.clock.now()
    return [_row(service, queue, now) for queue in answer.queues], ""


async def _of_broker(runtime: Runtime) -> tuple[Sequence[Row], str]:
    try:
        async with bus(runtime) as opened:
            found = await backlog(opened)
    except BusError as error:
        return [], f"nats does not answer: {error}"
    return [_line("nats", one.name, one.waiting, "", one.waits_for) for one in found], ""


def _row(service: str, queue: pb.Queue, now: datetime) -> Row:
    oldest = f"{(now - queue.oldest_at.ToDatetime(UTC)).total_seconds():.0f}" if queue.HasField("oldest_at") else ""
    return _line(service, queue.work, queue.waiting, oldest, queue.waits_for, queue.tenant_id, queue.account_id)


def _line(
    service: str, work: str, waiting: int, oldest: str, waits_for: str, tenant: str = "", account: str = ""
) -> Row:
    return {
        "service": service,
        "work": work,
        "waiting": waiting,
        "oldest_seconds": oldest,
        "tenant": tenant,
        "account": account,
        "waits_for": waits_for,
    }
