"""deploy/nats/nats.conf: three servers keep what was acknowledged, whichever one of them is killed."""

import asyncio
import signal
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from cli.run.child import Child, Command
from cli.run.ports import free_port
from cli.run.server import plain_env, program
from libs.bus.bus import Bus
from libs.bus.errors import BusError
from libs.bus.settings import BusSettings
from libs.bus.streams import EVENTS
from tests.support.wait import eventually

_CONFIG = Path(__file__).parents[2] / "deploy" / "nats" / "nats.conf"
_SIZE = 3
_numbers = count()


class Cluster:
    """Three servers from the one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clients, self._routes = ([free_port() for _ in range(_SIZE)] for _ in range(2))
        self._children: dict[int, Child] = {}
        self.url = ",".join(f"nats://frontdesk:secret@127.0.0.1:{port}" for port in self._clients)

    def start(self, number: int) -> None:
        """Starts one of them."""
        routes = ", ".join(f'"nats://routes:secret@127.0.0.1:{port}"' for port in self._routes)
        variables = {
            "NATS_NAME": f"nats-{number}",
            "NATS_LISTEN": f'"127.0.0.1:{self._clients[number]}"',
            "NATS_CLUSTER": f'"127.0.0.1:{self._routes[number]}"',
            "NATS_ROUTES": f"[{routes}]",
            "NATS_STORE": f'"{self._folder / str(number)}"',
            "NATS_PASSWORD": "secret",
            "NATS_ROUTE_PASSWORD": "secret",
        }
        command = [str(program("nats-server")), "-c", str(_CONFIG)]
        log = self._folder / f"{number}.log"
        self._children[number] = Child(Command(f"nats-{number}", command, plain_env() | variables, log))

    async def kill(self, number: int) -> None:
        """kill -9, and waits until it is gone."""
        self._children[number].signal(signal.SIGKILL)
        await self._children[number].wait()

    async def stop(self) -> None:
        """Ends all."""
        await asyncio.gather(*(child.stop(grace=5) for child in self._children.values()))


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    made = Cluster(tmp_path)
    for number in range(_SIZE):
        made.start(number)
    yield made
    await made.stop()


async def test_nothing_acknowledged_is_lost_when_a_server_is_killed(cluster: Cluster) -> None:
    bus = Bus(cluster.url, "test", BusSettings(nats_replicas=_SIZE))
    await bus.connect()
    try:
        await eventually(lambda: bus.problem() == "", seconds=30, what="the streams")
        acknowledged = 0
        for killed in range(_SIZE):
            acknowledged += await _publish(bus, 20)
            await cluster.kill(killed)
            acknowledged += await _publish(bus, 20)
            cluster.start(killed)
            await eventually(lambda: _copies_are_current(bus), seconds=30, what="three current copies")
        info = await bus.jetstream.stream_info(EVENTS)
        assert info.config.num_replicas == _SIZE
        assert info.state.messages == acknowledged == 40 * _SIZE
    finally:
        await bus.close()


async def _publish(bus: Bus, wanted: int) -> int:
    """Publishes until so many are acknowledged; a message id makes trying again safe."""
    for _ in range(wanted):
        message_id = f"m{next(_numbers)}"
        await eventually(lambda name=message_id: _acknowledged(bus, name), seconds=30, what="an acknowledgement")  # type: ignore[misc]
    return wanted


async def _acknowledged(bus: Bus, message_id: str) -> bool:
    try:
        await bus.jetstream.publish("events.t.test.happened", b"x", timeout=1, headers={"Nats-Msg-Id": message_id})
    except (NatsError, BusError, TimeoutError):
        return False
    return True


async def _copies_are_current(bus: Bus) -> bool:
    try:
        info = await bus.jetstream.stream_info(EVENTS)
    except (NatsError, BusError, TimeoutError):
        return False
    others = info.cluster.replicas if info.cluster else None
    return bool(others) and len(others or []) == _SIZE - 1 and all(each.current for each in others or [])
