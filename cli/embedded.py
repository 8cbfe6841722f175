"""`frontdesk embedded`: the servers of `frontdesk run` alone, open to a private network. For trials on Kubernetes,
where the services run in pods of their own."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from cli.run.account import choose_account
from cli.run.folder import DataFolder, open_folder
from cli.run.keeper import Keeper
from cli.run.nats import Nats
from cli.run.postgres import Postgres, binaries
from cli.run.redis import Redis
from cli.run.server import EmbeddedServer, program
from cli.run.together import together, unless
from cli.run.trouble import Trouble, say
from libs.app.http import HttpPart
from libs.app.ops import OpsApp
from libs.app.service import Service

_EVERYWHERE = "0.0.0.0"
PORTS = {"postgresql": 5432, "nats": 4222, "redis": 6379}


class ServerPart:
    """A kept server as something /readyz can ask."""

    def __init__(self, keeper: Keeper) -> None:
        self.name = keeper.name
        self._keeper = keeper

    async def start(self) -> None:
        """Starts it and waits until it answers."""
        await self._keeper.start()

    async def stop(self) -> None:
        """Ends it; PostgreSQL writes its checkpoint first."""
        await self._keeper.stop(grace=30)

    async def problem(self) -> str | None:
        """Whether it runs."""
        return None if self._keeper.process else "is not running"


async def serve(
    folder: DataFolder, environment: Mapping[str, str], stop: asyncio.Event, ports: Mapping[str, int] = PORTS
) -> None:
    """Runs PostgreSQL, NATS and Redis until told to stop; Trouble when one cannot be kept up."""
    servers = _servers(folder, environment, ports)
    keepers = [Keeper(server.command, server.answers, server.prepare) for server in servers]
    parts = [ServerPart(keeper) for keeper in keepers]
    async with AsyncExitStack() as stack:
        if listen := environment.get("FRONTDESK_OPS_LISTEN"):
            ops = HttpPart(OpsApp([Service("embedded", parts)]), listen)
            await ops.start()
            stack.push_async_callback(ops.stop)
        for part in parts:
            stack.push_async_callback(part.stop)
            await part.start()
        say("PostgreSQL, NATS and Redis take connections.")
        await unless(stop, together(*(keeper.failure() for keeper in keepers)))


def _servers(folder: DataFolder, environment: Mapping[str, str], ports: Mapping[str, int]) -> Iterator[EmbeddedServer]:
    account = choose_account(folder.root, [binaries(), program("nats-server")])
    for name, kind in (("postgresql", Postgres), ("nats", Nats), ("redis", Redis)):
        variable = f"FRONTDESK_EMBEDDED_{name.upper()}_PASSWORD"
        if not (password := environment.get(variable)):
            raise Trouble(f"{variable} is not set: everybody on the network could use {name}.")
        log = folder.logs / f"{name}.log"
        server: EmbeddedServer = kind(folder.root / name, ports[name], password, log, account, host=_EVERYWHERE)
        yield server


async def _main(folder: DataFolder) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(folder, os.environ, stop)


def main() -> int:
    """Exit code 0 after a signal, 1 with one line on what keeps them from running."""
    try:
        with open_folder(Path(os.environ.get("FRONTDESK_DATA_DIR", ".frontdesk"))) as folder:
            asyncio.run(_main(folder))
    except (Trouble, OSError) as trouble:
        say(f"frontdesk: {trouble}")
        return 1
    return 0
