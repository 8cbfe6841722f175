"""The ledger: paged, filtered, counted, followed live, and still there after a kill."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from libs.clock.clock import FixedClock
from services.simulator.domain.ids import user_id
from services.simulator.service.journal import Journal
from services.simulator.service.simulator import Simulator
from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import ACCOUNT, MEI, Platform, running
from tests.support.wait import eventually

OTHER = user_id(ACCOUNT, "王大明")


async def test_pages_in_both_orders(platform: Platform) -> None:
    for number in range(5):
        await platform.write(str(number))

    async def pages(order: str) -> list[list[str]]:
        found, token = [], ""
        while True:
            query = {"account_id": ACCOUNT, "page_size": 2, "page_token": token, "order": order}
            page = await platform.control("GET", "ledger", **query)
            found.append([entry["text"] for entry in page["entries"]])
            if (token := page["next_page_token"]) is None:
                return found

    assert await pages("oldest") == [["0", "1"], ["2", "3"], ["4"]]
    assert await pages("newest") == [["4", "3"], ["2", "1"], ["0"]]


async def test_filters(platform: Platform) -> None:
    await platform.write("mine")
    await platform.write("theirs", user=OTHER)
    await platform.happen("follow")
    await platform.push("answer")

    assert [entry["text"] for entry in await platform.ledger(user_id=OTHER)] == ["theirs"]
    assert [entry["kind"] for entry in await platform.ledger(user_id=MEI, direction="sent")] == ["message", "follow"]
    assert [entry["text"] for entry in await platform.ledger(kind="message")] == ["mine", "theirs"]
    assert [entry["text"] for entry in await platform.ledger(direction="received")] == ["answer"]


async def test_summary_and_reset(platform: Platform, desk: Desk) -> None:
    desk.statuses.extend([200, 500])
    await platform.write("answered")
    await platform.write("refused")
    key = str(uuid4())
    await platform.push("same", key=key)
    await platform.push("same", key=key)
    await platform.push("same")

    summary = await platform.control("GET", "ledger/summary", account_id=ACCOUNT)

    assert summary["sent"] == {
        "events": 2,
        "messages": 2,
        "chats": 1,
        "answered": 1,
        "unanswered": 1,
        "tries": 2,
        "redeliveries": 0,
        "by_kind": {"message": 2},
        "by_status": {"200": 1, "500": 1},
    }
    assert summary["received"] == {
        "messages": 2,
        "requests": 2,
        "arrived": 2,
        "repeats": 1,
        "by_method": {"push": 2},
        "same_text_twice": [{"chat_id": MEI, "text": "same", "count": 2}],
    }
    await platform.control("DELETE", "ledger", account_id=ACCOUNT)
    assert await platform.ledger() == []


async def test_listeners_hear_what_happens(platform: Platform) -> None:
    query = {"account_id": ACCOUNT, "user_id": MEI, "types": "sent,tried,received"}
    start = (await platform.control("GET", "events"))["cursor"]
    waiting = asyncio.create_task(platform.control("GET", "events", **query, after=start, wait=10))
    await platform.write("theirs", user=OTHER)
    await platform.write("mine")
    assert (await waiting)["events"][0]["data"]["text"] == "mine"
    await platform.push("answer")

    heard = await platform.control("GET", "events", **query, after=start)

    assert [event["type"] for event in heard["events"]] == ["sent", "tried", "received"]
    assert heard["events"][1]["data"]["answered"]
    assert heard["events"][2]["data"]["text"] == "answer"
    assert await platform.control("GET", "events", **query, after=heard["cursor"]) == {
        "events": [],
        "cursor": heard["cursor"],
    }


async def test_a_stream_goes_on_from_a_cursor(platform: Platform) -> None:
    start = (await platform.control("GET", "events"))["cursor"]
    await platform.write("before")

    heard = await _stream(platform, start, ["before", "after"])

    assert heard == ["before", "after"]


async def _stream(platform: Platform, cursor: int, wanted: list[str]) -> list[str]:
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(cursor)}
    query = {"account_id": ACCOUNT, "types": "sent"}
    heard: list[str] = []
    async with platform.http.stream("GET", "/control/events", headers=headers, params=query) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            if not line.startswith("data: ") or line == "data: {}":
                continue
            heard.append(json.loads(line.removeprefix("data: "))["data"]["text"])
            if heard == wanted[:1]:
                await platform.write(wanted[1])
            if len(heard) == len(wanted):
                return heard
    return heard


def restored(folder: Path, clock: FixedClock) -> Simulator:
    """A simulator that begins from the folder's journal, as after kill -9 of the one that wrote it."""
    return Simulator(clock, folder / "simulator" / "journal.jsonl")


