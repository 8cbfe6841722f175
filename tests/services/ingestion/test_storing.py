"""A webhook answered 200 is stored, whatever is away; and the answer comes before LINE gives up."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.bus.bus import Bus
from libs.bus.dead_letters import DeadLetters
from libs.bus.streams import INBOUND_LIVE
from tests.services.ingestion.conftest import LIMITS
from tests.services.ingestion.platform import LineAccount, Platform, running_platform, text
from tests.support.databases import Databases
from tests.support.servers import LocalServer, ServerFolder
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(1)
# LINE waits 2 s. A hung server that were waited for would cost ten times this; a busy machine costs less.
_NOT_HUNG_SECONDS = 20.0


@pytest.fixture(scope="module")
async def own_postgres() -> AsyncIterator[LocalServer]:
    """A PostgreSQL that these tests may kill."""
    folder = ServerFolder()
    yield await folder.postgres()
    await folder.close()


@pytest.fixture(scope="module")
async def platform(own_postgres: LocalServer, redis: LocalServer) -> AsyncIterator[Platform]:
    """A running service whose servers these tests may kill."""
    async with running_platform(Databases(own_postgres.url), redis, LIMITS) as platform:
        yield platform


@pytest.fixture
async def account(platform: Platform) -> AsyncIterator[LineAccount]:
    """An account the service knows already, and everything as it should be afterwards."""
    made = platform.account()
    await platform.call(made)
    yield made
    await eventually(lambda: _ready(platform), 30, "ingestion is ready again")


async def _ready(platform: Platform) -> bool:
    return bool((await platform.http.get("/readyz")).status_code == 200)


async def timed(platform: Platform, account: LineAccount, *events: object) -> httpx.Response:
    """A call that is answered, whatever hangs."""
    async with asyncio.timeout(_NOT_HUNG_SECONDS):
        return await platform.call(account, *events)


async def stored(platform: Platform, account: LineAccount) -> list[str]:
    """The texts of an account's messages in the stream, in its order."""
    bus = Bus(platform.stack.nats.url, "reader")
    assert await bus.connect(10)
    try:
        state = (await bus.jetstream.stream_info(INBOUND_LIVE)).state
        numbers = range(max(state.first_seq, 1), state.last_seq + 1)
        found = await asyncio.gather(*(bus.jetstream.get_msg(INBOUND_LIVE, number) for number in numbers))
        events = [InboundEvent.FromString(message.data or b"") for message in found]
        return [event.message.text for event in events if event.account_id == account.id]
    finally:
        await bus.close()


async def _arrives(platform: Platform, account: LineAccount, texts: list[str]) -> None:
    async def all_there() -> bool:
        return sorted(await stored(platform, account)) == sorted(texts)

    await eventually(all_there, 20, "everything is in the stream, once")


async def _is_in_the_ledger(platform: Platform, account: LineAccount, odd: dict[str, str]) -> None:
    """By way of the dead letters, where it is no more."""
    await eventually(lambda: [m for m in platform.dead() if account.id in m.data.decode()], what="a dead letter")

    async def kept() -> bool:
        entries = await platform.entries(account, "parked")
        return [json.loads(await platform.body(entry)) for entry in entries] == [odd]

    await eventually(kept, 20, "the event is in the ledger")

    async def gone() -> bool:
        return not [
            letter for letter in await DeadLetters(platform.bus).list() if account.id in letter.payload.decode()
        ]

    await eventually(gone, what="the dead letter is gone")
    (entry,) = await platform.entries(account, "parked")
    assert (entry.reason, entry.tenant_id) == ("unknown_event_type", str(account.tenant_id))


async def test_while_the_broker_is_dead_events_wait_in_the_database(platform: Platform, account: LineAccount) -> None:
    await platform.stack.nats.kill()
    try:
        for number in range(10):
            assert (await timed(platform, account, text(str(number)))).status_code == 200
        batch = [text(f"b{number}") for number in range(10)]
        assert (await timed(platform, account, *batch)).status_code == 200
    finally:
        await platform.stack.nats.start()
    texts = [str(number) for number in range(10)] + [f"b{number}" for number in range(10)]
    await _arrives(platform, account, texts)
    assert await stored(platform, account) == texts, "in the order they came"


