"""kill -9 between writing down a try and its answer: nothing goes out twice."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.bus.bus import Bus
from tests.services.delivery.graph import Graph, Number, person
from tests.services.delivery.shop import Shop
from tests.services.simulator.desk import Desk
from tests.support.databases import TestDatabase
from tests.support.processes import ProcessStack, process_stack
from tests.support.wait import eventually

pytestmark = pytest.mark.promise(4)

# How long a claim outlives its process, where a platform has five seconds to answer.
_CLAIM_SECONDS = 15


@pytest.fixture(scope="module")
async def processes(graph: Graph) -> AsyncIterator[ProcessStack]:
    """Every service a process of its own."""
    variables = {"FRONTDESK_DELIVERY_TIMEOUT": "5", "FRONTDESK_GRAPH_URL": graph.url}
    async with process_stack(["simulator", "tenants"], variables, demo=False) as stack:
        yield stack


@pytest.fixture
async def crashes(processes: ProcessStack, tmp_path: Path) -> AsyncIterator[Path]:
    """Where a file of a point's name has the service die there; the service, running."""
    await processes.start("delivery", {"FRONTDESK_CRASH_DIR": str(tmp_path)})
    yield tmp_path
    await processes.kill("delivery")


@pytest.fixture
async def shop(processes: ProcessStack, webhook: Desk) -> AsyncIterator[Shop]:
    """A tenant with one account."""
    bus = Bus(processes.environment()["FRONTDESK_NATS_URL"], "test")
    assert await bus.connect(10)
    made = await Shop.open(processes, TestDatabase(processes.postgres.url), bus, webhook.url)
    yield made
    await made.close()
    await bus.close()


@pytest.mark.parametrize(
    ("point", "reply", "state", "statuses"),
    [
        ("attempt.noted", False, "sent", [200]),
        ("attempt.answered", False, "sent", [200, 409]),
        ("attempt.noted", True, "sent", [200]),
        ("attempt.answered", True, "unconfirmed", [200, 400]),
    ],
)
async def test_a_process_that_dies_around_a_call(
    processes: ProcessStack, crashes: Path, shop: Shop, point: str, reply: bool, state: str, statuses: list[int]
) -> None:
    mei = await shop.contact()
    (crashes / point).touch()
    token = await shop.reply_token(mei) if reply else None
    request, behind = shop.requested(mei, "once", reply=token), shop.requested(mei, "behind")
    await shop.publish(request, behind)
    await eventually(lambda: "delivery" not in processes.running(), what=f"death at {point}")
    shop.pass_time(_CLAIM_SECONDS)
    await processes.start("delivery", {"FRONTDESK_CRASH_DIR": str(crashes)})
    assert (await shop.ended(request)).state == state
    assert (await shop.ended(behind)).state == "sent"
    assert await shop.arrived(mei) == ["once", "behind"]
    calls = await shop.calls("/message/reply" if reply else "/message/push")
    assert [call["status"] for call in calls][: len(statuses)] == statuses


@pytest.mark.parametrize(("point", "calls"), [("attempt.noted", 0), ("attempt.answered", 1)])
@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
async def test_a_process_that_dies_around_a_call_of_a_platform_without_keys(
    processes: ProcessStack, crashes: Path, shop: Shop, graph: Graph, point: str, calls: int, told: bool
) -> None:
    """Sent or not, only the platform's later word can tell: it is called for this attempt once, at most."""
    number, mei = Number(shop, graph), person()
    await number.connect()
    (crashes / point).touch()
    request, behind = await number.send(mei, "once"), await number.send(mei, "behind")
    await eventually(lambda: "delivery" not in processes.running(), what=f"death at {point}")
    shop.pass_time(_CLAIM_SECONDS)
    await processes.start("delivery", {"FRONTDESK_CRASH_DIR": str(crashes)})
    assert (await shop.ended(behind)).state == "sent"
    assert (await number.awaited(request))["state"] == "sending"
    if told:
        await number.confirmed(request, "delivered")
    else:
        shop.pass_time(601)
    assert (await shop.ended(request)).state == ("sent" if told else "unconfirmed")
    assert len(number.of(request)) == calls
    assert len(number.of(behind)) == 1
