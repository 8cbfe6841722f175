"""`frontdesk dead-letters`: messages that a consumer gave up, and their replay."""

import sys
from typing import Annotated, Any

import typer

from cli.operator import bus, operator_runtime
from cli.output import run, table
from libs.bus.dead_letters import DeadLetter, DeadLetters

app = typer.Typer(help="Messages that a consumer gave up.", no_args_is_help=True, add_completion=False)


@app.command("list")
def list_letters(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Dead letters, newest first."""
    table([_row(letter) for letter in run(_list(limit))], as_json)


@app.command()
def show(number: int) -> None:
    """Prints the payload as it was published, and on standard error what is known about it."""
    letter = run(_show(number))
    typer.echo("  ".join(f"{key}={value}" for key, value in _row(letter).items()), err=True)
    sys.stdout.buffer.write(letter.payload)
    sys.stdout.flush()


@app.command()
def replay(numbers: list[int]) -> None:
    """Publishes them where they came from; consumers know what they have seen."""
    for number in numbers:
        run(_replay(number))
        typer.echo(f"{number}: published")


async def _list(limit: int) -> list[DeadLetter]:
    async with bus(operator_runtime()) as opened:
        return await DeadLetters(opened).list(limit)


async def _show(number: int) -> DeadLetter:
    async with bus(operator_runtime()) as opened:
        return await DeadLetters(opened).show(number)


async def _replay(number: int) -> None:
    async with bus(operator_runtime()) as opened:
        await DeadLetters(opened).replay(number)


def _row(letter: DeadLetter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "died_at": letter.died_at.isoformat(),
        "consumer": letter.consumer,
        "subject": letter.subject,
        "tries": letter.tries,
        "bytes": letter.size,
        "error": letter.error,
    }
