"""The ledger run: whatever is killed when, what customers wrote and what the desk shows agree, message for message."""

import asyncio
from collections import Counter

from tests.chaos.answering import Agent
from tests.chaos.comparing import Books, check_answers, check_inbound
from tests.chaos.killer import POINTS, Killer
from tests.chaos.platform import Platform
from tests.support.processes import ProcessStack, process_stack
from tests.support.wait import eventually

_RATE = 120
_ROUNDS = 1
_LONG = 20


async def run_ledger(messages: int, redelivery: bool, long_run: bool) -> None:
    """Load with disorder, duplicates and bursts while every process is killed with -9, at named points and at random.
    redelivery: whether the platform sends again what was not answered; then everything arrives, else everything that
    was answered does."""
    times = _LONG if long_run else 1
    async with process_stack() as stack:
        killer = Killer(stack, stack.folder.root / "crash", seed=7)
        await _arm(stack, killer)
        platform = Platform(stack.simulator_url)
        await _faults(platform, redelivery)
        agent, done = Agent(stack.url), asyncio.Event()
        working = asyncio.create_task(agent.work(done, 0.05))
        killing = asyncio.create_task(killer.work(_ROUNDS * times))
        written = await _write(platform, killing, messages * times)
        await killing
        done.set()
        await working
        await platform.nothing_waits(60)
        await platform.send_again(await platform.event_ids(200))
        await _settled(stack.postgres.url, platform, redelivery)
        books = await Books.read(stack.postgres.url)
        stored = await check_inbound(books, platform, everything=redelivery)
        states = await check_answers(books, platform, agent.answers)
        await platform.close()
        print(f"{written} written, {stored} stored, {len(agent.answers)} answers {dict(states)}, {killer.deaths}")
        _check_run(killer, states)


async def _write(platform: Platform, killing: asyncio.Task[None], messages: int) -> int:
    """Customers write at least so many messages, and go on until the killing is over. How many they wrote."""
    written = 0
    while written < messages or not killing.done():
        share = min(2000, max(600, messages - written))
        load = await platform.start_load(
            messages=share,
            users=300,
            rate=_RATE,
            burst=4,
            reorder=0.05,
            duplicates=0.05,
            seed=written,
            prefix=f"run{written}",
        )
        await platform.load_ended(load, seconds=share / _RATE + 120)
        written += share
    return written


async def _faults(platform: Platform, redelivery: bool) -> None:
    await platform.redeliver_what_fails(redelivery)
    await platform.fault(endpoint="push", action="lost_answer", probability=0.05)
    await platform.fault(endpoint="reply", action="lost_answer", probability=0.05)
    await platform.fault(endpoint="push", action="status", status=500, probability=0.05)


async def _arm(stack: ProcessStack, killer: Killer) -> None:
    """Starts services again so that they die at their points."""
    for name in stack.names:
        if name != "simulator":
            await stack.kill(name)
    await asyncio.gather(*(stack.start(name, killer.variables(name)) for name in stack.names if name != "simulator"))


async def _settled(url: str, platform: Platform, everything: bool) -> None:
    """Waits until what is owed is stored and no answer is on its way."""

    async def settled() -> bool:
        books = await Books.read(url)
        await check_inbound(books, platform, everything)
        waiting = await books.unfinished()
        assert not waiting, waiting[:5]
        return True

    await eventually(settled, 150, "desk at rest")


def _check_run(killer: Killer, states: Counter[str]) -> None:
    """The run was one: every point was hit, and answers went out."""
    assert {f"{name} {point}" for name, point in POINTS} <= set(killer.deaths)
    assert set(states) <= {"sent", "failed", "unconfirmed"}
    assert states["sent"] > 0
