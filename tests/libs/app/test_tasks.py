"""Ending background work: it ends whatever it makes of a cancellation."""

import asyncio
from contextlib import suppress

from libs.app.tasks import end


async def test_a_task_that_takes_a_cancellation_for_its_own_is_cancelled_again() -> None:
    async def deaf_once() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    task = asyncio.create_task(deaf_once())
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await end(task)
    assert task.cancelled()


async def test_a_task_that_failed_or_never_was_is_no_trouble() -> None:
    async def fail() -> None:
        raise ValueError

    task = asyncio.create_task(fail())
    await asyncio.wait((task,))
    await end(task)
    await end(None)
    assert isinstance(task.exception(), ValueError)
