"""Ending work in the background."""

import asyncio
from typing import Any

_AGAIN = 2.0


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancels a task and returns when it has ended, however it did.

    Cancels more than once: the NATS client while it dials, and asyncio.wait_for() when its answer comes in the same
    moment, take a cancellation for their own.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait((task,), timeout=_AGAIN)
    if task is not None and not task.cancelled():
        # Looked at, so that asyncio does not report it as forgotten.
        task.exception()
