"""Batches of several consumers, handled as few."""

import asyncio
from typing import cast

import pytest

from libs.bus.messages import Delivered
from libs.bus.together import Together


class _Handler:
    """Notes what it got; fails where a poisoned message is among it; waits where it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()

    async def handle(self, batch: list[Delivered]) -> None:
        self.batches.append(cast(list[str], batch))
        await self.gate.wait()
        if "poison" in cast(list[str], batch):
            raise ValueError("poison")


def _batch(*names: str) -> list[Delivered]:
    return cast(list[Delivered], list(names))


async def test_what_arrives_meanwhile_is_one_batch() -> None:
    """The first goes at once and alone, the rest together."""
    handler = _Handler()
    together = Together(handler.handle)
    tasks = [asyncio.create_task(together.handle(_batch(name))) for name in "abc"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = asyncio.create_task(together.handle(_batch("d", "e")))
    handler.gate.set()
    await asyncio.gather(*tasks, late)
    assert sorted(name for batch in handler.batches for name in batch) == list("abcde")
    assert len(handler.batches) < 4


async def test_one_batch_runs_at_a_time() -> None:
    """What a transaction costs is shared as soon as there is something to share."""
    handler = _Handler()
    together = Together(handler.handle)
    tasks = [asyncio.create_task(together.handle(_batch(*names))) for names in ("a", "bcd", "ef")]
    for _ in range(3):
        await asyncio.sleep(0)
    assert handler.batches == [["a"]]
    handler.gate.set()
    await asyncio.gather(*tasks)
    assert handler.batches == [["a"], list("bcdef")]
    handler.gate.clear()
    tasks = [asyncio.create_task(together.handle(_batch(name))) for name in "xyz"]
    for _ in range(3):
        await asyncio.sleep(0)
    assert handler.batches[2:] == [["x"]]
    handler.gate.set()
    await asyncio.gather(*tasks)
    assert handler.batches[2:] == [["x"], ["y", "z"]]


async def test_a_culprit_fails_its_own_consumer_alone() -> None:
    """The others' messages are handled all the same."""
    handler = _Handler()
    together = Together(handler.handle)
    first = asyncio.create_task(together.handle(_batch("first")))
    await asyncio.sleep(0)
    good, bad = (asyncio.create_task(together.handle(_batch(name))) for name in ("good", "poison"))
    await asyncio.sleep(0)
    handler.gate.set()
    await asyncio.gather(first, good)
    with pytest.raises(ValueError, match="poison"):
        await bad
    assert ["good"] in handler.batches


async def test_a_joined_batch_has_its_most() -> None:
    """Whole batches only."""
    handler = _Handler()
    handler.gate.set()
    together = Together(handler.handle, most=3)
    await asyncio.gather(*(together.handle(_batch("x", "y")) for _ in range(4)))
    assert [len(batch) for batch in handler.batches] == [2, 2, 2, 2]


async def test_a_consumer_that_stopped_waiting_disturbs_nobody() -> None:
    """Its batch is handled, and nobody is told."""
    handler = _Handler()
    together = Together(handler.handle)
    gone = asyncio.create_task(together.handle(_batch("gone")))
    await asyncio.sleep(0)
    gone.cancel()
    handler.gate.set()
    await together.handle(_batch("next"))
    assert [name for batch in handler.batches for name in batch] == ["gone", "next"]