async def test_what_waits_outlives_the_process(platform: Platform, account: LineAccount) -> None:
    await platform.stack.nats.kill()
    assert (await timed(platform, account, text("before"))).status_code == 200
    await platform.stack.stop("ingestion")
    await platform.stack.nats.start()
    await platform.stack.start(["ingestion"])
    await _arrives(platform, account, ["before"])


async def test_while_the_broker_hangs_the_answer_comes_in_time(platform: Platform, account: LineAccount) -> None:
    others = [platform.account() for _ in range(20)]
    for other in others:
        await platform.call(other)
    with platform.stack.nats.hanging():
        first = await asyncio.gather(*(timed(platform, other, text("one", user=other.id)) for other in others))
        again = [await timed(platform, account, text(str(number))) for number in range(5)]
        batch = await timed(platform, account, *(text(f"b{number}", user=f"U{number}") for number in range(30)))
    assert {answer.status_code for answer in (*first, *again, batch)} == {200}
    await _arrives(platform, account, [*(str(number) for number in range(5)), *(f"b{number}" for number in range(30))])
    for other in others:
        await _arrives(platform, other, ["one"])


async def test_while_the_database_is_dead_nothing_changes_for_what_is_understood(
    platform: Platform, account: LineAccount, own_postgres: LocalServer
) -> None:
    await own_postgres.kill()
    try:
        for number in range(5):
            assert (await timed(platform, account, text(str(number)))).status_code == 200
        refused = await platform.post(account, b"x", "forged")
        assert refused.status_code == 401
    finally:
        await own_postgres.start()
    await _arrives(platform, account, [str(number) for number in range(5)])


async def test_while_the_database_is_dead_odd_events_wait_in_the_dead_letters(
    platform: Platform, account: LineAccount, own_postgres: LocalServer
) -> None:
    odd = {"type": "hologram", "of": account.id}
    await own_postgres.kill()
    try:
        assert (await timed(platform, account, text("good"), odd)).status_code == 200
    finally:
        await own_postgres.start()
    await _arrives(platform, account, ["good"])
    await _is_in_the_ledger(platform, account, odd)


async def test_while_the_database_hangs_the_answer_comes_in_time(
    platform: Platform, account: LineAccount, own_postgres: LocalServer
) -> None:
    odd = {"type": "hologram", "of": account.id}
    with own_postgres.hanging():
        assert (await timed(platform, account, text("good"))).status_code == 200
        assert (await timed(platform, account, odd, text("better"))).status_code == 200
        assert (await platform.post(account, b"x", "forged")).status_code == 401
    await _arrives(platform, account, ["good", "better"])
    await _is_in_the_ledger(platform, account, odd)


async def test_refusing_is_the_last_resort(platform: Platform, account: LineAccount, own_postgres: LocalServer) -> None:
    await asyncio.gather(platform.stack.nats.kill(), own_postgres.kill())
    try:
        answer = await timed(platform, account, text("refused"))
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert (await timed(platform, account, text("also"), {"type": "odd"})).status_code == 503
    finally:
        await asyncio.gather(platform.stack.nats.start(), own_postgres.start())
    await eventually(lambda: _ready(platform), 30)
    assert (await timed(platform, account, text("taken"))).status_code == 200
    await _arrives(platform, account, ["taken"])


async def test_refusing_comes_in_time_when_both_hang(
    platform: Platform, account: LineAccount, own_postgres: LocalServer
) -> None:
    with platform.stack.nats.hanging(), own_postgres.hanging():
        assert (await timed(platform, account, text("refused"))).status_code == 503
    await eventually(lambda: _ready(platform), 30)
    assert (await timed(platform, account, text("taken"))).status_code == 200
