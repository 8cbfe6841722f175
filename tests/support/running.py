"""`frontdesk run` as a person starts it: a process with a terminal's output, a folder, and everything below it."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.run.ports import free_port
from tests.support.wait import eventually

ROOT = Path(__file__).resolve().parents[2]


class Run:
    """One supervisor. Use as a context manager: whatever a test does, nothing is left running."""

    def __init__(self, data_dir: Path, port: int | None = None, **variables: str) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.output = ""
        self._variables = variables
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The public address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The supervisor."""
        assert self._process is not None
        return self._process

    async def __aenter__(self) -> "Run":
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for pid in [self.process.pid, *self.processes()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await self.ended()

    async def start(self) -> None:
        """Starts the supervisor and comes back at once."""
        await self._start(sys.executable, "-m", "cli.run")

    async def start_below_a_parent(self) -> None:
        """The same below another process, which `process` is then, as `make run` is the supervisor's parent."""
        command = f'"{sys.executable}" -m cli.run --with-parent; exit $?'
        await self._start("sh", "-c", command)

    async def _start(self, *command: str) -> None:
        self.output = ""
        self._process = await asyncio.create_subprocess_exec(
            *command,
            env=self._environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def ready(self, seconds: float = 90) -> None:
        """Waits for the banner; fails with what was said instead."""

        def said() -> bool:
            if self.process.returncode is not None:
                raise RuntimeError(f"it ended with {self.process.returncode}: {self.output}")
            assert "Frontdesk is ready" in self.output, self.output
            return True

        await eventually(said, seconds)

    async def ended(self) -> int:
        """Waits for the supervisor's end; its exit code."""
        async with asyncio.timeout(120):
            code = await self.process.wait()
            if self._reader is not None:
                # What the supervisor leaves running would hold the pipe open.
                await asyncio.wait([self._reader], timeout=5)
            return code

    def processes(self) -> dict[int, str]:
        """Every other process that works in the data folder or was told of it, with its command."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            pid = int(entry.name)
            with contextlib.suppress(OSError):
                if pid not in (os.getpid(), self.process.pid) and _concerns(entry, str(self.data_dir)):
                    found[pid] = (entry / "cmdline").read_text().replace("\0", " ")
        return found

    def pid_of(self, part: str) -> int:
        """The process whose command contains this text."""
        found = [pid for pid, command in self.processes().items() if part in command]
        assert found, f"no {part} among {self.processes()}"
        return found[0]

    def _environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "FRONTDESK_DATA_DIR": str(self.data_dir),
            "FRONTDESK_PORT": str(self.port),
            "FRONTDESK_BUILD_CONSOLE": "0",
            **self._variables,
        }

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.output += line.decode()


def _concerns(entry: Path, folder: str) -> bool:
    if (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
        return False
    working = str((entry / "cwd").readlink())
    told = (entry / "environ").read_text(errors="replace") + (entry / "cmdline").read_text()
    return working.startswith(folder) or folder in told
