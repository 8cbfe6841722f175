"""The stream when the broker dies."""

from collections.abc import AsyncIterator

import pytest

from services.gateway.app import build
from tests.services.gateway.alone import Alone
from tests.support.servers import LocalServer, ServerFolder
from tests.support.wait import eventually


@pytest.fixture
async def broker() -> AsyncIterator[LocalServer]:
    """A NATS to be killed."""
    folder = ServerFolder()
    yield await folder.nats()
    await folder.close()


@pytest.fixture
async def desk(broker: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    """A gateway over it."""
    made = Alone(tmp_path_factory.mktemp("gateway"), broker.url, {})
    await made.start()
    yield made
    await made.stop()


@pytest.mark.promise(6)
async def test_the_stream_goes_on_after_the_broker_was_killed(desk: Alone, broker: LocalServer) -> None:
    who = desk.sessions.add(desk.tenant_id, "admin")
    async with desk.listening(who) as listener:
        await desk.publish(desk.stored("before"))
        assert await listener.texts(1) == ["before"]
        await broker.kill()
        await eventually(lambda: desk.bus.problem())
        await broker.start()
        await eventually(lambda: not desk.bus.problem())
        await desk.publish(desk.stored("after"))
        assert await listener.texts(1) == ["after"]


@pytest.mark.promise(6)
async def test_a_stream_made_anew_makes_clients_reload(desk: Alone, broker: LocalServer) -> None:
    who = desk.sessions.add(desk.tenant_id, "admin")
    async with desk.listening(who) as listener:
        old = listener.hello["cursor"]
        await desk.bus.jetstream.delete_stream("EVENTS")
        await broker.kill()
        await eventually(lambda: desk.bus.problem())
        await broker.start()
        reload = await listener.next("reload")
        assert reload["cursor"].partition("-")[0] != old.partition("-")[0]
        await desk.publish(desk.stored("in the new one"))
        assert await listener.texts(1) == ["in the new one"]
    async with desk.listening(who, old) as listener:
        await listener.next("reload")


async def test_the_gateway_starts_without_a_broker_and_says_so(desk: Alone, broker: LocalServer) -> None:
    await desk.gateway.stop()
    await broker.kill()
    desk.gateway = build(desk.runtime("gateway"))
    await desk.gateway.start()
    who = desk.sessions.add(desk.tenant_id, "admin")
    try:
        async with desk.client(who) as client:
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert {"gateway.bus", "gateway.feed"} <= answer.json()["problems"].keys()
            cursor = (await client.get("/api/v1/conversations")).json()["cursor"]
    finally:
        await broker.start()
    async with desk.listening(who, cursor) as listener:
        await listener.next("reload")