@pytest.mark.promise(2)
async def test_a_killed_simulator_knows_everything_again(tmp_path: Path, desk: Desk, clock: FixedClock) -> None:
    async with running(tmp_path, clock) as platform:
        await platform.register(desk.url, monthly_quota=10)
        group = "C" + MEI[1:]
        spent, alive = await platform.write("spent"), await platform.write("alive", user=OTHER)
        await platform.write("to all", chat_id=group)
        await platform.reply(spent["reply_token"], "answered")
        key = str(uuid4())
        pushed = await platform.push("pushed", key=key)
        await platform.push("pushed", key=key)
        await platform.happen("unfollow", OTHER)
        picture = await platform.happen("message", type="image")
        await platform.happen("unsend", message_id=picture["message_id"])
        before = await platform.ledger()

        # Nothing was closed: this is what a new process finds after kill -9.
        simulator = restored(tmp_path, clock)
        await simulator.start()
        try:
            account = simulator.accounts.get(ACCOUNT)
            assert [entry.as_json() for entry in simulator.ledger.entries(ACCOUNT)] == before
            assert account.settings.monthly_quota == 10
            assert account.usage.used(clock.now()) == 1
            assert account.reply_tokens.find(spent["reply_token"], clock.now()) is None
            assert account.reply_tokens.find(alive["reply_token"], clock.now()) is not None
            accepted = account.retry_keys.find(key, clock.now())
            assert accepted is not None
            assert accepted.sent_messages == pushed.json()["sentMessages"]
            assert account.customers[OTHER].blocked
            assert account.groups[group].members == [MEI]
            assert int(simulator.ids.message_id(0)) > int(before[-1]["message_id"])
        finally:
            await simulator.stop()


async def test_redeliveries_go_on_after_a_restart(tmp_path: Path, desk: Desk, clock: FixedClock) -> None:
    desk.statuses.append(500)
    async with running(tmp_path, clock) as platform:
        await platform.register(desk.url, redelivery={"enabled": True, "delays_seconds": [30]})
        entry = await platform.write()
        await platform.control("PATCH", f"line/{ACCOUNT}", {"redelivery": {"enabled": True, "delays_seconds": [0]}})

    async with running(tmp_path, clock) as platform:
        await _answered(platform)
    assert [event["webhookEventId"] for event in desk.events] == [entry["event_id"]] * 2


async def _answered(platform: Platform) -> None:
    async def check() -> Any:
        return all(entry["answered"] for entry in await platform.ledger(direction="sent"))

    await eventually(check)


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"record":"reset","account_id":"a"}\n{"record":"sent","ac')

    assert list(Journal(path).read()) == [{"record": "reset", "account_id": "a"}]


async def test_the_ledger_is_bounded(tmp_path: Path, desk: Desk, clock: FixedClock) -> None:
    async with running(tmp_path, clock, FRONTDESK_SIMULATOR_LEDGER_LIMIT="3") as platform:
        await platform.register(desk.url)
        for number in range(5):
            await platform.write(str(number))

        assert [entry["text"] for entry in await platform.ledger()] == ["2", "3", "4"]
        assert [entry["text"] for entry in await platform.ledger(user_id=MEI)] == ["2", "3", "4"]
