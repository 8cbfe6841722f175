"""Processes of a benchmark besides the desk's own: floors and load generators."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def python(module: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs a module that says "ready" when it serves; ends it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line == b"ready\n", f"{module} did not start"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def result(module: str, *arguments: str) -> dict[str, Any]:
    """Runs a module to its end; the JSON it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, f"{module} failed"
    found: dict[str, Any] = json.loads(output)
    return found
