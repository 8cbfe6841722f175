"""Workers that look into files, and die of what they cannot bear in the service's place."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from libs.media.job import Job, Made
from libs.media.sniff import HEAD_BYTES, sniff
from libs.observe.log import get_logger
from libs.observe.metrics import Histogram

_ROOT = Path(__file__).resolve().parents[2]
# A worker is replaced after so many files: what libraries leak goes with it.
_FILES_EACH = 200
_LINE = 64 * 1024

_log = get_logger(__name__)
_seconds = Histogram("frontdesk_media_seconds", "Time a worker took for a file.", ["result"])


class MediaPool:
    """Starts workers when they are needed and ends them after idle_seconds without work."""

    name = "media workers"

    def __init__(self, workers: int, seconds: float, megabytes: int, idle_seconds: float = 30.0) -> None:
        """workers: at once; seconds: for one file; megabytes: address space of each."""
        self._free = asyncio.Semaphore(workers)
        self._seconds = seconds
        self._megabytes = megabytes
        self._idle_seconds = idle_seconds
        self._resting: list[_Worker] = []
        self._working: set[_Worker] = set()

    async def start(self) -> None:
        """Workers start with the first file."""

    async def stop(self) -> None:
        """Ends every worker, whatever it is doing."""
        await asyncio.gather(*(worker.kill() for worker in [*self._resting, *self._working]))
        self._resting.clear()

    async def problem(self) -> str | None:
        """None: it depends on nothing."""
        return None

    async def run(self, job: Job) -> Made:
        """What became of the file. Never raises for what is in it. One that a worker dies of or takes too long for is a
        failure where it was to be sent, and kept as it came where it was received."""
        loop = asyncio.get_running_loop()
        async with self._free, self._worker() as worker:
            began = loop.time()
            made = await worker.ask(job, self._seconds)
            _seconds.labels(made.failure or "ok").observe(loop.time() - began)
        return await asyncio.to_thread(_kept, job) if made.failure and job.wanted is None else made

    @contextlib.asynccontextmanager
    async def _worker(self) -> AsyncIterator["_Worker"]:
        worker = self._resting.pop() if self._resting else await _Worker.start(self._megabytes)
        worker.wake()
        self._working.add(worker)
        try:
            yield worker
        finally:
            self._working.discard(worker)
            if worker.usable:
                self._resting.append(worker)
                worker.rest(self._idle_seconds, lambda: self._dismiss(worker))
            else:
                await worker.kill()

    def _dismiss(self, worker: "_Worker") -> None:
        if worker in self._resting:
            self._resting.remove(worker)
            worker.end()


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._files = 0
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None

    @staticmethod
    async def start(megabytes: int) -> "_Worker":
        """A new process that knows nothing of the service's variables."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "libs.media.worker",
            str(megabytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            env={"MALLOC_ARENA_MAX": "2", "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
            limit=_LINE,
        )
        return _Worker(process)

    @property
    def usable(self) -> bool:
        """Whether it can be given another file."""
        return not self._busy and self._process.returncode is None and self._files < _FILES_EACH

    async def ask(self, job: Job, seconds: float) -> Made:
        """One file."""
        self._busy, self._files = True, self._files + 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                self._process.stdin.write(job.to_json().encode() + b"\n")
                await self._process.stdin.drain()
                line = await self._process.stdout.readline()
                made = Made(**json.loads(line))
        except TimeoutError:
            return _failed("too_large", f"it took more than {seconds:.0f} seconds")
        except (OSError, ValueError, TypeError):
            return _failed("unreadable", "the worker died of it")
        self._busy = False
        return made

    def wake(self) -> None:
        """It has work."""
        if self._timer is not None:
            self._timer.cancel()

    def rest(self, seconds: float, then: Callable[[], None]) -> None:
        """It has none."""
        self._timer = asyncio.get_running_loop().call_later(seconds, then)

    def end(self) -> None:
        """Lets it go."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def kill(self) -> None:
        """Ends it now."""
        self.wake()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


def _kept(job: Job) -> Made:
    with open(job.source, "rb") as file:
        content_type = sniff(file.read(HEAD_BYTES), job.file_name)
    return Made(job.source, "file", content_type, os.stat(job.source).st_size)


def _failed(code: str, detail: str) -> Made:
    _log.warning("a file could not be looked into", code=code, detail=detail)
    return Made("", "", "", failure=code, detail=detail)
