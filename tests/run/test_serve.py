"""`frontdesk serve`: what keeps a service from starting is one line; the start of the whole desk holds /readyz back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.serve import HoldPart


def _serve(services: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli.serve", services],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("services", "variables", "told"),
    [
        ("nothing", {}, "no service nothing"),
        ("conversations", {}, "FRONTDESK_DATABASE_URL"),
        ("simulator", {"FRONTDESK_SIMULATOR_SMTP_LISTEN": "192.0.2.1:25"}, "cannot listen on 192.0.2.1:25"),
        ("simulator", {"FRONTDESK_LOG_CONSOLE": "maybe"}, "FRONTDESK_LOG_CONSOLE"),
    ],
)
def test_what_is_missing_wrong_or_taken_is_one_line(
    tmp_path: Path, services: str, variables: dict[str, str], told: str
) -> None:
    assert told in _serve(services, FRONTDESK_DATA_DIR=str(tmp_path), **variables)


async def test_the_public_readiness_is_held_back_until_the_start_is_done(tmp_path: Path) -> None:
    file = tmp_path / "starting"
    file.write_text("the demo is being made")
    assert await HoldPart(file).problem() == "the demo is being made"
    file.unlink()
    assert await HoldPart(file).problem() is None
