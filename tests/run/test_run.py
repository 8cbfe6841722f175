"""`frontdesk run` starts, ends and goes on, whatever is done to it."""

import os
import signal
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from cli.run.http import get_status
from tests.support.running import Run
from tests.support.wait import eventually

PARTS = ("bin/postgres", "nats-server", "redis-server", "cli.serve")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "desk"


async def _answers(run: Run) -> bool:
    return (await get_status(f"{run.url}/readyz"))[0] == 200


def _said(run: Run, text: str, times: int) -> bool:
    return run.output.count(text) == times


def _another(run: Run, part: str, pid: int) -> bool:
    return run.pid_of(part) != pid


def _gone(run: Run) -> bool:
    left = run.processes()
    assert not left, left
    return True


async def test_it_is_ready_when_readyz_says_so_and_ctrl_c_leaves_no_process(data_dir: Path) -> None:
    async with Run(data_dir) as run:
        await run.ready()
        assert await _answers(run)
        assert all(any(part in command for command in run.processes().values()) for part in PARTS)
        secrets = _secrets(data_dir)
        assert len(secrets) > 10
        assert {oct((data_dir / "secrets" / name).stat().st_mode & 0o777) for name in secrets} == {"0o600"}
        assert not any(secret in " ".join(run.processes().values()) for secret in secrets.values())
        os.killpg(run.process.pid, signal.SIGINT)
        assert await run.ended() == 0
        assert run.processes() == {}
        assert "Traceback" not in run.output


async def test_the_next_start_goes_on_where_it_was(data_dir: Path) -> None:
    async with Run(data_dir) as run:
        await run.ready()
        connection = await asyncpg.connect(_database(run))
        await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        await connection.close()
        run.process.send_signal(signal.SIGTERM)
        assert await run.ended() == 0
        secrets = _secrets(data_dir)
        await run.start()
        await run.ready()
        connection = await asyncpg.connect(_database(run))
        assert await connection.fetchval("SELECT n FROM kept") == 7
        await connection.close()
        assert _secrets(data_dir) == secrets


async def test_kill_9_of_the_supervisor_leaves_no_orphan_and_the_next_start_goes_on(data_dir: Path) -> None:
    async with Run(data_dir) as run:
        await run.ready()
        run.process.kill()
        await run.ended()
        await eventually(lambda: _gone(run))
        await run.start()
        await run.ready()
        assert await _answers(run)


async def test_it_may_be_ended_at_any_moment_of_its_first_start(data_dir: Path) -> None:
    async with Run(data_dir) as run:
        moments = [
            ("secrets/postgres", signal.SIGINT),
            ("postgres", signal.SIGKILL),
            ("logs/prepare.log", signal.SIGKILL),
            ("logs/core.log", signal.SIGINT),
            ("logs/demo.log", signal.SIGKILL),
        ]
        for file, number in moments:
            await eventually((data_dir / file).exists, 60)
            run.process.send_signal(number)
            assert await run.ended() in (0, 130, -signal.SIGKILL), run.output
            await eventually(lambda: _gone(run))
            # However far this start came, the next moment is one of the next.
            for log in (data_dir / "logs").glob("*.log"):
                log.unlink()
            await run.start()
        await run.ready()
        assert await _answers(run)
        assert "Traceback" not in run.output


async def test_kill_9_of_any_part_is_noticed_and_it_is_started_again(data_dir: Path) -> None:
    async with Run(data_dir) as run:
        await run.ready()
        for number, part in enumerate(PARTS, start=1):
            pid = run.pid_of(part)
            os.kill(pid, signal.SIGKILL)
            await eventually(partial(_said, run, "starting it again", number), 20)
            await eventually(partial(_another, run, part, pid), 30)
        await eventually(lambda: _answers(run), 60)


async def test_it_ends_with_the_program_that_started_it(data_dir: Path, tmp_path: Path) -> None:
    async with Run(data_dir) as run:
        run.process.kill()
        await run.ended()
        # As make does: a parent that is killed cannot tell anybody.
        await run.start_below_a_parent()
        await run.ready()
        run.process.kill()
        await eventually(lambda: _gone(run), 30)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to give up")
async def test_root_gives_up_its_rights_and_changes_no_permission_outside(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in (closed, *closed.parents)]
    async with Run(closed / "desk") as run:
        await run.ready()
        for part in ("postgres", "nats-server", "redis-server"):
            assert os.stat(f"/proc/{run.pid_of(part)}").st_uid != 0
    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in (closed, *closed.parents)] == before


def _secrets(data_dir: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in (data_dir / "secrets").iterdir()}


def _database(run: Run) -> str:
    pid_file = (run.data_dir / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    password = (run.data_dir / "secrets" / "postgres").read_text()
    return f"postgresql://frontdesk:{password}@127.0.0.1:{pid_file[3]}/postgres"
