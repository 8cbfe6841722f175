"""The load generator: all of it, as disorderly as asked for, and written down."""

from collections import defaultdict
from typing import Any

from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import ACCOUNT, Platform
from tests.support.wait import eventually


async def run(platform: Platform, **spec: Any) -> dict[str, Any]:
    """A load to its end; its progress."""
    started = await platform.control("POST", f"line/{ACCOUNT}/loads", spec)
    path = f"line/{ACCOUNT}/loads/{started['load_id']}"
    finished: dict[str, Any] = await platform.control("GET", path, wait=60)
    assert finished["state"] == "finished", finished
    return finished


def by_user(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Message ids of each customer, in the order given."""
    found: dict[str, list[str]] = defaultdict(list)
    for event in events:
        found[event["source"]["userId"]].append(event["message"]["id"])
    return found


async def test_an_orderly_load_arrives_once_and_in_order(platform: Platform, desk: Desk) -> None:
    progress = await run(platform, messages=500, users=40)

    assert (progress["composed"], progress["answered"], progress["failed"]) == (500, 500, 0)
    assert progress["latency_ms"]["p50"] > 0
    ledger = await platform.ledger(direction="sent", load_id=progress["load_id"])
    assert all(entry["answered"] for entry in ledger)
    assert len(by_user(desk.events)) == 40
    expected: dict[str, list[str]] = defaultdict(list)
    for entry in sorted(ledger, key=lambda entry: entry["timestamp"]):
        expected[entry["user_id"]].append(entry["message_id"])
    assert by_user(desk.events) == expected


async def test_timestamps_give_each_customer_one_order(platform: Platform) -> None:
    await run(platform, messages=300, users=3, reorder=0.5)

    seen: dict[str, list[int]] = defaultdict(list)
    for entry in await platform.ledger(direction="sent"):
        seen[entry["user_id"]].append(entry["timestamp"])
    assert all(stamps == sorted(set(stamps)) for stamps in seen.values())


async def test_reordering_and_duplicates_lose_nothing(platform: Platform, desk: Desk) -> None:
    await run(platform, messages=400, users=5, reorder=0.3, duplicates=0.3, window=10)

    first = [event for event in desk.events if not event["deliveryContext"]["isRedelivery"]]
    again = [event for event in desk.events if event["deliveryContext"]["isRedelivery"]]
    assert len({event["webhookEventId"] for event in first}) == len(first) == 400
    assert 60 < len(again) < 180
    assert {event["webhookEventId"] for event in again} < {event["webhookEventId"] for event in first}
    in_order = sorted(first, key=lambda event: int(event["message"]["id"]))
    assert by_user(first) != by_user(in_order)


async def test_a_burst_of_a_new_customer_comes_at_once(platform: Platform, desk: Desk) -> None:
    await run(platform, messages=60, users=12, burst=5, connections=8)

    assert all(len(messages) == 5 for messages in by_user(desk.events).values())


async def test_batches(platform: Platform, desk: Desk) -> None:
    progress = await run(platform, messages=200, users=4, batch=10, connections=2)

    assert progress["calls"] == len(desk.calls) < 100
    assert len(desk.events) == 200


async def test_the_same_seed_says_the_same(platform: Platform) -> None:
    async def texts(seed: int) -> list[tuple[str, str]]:
        await platform.control("DELETE", "ledger", account_id=ACCOUNT)
        await run(platform, messages=50, users=7, seed=seed)
        return [(entry["user_id"], entry["text"]) for entry in await platform.ledger(direction="sent")]

    first, second, other = await texts(1), await texts(1), await texts(2)

    assert first == second != other
    assert len({text for _, text in first}) == 50


async def test_a_rate_is_kept(platform: Platform) -> None:
    progress = await run(platform, messages=100, users=5, rate=200)

    assert 0.45 < progress["seconds"] < 30


async def test_failed_calls_are_counted_and_followed_up(platform: Platform, desk: Desk) -> None:
    await platform.register(desk.url, redelivery={"enabled": True, "delays_seconds": [0.05]})
    desk.statuses.extend([503] * 5)

    progress = await run(platform, messages=30, users=3)

    assert (progress["failed"], progress["answered"]) == (5, 25)

    async def all_answered() -> bool:
        return all(entry["answered"] for entry in await platform.ledger(direction="sent"))

    await eventually(all_answered)


async def test_a_load_can_be_stopped(platform: Platform) -> None:
    started = await platform.control("POST", f"line/{ACCOUNT}/loads", {"messages": 10_000, "users": 5, "rate": 100})

    stopped = await platform.control("DELETE", f"line/{ACCOUNT}/loads/{started['load_id']}")

    assert stopped["state"] == "stopped"
    assert stopped["composed"] < 1000
