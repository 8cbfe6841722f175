"""Calls that wait for their account's secret, and the replicas that deal with them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from libs.clock.clock import SystemClock
from services.ingestion.models import UnverifiedRow
from services.ingestion.service.unverified import UnverifiedService
from services.ingestion.settings import Settings
from tests.support.databases import Databases, TestDatabase


@pytest.fixture
async def tables(databases: Databases) -> AsyncIterator[TestDatabase]:
    """The service's tables alone; nobody else looks into them."""
    made = await databases.new(["ingestion"])
    yield made
    await databases.drop(made)


@pytest.mark.promise(3)
async def test_an_accounts_calls_keep_their_order_however_many_replicas_deal_with_them(
    tables: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ingestion.service.unverified._BATCH", 1)
    first, second = (UnverifiedService(tables.open("ingestion"), SystemClock(), Settings()) for _ in range(2))
    for body in (b"0", b"1", b"2"):
        await first.keep("line", "an-account", [], body, datetime.now(UTC))
    dealt_with: list[bytes] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def quick(row: UnverifiedRow) -> bool:
        dealt_with.append(row.body)
        return True

    async def slow(row: UnverifiedRow) -> bool:
        begun.set()
        await go_on.wait()
        return await quick(row)

    settling = asyncio.create_task(first.settle(slow))
    await begun.wait()
    await second.settle(quick)
    go_on.set()
    await settling
    assert dealt_with == [b"0", b"1", b"2"]
