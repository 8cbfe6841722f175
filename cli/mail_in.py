"""`frontdesk mail-in`: hands a customer's mail over to the desk, as a mail server's pipe calls it.

Exit codes are those of sysexits.h, so that the mail server knows what to do: 0 taken (or kept in the ledger), 75 try
again later, 77 refused. A secret that is missing or wrong is ours to mend: the mail server keeps the mail meanwhile.
"""

import os
import sys
from pathlib import Path

import httpx
import typer

from libs.clock.clock import SystemClock
from libs.mail.handover import HEADER, sign

_LATER, _REFUSED = 75, 77
_SECONDS = 30.0


def mail_in() -> None:
    """Hand over a mail from standard input. Needs FRONTDESK_MAIL_SECRET, and FRONTDESK_PUBLIC_URL."""
    secret = os.environ.get("FRONTDESK_MAIL_SECRET", "")
    url = os.environ.get("FRONTDESK_PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/")
    if not secret:
        typer.echo("FRONTDESK_MAIL_SECRET: set it to the secret that the ingestion service has", err=True)
        raise typer.Exit(_LATER)
    raw = sys.stdin.buffer.read()
    clock_file = os.environ.get("FRONTDESK_CLOCK_FILE", "")
    now = SystemClock(Path(clock_file) if clock_file else None).now()
    headers = {HEADER: sign(secret, raw, now), "Content-Type": "message/rfc822"}
    try:
        answer = httpx.post(f"{url}/webhooks/mail", content=raw, headers=headers, timeout=_SECONDS)
    except httpx.HTTPError as error:
        typer.echo(f"The desk does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(_LATER) from error
    if answer.status_code == 200:
        typer.echo(answer.json()["result"])
        return
    typer.echo(f"The desk answers {answer.status_code}: {answer.text[:300]}", err=True)
    raise typer.Exit(_REFUSED if answer.status_code == 413 else _LATER)
