"""Real servers for tests: the embedded ones of `frontdesk run`, in a folder of their own, on ports of their own."""

import asyncio
import contextlib
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from cli.run.account import choose_account
from cli.run.child import Child
from cli.run.log import last_line
from cli.run.nats import Nats
from cli.run.ports import free_port
from cli.run.postgres import Postgres, binaries
from cli.run.redis import Redis
from cli.run.server import EmbeddedServer, program

# Tests kill processes, not the machine: what a process wrote is there after its death without a sync.
UNSYNCED = {"fsync": "off", "full_page_writes": "off", "max_connections": "1000"}


class LocalServer:
    """One server that a test may kill and start again; its data and its address stay."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._child: Child | None = None
        self.name = server.name
        self.url = server.url

    async def start(self, seconds: float = 30.0) -> None:
        """Starts it and waits until it takes work."""
        deadline = time.monotonic() + seconds
        await self._server.prepare()
        command = self._server.command()
        self._child = child = Child(command)
        while not await self._server.answers(child.pid):
            if not child.running() or time.monotonic() > deadline:
                raise AssertionError(f"{self.name} did not start: {last_line(command.log)}")
            await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """kill -9, and waits until it is gone."""
        await self.signal(signal.SIGKILL)

    async def signal(self, number: int) -> None:
        """Sends a signal that ends it, and waits until it is gone."""
        if self._child is not None:
            self._child.signal(number)
            await self._child.wait()

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """It neither answers nor ends: every process of it is stopped for the time being."""
        assert self._child is not None
        process = psutil.Process(self._child.pid)
        process.suspend()
        stopped = [process, *process.children(recursive=True)]
        for child in stopped[1:]:
            child.suspend()
        try:
            yield
        finally:
            for one in stopped:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.resume()

    async def stop(self) -> None:
        """Ends it in good order."""
        if self._child is not None:
            await self._child.stop(grace=5)


class ServerFolder:
    """A temporary folder with servers in it; `close` ends them and removes it."""

    def __init__(self, synced: bool = False) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="frontdesk-"))
        self.root.chmod(0o755)
        self._account = choose_account(self.root, [binaries(), program("nats-server")])
        self._synced = synced
        self.servers: dict[str, LocalServer] = {}

    async def postgres(self) -> LocalServer:
        """A PostgreSQL, started."""
        overrides = {} if self._synced else UNSYNCED
        log = self.root / "postgres.log"
        return await self._start(Postgres(self.root / "postgres", free_port(), "test", log, self._account, overrides))

    async def nats(self) -> LocalServer:
        """A NATS with JetStream, started."""
        sync = "always" if self._synced else "2m"
        log = self.root / "nats.log"
        return await self._start(Nats(self.root / "nats", free_port(), "test", log, self._account, sync))

    async def redis(self) -> LocalServer:
        """A Redis, started."""
        return await self._start(
            Redis(self.root / "redis", free_port(), "test", self.root / "redis.log", self._account)
        )

    async def close(self) -> None:
        """Ends every server and removes the folder."""
        await asyncio.gather(*(server.stop() for server in self.servers.values()))
        shutil.rmtree(self.root, ignore_errors=True)

    async def _start(self, server: EmbeddedServer) -> LocalServer:
        local = LocalServer(server)
        await local.start()
        self.servers[local.name] = local
        return local
