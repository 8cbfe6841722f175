"""How the command line answers: tables for people, one JSON object a line for programs, errors in one line."""

import asyncio
import json
import os
import sys
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import grpc
import typer

from cli.migrate import MigrationError
from libs.app.settings import SettingsError
from libs.bus.errors import BusError
from libs.observe.log import configure_logging
from libs.rpc.errors import FrontdeskError

T = TypeVar("T")


def table(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Prints rows that share their keys."""
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, default=str, ensure_ascii=False))
    elif rows:
        lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        for line in lines:
            typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    else:
        typer.echo("Nothing there.", err=True)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command's work; an expected error becomes one line and exit code 1."""
    configure_logging("critical", console=True)
    try:
        return asyncio.run(work)
    except FrontdeskError as error:
        fail(error.message)
    except grpc.aio.AioRpcError as error:
        fail(f"{error.details() or error.code().name}. Does the desk run?")
    except (BusError, MigrationError, SettingsError) as error:
        fail(str(error))
    except BrokenPipeError:
        # `| head` has seen enough; keep the interpreter from flushing into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(1)


def fail(line: str) -> NoReturn:
    """Ends the command with this line and exit code 1."""
    typer.echo(f"frontdesk: {line}", err=True)
    raise typer.Exit(1)
