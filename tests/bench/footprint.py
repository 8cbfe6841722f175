"""What `frontdesk run` takes: memory when idle, and time to be ready."""

import asyncio
import signal
import tempfile
import time
from pathlib import Path

import psutil

from tests.bench.rows import Row, below
from tests.support.running import Run

_MOST_MB = 600.0
_COLD_SECONDS = 30.0
_WARM_SECONDS = 5.0
_IDLE_SECONDS = 10.0


async def footprint() -> list[Row]:
    """First start in an empty folder, second start in the same, and the memory of all its processes after a while."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        cold, _ = await _start(data, measure=False)
        warm, memory = await _start(data, measure=True)
    return [
        below("idle memory of everything (PSS)", memory, "MB", _MOST_MB),
        below("first start, dependencies there", cold, "s", _COLD_SECONDS),
        below("next start", warm, "s", _WARM_SECONDS),
    ]


async def _start(data: Path, measure: bool) -> tuple[float, float]:
    started = time.perf_counter()
    async with Run(data) as run:
        await run.ready()
        seconds = time.perf_counter() - started
        memory = 0.0
        if measure:
            await asyncio.sleep(_IDLE_SECONDS)
            memory = _memory(run.process.pid)
        run.process.send_signal(signal.SIGINT)
        await run.ended()
        return seconds, memory


def _memory(pid: int) -> float:
    root = psutil.Process(pid)
    shares = (process.memory_full_info().pss for process in [root, *root.children(recursive=True)])
    return float(sum(shares)) / 1e6
