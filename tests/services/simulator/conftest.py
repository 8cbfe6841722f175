"""A simulator and a desk for it to call, both over real HTTP on free loopback ports.

The servers live as long as the session; every test gets a fresh account on them.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from libs.clock.clock import FixedClock
from tests.services.simulator.desk import Desk
from tests.services.simulator.meta import CHANNELS, PROVIDERS, VERIFY, MetaChannel
from tests.services.simulator.platform import ACCOUNT, Platform, running


@pytest.fixture(scope="session")
def clock() -> FixedClock:
    """Time that tests move, forward only."""
    return FixedClock(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
async def webhook() -> AsyncIterator[Desk]:
    """The server behind every webhook."""
    desk = Desk()
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture(scope="session")
async def simulator(clock: FixedClock, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    """The server behind every platform."""
    async with running(tmp_path_factory.mktemp("simulator"), clock) as platform:
        yield platform


@pytest.fixture
def desk(webhook: Desk) -> Desk:
    """A webhook that was not called yet and answers 200."""
    webhook.calls.clear()
    webhook.statuses.clear()
    webhook.hold = None
    webhook.verify_token, webhook.lie = VERIFY, ""
    return webhook


@pytest.fixture
async def platform(simulator: Platform, desk: Desk) -> Platform:
    """A simulator with one account, nothing written yet, whose webhook is the desk."""
    await simulator.http.delete(f"/control/line/{ACCOUNT}")
    await simulator.register(desk.url)
    return simulator


async def _account(simulator: Platform, desk: Desk, channel: str) -> AsyncIterator[MetaChannel]:
    account_id = f"shop-{channel}"
    await simulator.http.delete(f"/control/{channel}/{account_id}")
    account = MetaChannel(simulator, channel, account_id, PROVIDERS[channel])
    await account.register(desk.url)
    yield account
    await account.close()


@pytest.fixture(params=CHANNELS)
async def meta(request: pytest.FixtureRequest, simulator: Platform, desk: Desk) -> AsyncIterator[MetaChannel]:
    """An account of each of Meta's channels in turn, nothing written yet, whose webhook is the desk."""
    async for account in _account(simulator, desk, request.param):
        yield account


@pytest.fixture
async def facebook(simulator: Platform, desk: Desk) -> AsyncIterator[MetaChannel]:
    """A page."""
    async for account in _account(simulator, desk, "facebook"):
        yield account


@pytest.fixture
async def instagram(simulator: Platform, desk: Desk) -> AsyncIterator[MetaChannel]:
    """An Instagram account."""
    async for account in _account(simulator, desk, "instagram"):
        yield account


@pytest.fixture
async def whatsapp(simulator: Platform, desk: Desk) -> AsyncIterator[MetaChannel]:
    """A WhatsApp number."""
    async for account in _account(simulator, desk, "whatsapp"):
        yield account
