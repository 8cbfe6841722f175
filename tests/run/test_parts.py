"""The supervisor's parts by themselves."""

import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from cli.run.child import Child, Command
from cli.run.console import stale
from cli.run.embedded import Urls
from cli.run.folder import DataFolder, birth_of, end_leftovers, open_folder
from cli.run.keeper import Keeper
from cli.run.log import MAX_BYTES, cap, last_line
from cli.run.ports import Reservations, choose
from cli.run.trouble import Trouble
from tests.support.desk import Desk
from tests.support.servers import ServerFolder
from tests.support.wait import eventually


def _program(log: Path, code: str) -> Command:
    return Command("thing", [sys.executable, "-c", code], os.environ, log)


async def _always(_pid: int) -> bool:
    return True


def _says(log: Path, times: int) -> bool:
    return log.exists() and log.read_text().count("here") == times


async def _never(_pid: int) -> bool:
    return False


async def test_a_program_that_never_starts_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    keeper = Keeper(lambda: _program(tmp_path / "log", "raise SystemExit('no such thing')"), _never)
    with pytest.raises(Trouble, match=r"thing does not start .*no such thing"):
        await keeper.start()


def test_a_host_that_may_be_fetched_from_is_one_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_FETCH_ALLOWED_HOSTS", "127.0.0.1:9977")
    (tmp_path / "desk").mkdir()
    desk = Desk(tmp_path / "desk", Urls("postgresql://x/y", "nats://x", "redis://x"), {})
    hosts = desk.environment("delivery")["FRONTDESK_FETCH_ALLOWED_HOSTS"].split(",")
    assert hosts == [f"127.0.0.1:{desk.ports['simulator']}", "127.0.0.1:9977"]
    desk.reservations.close()


async def test_a_program_that_ends_is_started_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    keeper = Keeper(lambda: _program(log, "import time; print('here', flush=True); time.sleep(60)"), _always)
    await keeper.start()
    for times in (1, 2, 3):
        await eventually(partial(_says, log, times), 20)
        keeper.kill(9)
    await keeper.stop()
    assert keeper.process is None


async def test_what_a_program_started_itself_ends_with_it(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = (
        f"import subprocess as s; p = s.Popen(['sleep', '60']); open({str(told)!r}, 'w').write(f'{{p.pid}}.'); p.wait()"
    )
    child = Child(_program(tmp_path / "log", code))
    await eventually(lambda: told.exists() and told.read_text().endswith("."))
    below = int(told.read_text().removesuffix("."))
    await child.stop(grace=5)
    await eventually(lambda: birth_of(below) is None)


def test_leftovers_of_a_killed_run_are_ended_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left, other = (subprocess.Popen(["sleep", "60"]) for _ in range(2))
    try:
        folder = DataFolder(tmp_path)
        folder.remember("processes", {"nats": [left.pid, birth_of(left.pid)], "redis": [other.pid, "1"]})
        end_leftovers(folder)
        assert left.wait(5) != 0
        assert other.poll() is None
        assert f"process {left.pid}" in capsys.readouterr().out
    finally:
        for each in (left, other):
            each.kill()
            each.wait()


async def test_a_pid_file_that_names_another_program_keeps_nothing_from_starting() -> None:
    folder = ServerFolder()
    try:
        server = await folder.postgres()
        await server.kill()
        pid_file = folder.root / "postgres" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        await server.start()
    finally:
        await folder.close()


def test_ports_stay_and_a_taken_one_is_chosen_anew(tmp_path: Path) -> None:
    folder, wanted = DataFolder(tmp_path), {"a": 0, "b": 0}
    with _choice(folder, wanted) as first:
        assert first["a"] != first["b"]
    with socket.create_server(("127.0.0.1", first["a"])), _choice(folder, wanted) as second:
        assert second["b"] == first["b"]
        assert second["a"] != first["a"]
    with _choice(folder, wanted) as third:
        assert third == second


def test_a_reserved_port_is_the_servers_it_is_meant_for_and_given_to_nobody_else() -> None:
    mine, others = Reservations(), Reservations()
    port = mine.take()
    assert others.take(wanted=port) != port
    socket.create_server(("127.0.0.1", port)).close()
    mine.close()
    assert others.take(wanted=port) == port
    others.close()


@contextmanager
def _choice(folder: DataFolder, wanted: dict[str, int]) -> Iterator[dict[str, int]]:
    reservations = Reservations()
    yield choose(folder, wanted, reservations)
    reservations.close()


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 10**6))
    with pytest.raises(Trouble, match="free on the disk"), open_folder(tmp_path / "desk"):
        pass


def test_a_large_log_is_moved_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    with log.open("a") as writer:
        writer.write("x" * MAX_BYTES + "\nlast\n")
        writer.flush()
        assert last_line(log) == "last"
        cap(tmp_path)
        writer.write("next\n")
        writer.flush()
    assert log.read_text() == "next\n"
    assert (tmp_path / "x.log.1").stat().st_size > MAX_BYTES


def test_the_console_is_stale_when_a_source_changed(tmp_path: Path) -> None:
    assert not stale(tmp_path)
    (tmp_path / "package.json").write_text("{}")
    assert stale(tmp_path)
