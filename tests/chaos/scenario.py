"""The ledger run: whatever is killed when, what customers of every channel wrote and what the desk shows agree, message
for message, while one platform is slow and another refuses."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cli.demo_accounts import demo_accounts
from tests.bench.rows import percentile
from tests.chaos.answering import Agent
from tests.chaos.comparing import Books, check_answers, check_inbound
from tests.chaos.killer import POINTS, Killer
from tests.chaos.platform import SENDS, Platform, Side
from tests.chaos.site import VARIABLES, Site
from tests.support.processes import ProcessStack, process_stack
from tests.support.wait import eventually

# Messages a second, and so each channel's share of all.
_RATES = {"line": 60, "facebook": 12, "instagram": 12, "whatsapp": 12, "web": 12, "order": 12}
_ROUNDS = 1
_LONG = 20
_SLOW, _REFUSING = "facebook", "instagram"
# Longer than a lost answer waits for its confirmation.
_DOUBT_SECONDS = 660


async def run_ledger(messages: int, redelivery: bool, long_run: bool) -> None:
    """Load with disorder, duplicates and bursts on every channel while every process is killed with -9, at named points
    and at random; one platform answers slowly, one refuses the account's token. redelivery: whether platforms send
    again what was not answered; then everything arrives, else everything that was answered does."""
    times = _LONG if long_run else 1
    async with process_stack(variables=VARIABLES) as stack:
        killer = Killer(stack, stack.folder.root / "crash", seed=7)
        await _arm(stack, killer)
        platforms = {channel: Platform(stack.simulator_url, channel) for channel in SENDS}
        for platform in platforms.values():
            await _faults(platform)
        everyone: list[Side] = [*platforms.values(), _site(stack)]
        for side in everyone:
            await side.redeliver_what_fails(redelivery)
        agents = {channel: Agent(stack.url, channel, 2 if channel == "whatsapp" else 1000) for channel in _RATES}
        done = asyncio.Event()
        working = [asyncio.create_task(agent.work(done, _pause(agent))) for agent in agents.values()]
        killing = asyncio.create_task(killer.work(_ROUNDS * times))
        loads = await asyncio.gather(*(_write(one, killing, messages * times) for one in everyone))
        await killing
        done.set()
        await asyncio.gather(*working)
        await _others_went_on(everyone)
        await _mend(platforms[_REFUSING], agents[_REFUSING])
        for side in everyone:
            await side.nothing_waits(60)
            await side.send_again(60)
        await _settled(stack, everyone, redelivery)
        books = await Books.read(stack.postgres.url)
        stored = await check_inbound(books, everyone, everything=redelivery)
        states = await check_answers(books, everyone, {name: agent.answers for name, agent in agents.items()})
        print(f"{stored} stored, {dict(states)}, {killer.deaths}")
        for side, load in zip(everyone, loads, strict=True):
            print(side.channel, load, await _seconds_to_arrive(side, agents[side.channel]))
            await side.close()
        _check_run(killer, states)


def _pause(agent: Agent) -> float:
    return 0.05 if agent.channel == "line" else 0.25


def _site(stack: ProcessStack) -> Site:
    account = next(one for one in demo_accounts() if one.channel == "web")
    return Site(stack.webhooks_url, account.id, account.credentials["widget_secret"])


async def _write(side: Side, killing: asyncio.Task[None], messages: int) -> dict[str, Any]:
    """Customers write at least the channel's share, and go on until the killing is over. How many they wrote, and how
    long the desk took to answer at worst, by run's percentiles in milliseconds."""
    rate = _RATES[side.channel]
    share, written = messages * rate // sum(_RATES.values()), 0
    told: list[dict[str, float]] = []
    while written < share or not killing.done():
        count = min(rate * 15, max(rate * 5, share - written))
        told.append(await side.write(count, rate, duplicates=0.05, seed=written, prefix=f"run{written}"))
        written += count
    return {"written": written, "p50": max(one["p50"] for one in told), "p95": max(one["p95"] for one in told)}


async def _faults(platform: Platform) -> None:
    if platform.channel == _REFUSING:
        await platform.change(access="revoked")
    if platform.channel in {"facebook", "whatsapp"}:
        # In an order that no customer could make, and twice.
        await platform.change(receipts={"states": ["read", "delivered"], "copies": 2})
    await platform.fault(action="lost_answer", probability=0.05)
    if platform.channel in {"line", "order"}:
        await platform.fault(action="status", status=500, probability=0.05)
    if platform.channel == _SLOW:
        await platform.fault(action="slow", delay_ms=1500)


async def _others_went_on(sides: Sequence[Side]) -> None:
    """While one platform was slow and one took nothing, customers of all others got answers."""
    arrived = {side.channel: sum(map(len, (await side.received()).values())) for side in sides}
    assert arrived.pop(_REFUSING) == 0, "the platform that refuses took something"
    assert min(arrived.values()) > 0, arrived


async def _mend(platform: Platform, agent: Agent) -> None:
    """The account gets a token that is taken; what waited goes out."""
    await platform.change(access="valid")
    account = next(one for one in demo_accounts() if one.id == platform.account_id)
    await agent.rotate(account.id, dict(account.credentials))


async def _arm(stack: ProcessStack, killer: Killer) -> None:
    """Starts services again so that they die at their points."""
    for name in stack.names:
        if name != "simulator":
            await stack.kill(name)
    await asyncio.gather(*(stack.start(name, killer.variables(name)) for name in stack.names if name != "simulator"))


async def _settled(stack: ProcessStack, sides: Sequence[Side], everything: bool) -> None:
    """Waits until what is owed is stored and no answer is on its way but those in doubt; then until these are not in
    doubt any more, in a time that passes quickly."""
    refused = next(one for one in sides if one.channel == _REFUSING)

    async def at_rest(doubts: bool) -> bool:
        books = await Books.read(stack.postgres.url)
        await check_inbound(books, sides, everything)
        waiting = books.unfinished(doubts)
        assert not waiting, waiting[:5]
        assert await refused.received(), "what waited for the token"
        return True

    await eventually(lambda: at_rest(doubts=True), 150, "desk at rest")
    stack.set_clock(_DOUBT_SECONDS)
    await eventually(lambda: at_rest(doubts=False), 150, "doubts at their end")


async def _seconds_to_arrive(side: Side, agent: Agent) -> dict[str, float]:
    """How long answers took from the API to the customer."""
    arrived = await side.received_at()
    took = [(arrived[one.text] - one.at) / 1000 for one in agent.answers if one.text in arrived]
    return {name: round(percentile(took, share), 2) for name, share in (("p50", 0.5), ("p95", 0.95))} if took else {}


def _check_run(killer: Killer, states: Mapping[str, Counter[str]]) -> None:
    """The run was one: every point was hit, and answers went out on every channel."""
    assert {f"{name} {point}" for name, point in POINTS} <= set(killer.deaths)
    for channel, found in states.items():
        assert set(found) <= {"sent", "delivered", "read", "failed", "unconfirmed"}, channel
        assert found["sent"] + found["delivered"] + found["read"] > 0, channel
