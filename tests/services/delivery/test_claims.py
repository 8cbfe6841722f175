"""Who may write: a worker whose claim ran out may not, and a process that stops leaves no doubt behind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cli.run.ports import free_port
from cli.serve import build
from libs.app.runtime import Runtime
from libs.app.service import Service
from libs.db.database import Database
from services.delivery.models import Attempt, Lane, Room
from services.delivery.repository.queue import QueueRepository, claim_lanes
from tests.services.delivery.shop import Shop
from tests.support.stack import Stack
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(4)


@pytest.fixture
async def replica(delivery: Stack) -> AsyncIterator[Service]:
    """A second process of the service, as good as one."""
    environment = delivery.environment("delivery") | {"FRONTDESK_DELIVERY_LISTEN": f"127.0.0.1:{free_port()}"}
    (service,) = build(["delivery"], Runtime(environment))
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def database(delivery: Stack) -> AsyncIterator[Database]:
    """The service's own way in."""
    database = Database(delivery.database.url("delivery"), "delivery")
    yield database
    await database.close()


async def steal(database: Database, shop: Shop, after: float) -> Lane:
    """Claims a lane of the shop as another worker does, so many seconds later."""
    async with database.system_unit() as unit:
        lanes = await claim_lanes(unit, shop.now() + timedelta(seconds=after), 45, Room(1000, 100, {}))
    return next(lane for lane in lanes if lane.account_id == shop.account_id)


async def test_two_processes_share_the_work_and_send_everything_once(shop: Shop, replica: Service) -> None:
    contacts = [await shop.contact() for _ in range(30)]
    await shop.fault(endpoint="push", action="lost_answer", probability=0.1)
    requests = [shop.requested(contact, str(number)) for number in range(4) for contact in contacts]
    await shop.publish(*requests)
    for request in requests:
        assert (await shop.ended(request, 60)).state == "sent"
    for contact in contacts:
        assert await shop.arrived(contact) == ["0", "1", "2", "3"]


async def test_a_worker_whose_claim_passed_to_another_writes_nothing(shop: Shop, database: Database) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="slow", delay_ms=3000, times=1)
    request = await shop.send(mei, "slow")
    await eventually(lambda: shop.received())
    lane = await steal(database, shop, after=60)
    await eventually(lambda: shop.calls())
    await shop.ended(await shop.send(await shop.contact(), "mark"))
    stored = await shop.attempt(request)
    assert (stored["state"], stored["tries"], shop.states(request)) == ("sending", 1, ["sending"])
    async with database.unit([shop.id]) as unit:
        assert await QueueRepository(unit, shop.id).hold_lane(lane)
        await QueueRepository(unit, shop.id).release_lane(lane, shop.now())
    ended = await shop.ended(request)
    assert ended.state == "sent"
    assert [call["status"] for call in await shop.calls("/message/push") if call["chat_id"] == mei.alias] == [200, 409]


async def test_tokens_never_come_again(shop: Shop, database: Database) -> None:
    """A lane that was emptied and made anew must not let in a worker of its earlier life."""
    tokens = []
    contact_id = uuid4()
    for _ in range(2):
        async with database.unit([shop.id]) as unit:
            await unit.execute(
                "INSERT INTO account_queues (tenant_id, account_id) VALUES (:t, :a) ON CONFLICT DO NOTHING",
                {"t": shop.id, "a": shop.account_id},
            )
            await unit.execute(
                "INSERT INTO lanes (tenant_id, account_id, contact_id, next_at) VALUES (:t, :a, :c, '2099-01-01Z')",
                {"t": shop.id, "a": shop.account_id, "c": contact_id},
            )
        lane = await steal(database, shop, after=3e9)
        tokens.append(lane.token)
        async with database.unit([shop.id]) as unit:
            repository = QueueRepository(unit, shop.id)
            assert await repository.hold_lane(lane)
            await repository.close_lane(lane)
    assert tokens[0] < tokens[1]


