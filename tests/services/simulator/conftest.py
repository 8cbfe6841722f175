"""A simulator and a desk for it to call, both over real HTTP on free loopback ports.

The servers live as long as the session; every test gets a fresh account on them.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from libs.clock.clock import FixedClock
from tests.services.simulator.desk import Desk
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
    return webhook


@pytest.fixture
async def platform(simulator: Platform, desk: Desk) -> Platform:
    """A simulator with one account, nothing written yet, whose webhook is the desk."""
    await simulator.http.delete(f"/control/line/{ACCOUNT}")
    await simulator.register(desk.url)
    return simulator
