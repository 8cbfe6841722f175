"""Doing several things at once, and giving up on the first that fails."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def together(*work: Coroutine[Any, Any, Any]) -> None:
    """Waits for all. When one fails the others are cancelled, and its exception is raised itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except BaseExceptionGroup as failures:
        raise _first(failures) from None


async def unless(event: asyncio.Event, work: Coroutine[Any, Any, Any]) -> None:
    """Waits for the work, or for the event: then the work is cancelled."""
    task = asyncio.ensure_future(work)
    told = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait([task, told], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        for each in (task, told):
            each.cancel()
        await asyncio.gather(task, told, return_exceptions=True)


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
