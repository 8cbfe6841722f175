"""What is old or too much goes; what was parked stays as long as it may."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from libs.clock.clock import FixedClock
from services.ingestion.service.ledger import LedgerService
from services.ingestion.settings import Settings
from tests.services.ingestion.platform import Platform, text
from tests.support.wait import eventually


@pytest.fixture
def purger(platform: Platform) -> LedgerService:
    """The service's own upkeep, a month later and at will."""
    settings = platform.stack.runtime("ingestion").settings(Settings)
    clock = FixedClock(datetime.now(UTC) + timedelta(days=29))
    return LedgerService(platform.stack.database.open("ingestion"), clock, settings)


async def test_the_oldest_refused_bodies_go_when_they_are_too_many(platform: Platform, purger: LedgerService) -> None:
    accounts = [platform.account() for _ in range(3)]
    await platform.call(accounts[0], {"type": "odd"})
    for account in accounts:
        for number in range(10):
            await platform.post(account, json.dumps(number).encode() + b" " * 2000, "forged")
    await purger.purge()
    # 20,000 bytes may stay, 1,000 of each.
    left = [len(await platform.entries(account, "refused")) for account in accounts]
    assert left == [0, 10, 10]
    assert len(await platform.entries(accounts[0], "parked")) == 1


async def test_everything_goes_after_a_month(platform: Platform, purger: LedgerService) -> None:
    account = platform.account()
    await platform.call(account, {"type": "odd"}, text())
    await purger.purge()
    assert len(await platform.entries(account)) == 1
    statement = "UPDATE ingestion.ledger SET received_at = received_at - interval '2 days' WHERE account_id = $1"
    await platform.stack.database.fetch(statement, account.id)
    await purger.purge()
    assert await platform.entries(account) == []


async def test_what_was_passed_on_goes_after_a_month_too(platform: Platform, purger: LedgerService) -> None:
    account = platform.account()
    await platform.call(account, text())

    async def recorded() -> bool:
        return len(await platform.entries(account, "stored")) == 1

    await eventually(recorded)
    await purger.purge()
    assert await recorded()
    settings = platform.stack.runtime("ingestion").settings(Settings)
    later = FixedClock(datetime.now(UTC) + timedelta(days=31))
    await LedgerService(platform.stack.database.open("ingestion"), later, settings).purge()
    assert not await recorded()


async def test_an_account_over_its_limit_keeps_the_beginnings_of_its_older_parked_events(platform: Platform) -> None:
    noisy, quiet = platform.account(), platform.account()
    settings = platform.stack.runtime("ingestion").settings(Settings)
    settings = settings.model_copy(update={"ingestion_parked_account": 12_000})
    for account, events in ((noisy, 4), (quiet, 1)):
        for number in range(events):
            await platform.call(account, {"type": "odd", "number": number, "filler": "x" * 5000})
    await LedgerService(platform.stack.database.open("ingestion"), FixedClock(datetime.now(UTC)), settings).purge()
    assert [entry.truncated for entry in await platform.entries(noisy, "parked")] == [False, False, True, True]
    assert [entry.truncated for entry in await platform.entries(quiet, "parked")] == [False]
