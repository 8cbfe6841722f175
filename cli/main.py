"""The `frontdesk` command. Subcommands import what they need when they run: `frontdesk --help` is quick."""

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

app = typer.Typer(
    help="One desk for every message a shop's customers send.", no_args_is_help=True, add_completion=False
)


# Their arguments are read by the program they hand over to.
_HANDS_OVER = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_HANDS_OVER, add_help_option=False)
def run(context: typer.Context) -> None:
    """Starts everything on this machine: servers that no FRONTDESK_*_URL names, services, console, demo."""
    # In place of this process: the supervisor stays as small as it can.
    os.execv(sys.executable, [sys.executable, "-m", "cli.run", *context.args])  # noqa: S606 - no shell wanted


@app.command()
def serve(services: Annotated[str, typer.Argument(help="One, or several separated by commas.")]) -> None:
    """Runs services in this process."""
    from cli.serve import main

    raise typer.Exit(main(services.split(",")))


@app.command()
def embedded() -> None:
    """Runs PostgreSQL, NATS and Redis alone, for services in other pods: trials only."""
    from cli.embedded import main

    raise typer.Exit(main())


@app.command()
def migrate() -> None:
    """Brings every service's schema to this version, and its logins."""
    from cli.migrate import migrate_all
    from cli.output import run as finish

    typer.echo(f"Migrated {', '.join(finish(migrate_all()))}.")


@app.command()
def openapi(file: Annotated[str, typer.Argument(help="Where to write it.")] = "console/openapi.json") -> None:
    """Writes the public API's OpenAPI document; the console's types are made from it."""
    from cli.openapi import write

    write(file)


@app.command(name="mail-in")
def mail_in() -> None:
    """Hands a customer's mail over from standard input, as a mail server's pipe does."""
    from cli.mail_in import mail_in as hand_over

    hand_over()


@app.command(context_settings=_HANDS_OVER, add_help_option=False)
def ledger(context: typer.Context) -> None:
    """What came to the webhooks, and what became of it: list, show, replay."""
    from cli.ledger import app as commands

    commands(context.args, prog_name="frontdesk ledger")


@app.command("data-deletions", context_settings=_HANDS_OVER, add_help_option=False)
def data_deletions(context: typer.Context) -> None:
    """People's requests that their data be deleted: list, done."""
    from cli.data_deletions import app as commands

    commands(context.args, prog_name="frontdesk data-deletions")


@app.command("dead-letters", context_settings=_HANDS_OVER, add_help_option=False)
def dead_letters(context: typer.Context) -> None:
    """Messages that a consumer gave up: list, show, replay."""
    from cli.deadletters import app as commands

    commands(context.args, prog_name="frontdesk dead-letters")


@app.command(context_settings=_HANDS_OVER, add_help_option=False)
def queues(context: typer.Context) -> None:
    """What waits, where, since when, and what for."""
    from cli.queues import app as commands

    commands(context.args, prog_name="frontdesk queues")


@app.command(context_settings=_HANDS_OVER, add_help_option=False)
def failures(context: typer.Context) -> None:
    """Answers that failed lately, by account and reason."""
    from cli.failures import app as commands

    commands(context.args, prog_name="frontdesk failures")


@app.command(context_settings=_HANDS_OVER, add_help_option=False)
def demo(context: typer.Context) -> None:
    """The demo tenant: seed."""
    from cli.demo import app as commands

    commands(context.args, prog_name="frontdesk demo")


@app.command(context_settings=_HANDS_OVER, add_help_option=False)
def tenant(context: typer.Context) -> None:
    """Tenants: create one with its first admin."""
    from cli.tenant import app as commands

    commands(context.args, prog_name="frontdesk tenant")


@app.command(context_settings=_HANDS_OVER, add_help_option=False)
def secrets(context: typer.Context) -> None:
    """Makes the Kubernetes secrets of a new installation."""
    from cli.secrets import app as commands

    commands(context.args, prog_name="frontdesk secrets")


@app.command()
def reencrypt() -> None:
    """Encrypts stored channel credentials under the newest key."""
    from cli.operator import operator_runtime
    from cli.output import run as finish
    from cli.reencrypt import reencrypt as work

    typer.echo(f"Encrypted the credentials of {finish(work(operator_runtime()))} accounts under the newest key.")


@app.command("version")
def show_version() -> None:
    """Prints the version."""
    typer.echo(f"frontdesk {_version()}")


def _version() -> str:
    try:
        return version("frontdesk")
    except PackageNotFoundError:
        import tomllib
        from pathlib import Path

        project = Path(__file__).resolve().parents[1] / "pyproject.toml"
        return str(tomllib.loads(project.read_text())["project"]["version"])


if __name__ == "__main__":
    app(prog_name="frontdesk")
