"""`frontdesk embedded`: the servers of a trial answer the whole network, and only those who know the passwords."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import nats
import pytest
import redis.asyncio
from nats.errors import Error as NatsError
from redis.exceptions import AuthenticationError

from cli.embedded import PORTS, serve
from cli.run.folder import open_folder
from cli.run.ports import free_port
from cli.run.trouble import Trouble
from tests.support.wait import eventually

_PASSWORDS = {f"FRONTDESK_EMBEDDED_{name.upper()}_PASSWORD": f"secret-{name}" for name in PORTS}


@pytest.fixture(scope="module")
async def ports(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, int]]:
    """Running servers, by name."""
    chosen = {name: free_port() for name in PORTS}
    ready = free_port()
    stop = asyncio.Event()
    with open_folder(tmp_path_factory.mktemp("embedded")) as folder:
        environment = {**_PASSWORDS, "FRONTDESK_OPS_LISTEN": f"127.0.0.1:{ready}"}
        running = asyncio.create_task(serve(folder, environment, stop, chosen))
        answers: Callable[[], Awaitable[bool] | bool] = lambda: _answers(ready, running)  # noqa: E731 - for its type
        await eventually(answers, seconds=60)
        yield chosen
        stop.set()
        await running


async def _answers(port: int, running: asyncio.Task[None]) -> bool:
    """Whether /readyz says 200; raises what ended the servers."""
    if running.done():
        running.result()
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /readyz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return answer.startswith(b"HTTP/1.1 200")
    return False


def _address() -> str:
    """This machine's address on a network, as another pod would use it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


async def test_another_machine_reaches_them_with_the_passwords(ports: dict[str, int]) -> None:
    host = _address()
    database = await asyncpg.connect(
        host=host, port=ports["postgresql"], user="frontdesk", password="secret-postgresql", database="postgres"
    )
    assert await database.fetchval("SELECT 1") == 1
    await database.close()
    broker = await nats.connect(f"nats://secret-nats@{host}:{ports['nats']}")
    assert (await broker.jetstream().account_info()).streams == 0
    await broker.close()
    cache = redis.asyncio.Redis(host=host, port=ports["redis"], password="secret-redis")
    assert await cache.ping()
    await cache.aclose()


async def test_nobody_enters_without(ports: dict[str, int]) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            host="127.0.0.1", port=ports["postgresql"], user="frontdesk", password="guess", database="postgres"
        )
    with pytest.raises(NatsError):
        await nats.connect(f"nats://guess@127.0.0.1:{ports['nats']}", allow_reconnect=False, error_cb=_ignore)
    with pytest.raises(AuthenticationError):
        await redis.asyncio.Redis(host="127.0.0.1", port=ports["redis"], password="guess").ping()


async def _ignore(_error: Exception) -> None:
    """nats-py logs errors otherwise."""


@pytest.mark.parametrize("missing", _PASSWORDS)
async def test_a_missing_password_is_named(tmp_path: Path, missing: str) -> None:
    without = {name: value for name, value in _PASSWORDS.items() if name != missing}
    with open_folder(tmp_path) as folder, pytest.raises(Trouble, match=missing):
        await serve(folder, without, asyncio.Event())
