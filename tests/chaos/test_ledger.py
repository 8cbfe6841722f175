"""The ledger test: whatever is killed when, what customers wrote and what the desk shows agree, message for message."""

import asyncio

import pytest

from tests.chaos.answering import Agent
from tests.chaos.comparing import Books, check_answers, check_inbound
from tests.chaos.killer import POINTS, Killer
from tests.chaos.platform import Platform
from tests.support.processes import ProcessStack, process_stack
from tests.support.wait import eventually


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.promise(4)
@pytest.mark.parametrize(("redelivery", "messages"), [(True, 5000), (False, 1500)], ids=["redelivery", "none"])
async def test_nothing_is_lost_or_doubled_whatever_dies(redelivery: bool, messages: int, long_run: bool) -> None:
    """Load with disorder, duplicates and bursts while every process is killed with -9. With redelivery everything
    arrives; without, everything that was answered does."""
    messages *= 20 if long_run else 1
    async with process_stack() as stack:
        killer = Killer(stack, stack.folder.root / "crash", seed=7)
        await _arm(stack, killer)
        platform = Platform(stack.simulator_url)
        await platform.redeliver_what_fails(redelivery)
        await platform.fault(endpoint="push", action="lost_answer", probability=0.05)
        await platform.fault(endpoint="reply", action="lost_answer", probability=0.05)
        await platform.fault(endpoint="push", action="status", status=500, probability=0.05)
        agent, done = Agent(stack.url), asyncio.Event()
        working = asyncio.create_task(agent.work(done, 0.05))
        load = await platform.start_load(
            messages=messages, users=300, rate=200, burst=4, reorder=0.05, duplicates=0.05, seed=11
        )
        killing = asyncio.create_task(killer.work(done, rounds=20 if long_run else 1))
        await platform.load_ended(load, seconds=messages / 200 + 120)
        await killing if not long_run else None
        done.set()
        await asyncio.gather(working, killing)
        await platform.nothing_waits(60)
        await platform.send_again(await platform.event_ids(200))
        await _settled(stack.postgres.url, platform, redelivery)
        books = await Books.read(stack.postgres.url)
        stored = await check_inbound(books, platform, everything=redelivery)
        states = await check_answers(books, platform, agent.answers)
        await platform.close()
        print(f"{stored} stored, {len(agent.answers)} answers {dict(states)}, deaths: {killer.deaths}")
        assert {f"{name} {point}" for name, point in POINTS} <= set(killer.deaths)
        assert set(states) <= {"sent", "failed", "unconfirmed"}
        assert states["sent"] > 0


async def _arm(stack: ProcessStack, killer: Killer) -> None:
    """Starts services again so that they die at their points."""
    for name in stack.names:
        if name != "simulator":
            await stack.kill(name)
            await stack.start(name, killer.variables(name))


async def _settled(url: str, platform: Platform, everything: bool) -> None:
    """Waits until what is owed is stored and no answer is on its way."""

    async def settled() -> bool:
        books = await Books.read(url)
        await check_inbound(books, platform, everything)
        waiting = await books.unfinished()
        assert not waiting, waiting[:5]
        return True

    await eventually(settled, 150, "desk at rest")
