"""What keeps Frontdesk from starting is said in one line, without a traceback, and the exit code tells."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cli.run.ports import free_port
from tests.support.running import Run


def _try_to_run(data_dir: Path, **variables: str) -> str:
    """The one line on standard error."""
    env = {**os.environ, "FRONTDESK_DATA_DIR": str(data_dir), "FRONTDESK_BUILD_CONSOLE": "0", **variables}
    env.setdefault("FRONTDESK_PORT", str(free_port()))
    done = subprocess.run([sys.executable, "-m", "cli.run"], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("frontdesk: ")
    return lines[0]


def test_a_busy_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = _try_to_run(tmp_path / "desk", FRONTDESK_PORT=str(port))
    assert f"Port {port}" in line
    assert "FRONTDESK_PORT" in line


def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = _try_to_run(tmp_path / "file" / "desk")
    assert str(tmp_path / "file" / "desk") in line
    assert "FRONTDESK_DATA_DIR" in line


@pytest.mark.parametrize(
    ("variable", "url", "server"),
    [
        ("FRONTDESK_DATABASE_URL", "postgresql://frontdesk:x@127.0.0.1:1/desk", "PostgreSQL"),
        ("FRONTDESK_NATS_URL", "nats://127.0.0.1:1", "NATS"),
        ("FRONTDESK_REDIS_URL", "redis://127.0.0.1:1/0", "Redis"),
    ],
)
def test_a_named_server_that_is_away(tmp_path: Path, variable: str, url: str, server: str) -> None:
    line = _try_to_run(tmp_path / "desk", **{variable: url})
    assert server in line
    assert variable in line
    assert "127.0.0.1:1" in line


@pytest.mark.parametrize(
    ("variable", "value"),
    [("FRONTDESK_PORT", "http"), ("FRONTDESK_PROCESSES", "many"), ("FRONTDESK_DEMO", "maybe")],
)
def test_a_variable_that_makes_no_sense(tmp_path: Path, variable: str, value: str) -> None:
    assert variable in _try_to_run(tmp_path / "desk", **{variable: value})


async def test_a_second_run_over_the_same_folder(tmp_path: Path) -> None:
    async with Run(tmp_path / "desk") as run:
        await run.ready()
        line = _try_to_run(tmp_path / "desk")
        assert "already runs" in line
        assert str(run.process.pid) in line
        assert run.process.returncode is None