async def test_what_is_finished_stays_as_it_is(shop: Shop, database: Database) -> None:
    mei = await shop.contact()
    request = await shop.send(mei)
    await shop.ended(request)
    stored = Attempt(**dict(await shop.attempt(request)))
    stored.state, stored.finished_at = "queued", None
    async with database.unit([shop.id]) as unit:
        await QueueRepository(unit, shop.id).save(stored)
    assert (await shop.attempt(request))["state"] == "sent"


async def test_a_process_that_stops_finishes_its_calls_and_leaves_the_rest(
    shop: Shop, delivery: Stack, database: Database
) -> None:
    mei = await shop.contact()
    await shop.fault(endpoint="push", action="slow", delay_ms=3000)
    requests = [shop.requested(mei, text) for text in "abc"]
    await shop.publish(*requests)
    await eventually(lambda: shop.received())
    await delivery.stop("delivery")
    try:
        stored = [await shop.attempt(request) for request in requests]
        assert [row["state"] for row in stored] == ["sent", "queued", "queued"]
        (lane,) = await shop.sql("SELECT * FROM delivery.lanes WHERE contact_id = $1", mei.id)
        assert lane["claimed_until"].year < 1970
    finally:
        await delivery.start(["delivery"])
    for request in requests:
        await shop.ended(request)
    assert await shop.arrived(mei) == ["a", "b", "c"]
    assert len(await shop.calls()) == 3


async def test_an_answer_is_not_lost_because_the_database_was_away(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply's answer cannot be asked for again."""
    mei = await shop.contact()
    token = await shop.reply_token(mei)
    failures = iter([ConnectionError("gone"), TimeoutError("slow"), None])
    save = QueueRepository.save

    async def failing(repository: QueueRepository, attempt: Attempt) -> bool:
        if attempt.state == "sent" and (error := next(failures)):
            raise error
        return await save(repository, attempt)

    monkeypatch.setattr(QueueRepository, "save", failing)
    request = await shop.send(mei, "once", reply=token)
    assert (await shop.ended(request)).state == "sent"
    assert len(await shop.calls()) == 1


async def test_trouble_of_our_own_lets_a_lane_go_for_a_moment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    mei = await shop.contact()
    failures = iter([ValueError("a mistake"), ConnectionError("gone")])
    head = QueueRepository.head

    async def failing(repository: QueueRepository, lane: Lane) -> object:
        if lane.account_id == shop.account_id and (error := next(failures, None)):
            raise error
        return await head(repository, lane)

    monkeypatch.setattr(QueueRepository, "head", failing)
    assert (await shop.ended(await shop.send(mei))).state == "sent"


async def test_claims_are_limited_in_all_and_go_round_the_accounts(shop: Shop, database: Database) -> None:
    accounts = [f"{shop.account_id}-{letter}" for letter in "abc"]
    await asyncio.gather(*(_lanes(shop, account, 10) for account in accounts))
    async with database.system_unit() as unit:
        at = datetime(2098, 1, 1, tzinfo=UTC)
        first = await claim_lanes(unit, at, 45, Room(7, 4, {}))
        second = await claim_lanes(unit, at, 45, Room(100, 4, {accounts[0]: 4, accounts[1]: 3}))
    counts = [[lane.account_id for lane in lanes].count(account) for lanes in (first, second) for account in accounts]
    assert sorted(counts[:3]) == [2, 2, 3]
    assert counts[3:] == [0, 1, 4]
    await shop.sql("DELETE FROM delivery.lanes WHERE account_id = ANY ($1)", accounts)


async def _lanes(shop: Shop, account: str, count: int) -> None:
    await shop.sql("INSERT INTO delivery.account_queues (tenant_id, account_id) VALUES ($1, $2)", shop.id, account)
    await shop.sql(
        "INSERT INTO delivery.lanes (tenant_id, account_id, contact_id, next_at)"
        " SELECT $1, $2, gen_random_uuid(), '2097-01-01Z' FROM generate_series(1, $3)",
        shop.id,
        account,
        count,
    )
