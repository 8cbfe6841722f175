"""Every service a process of its own, over servers of its own, durable as in production: for tests that kill."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from cli.run.child import Child
from cli.run.embedded import Urls
from cli.run.http import get_status
from cli.run.log import last_line
from tests.support.desk import Desk
from tests.support.servers import LocalServer, ServerFolder

_SERVERS = ("postgres", "nats", "redis")


class ProcessStack(Desk):
    """Names are services, "postgres", "nats" and "redis", and replicas such as "conversations-2"."""

    def __init__(self, servers: ServerFolder, variables: Mapping[str, str]) -> None:
        self._servers = servers.servers
        url = {name: server.url for name, server in self._servers.items()}
        super().__init__(servers.root / "desk", Urls(url["postgres"], url["nats"], url["redis"]), variables)
        self._children: dict[str, Child] = {}
        self._ops: dict[str, str] = {}

    @property
    def postgres(self) -> LocalServer:
        """For looking into the tables: its url is the superuser's."""
        return self._servers["postgres"]

    def running(self) -> list[str]:
        """Services and replicas that run now."""
        return [name for name, child in self._children.items() if child.running()]

    async def prepare(self) -> None:
        """Logins and tables."""
        child = Child(self.plan.tool("prepare", "cli.run.prepare", str(self.folder.secrets)))
        assert await child.wait() == 0, last_line(child.command.log)

    async def start(self, name: str, variables: Mapping[str, str] | None = None) -> None:
        """Starts one that does not run and waits until it is ready. variables: more of them, for this start alone."""
        if name in _SERVERS:
            await self._servers[name].start()
            return
        self.launch(name, variables)
        await self.until_ready(name)

    def launch(self, name: str, variables: Mapping[str, str] | None = None) -> None:
        """Starts a service or replica and comes back at once."""
        service, _, replica = name.partition("-")
        command = self.plan.command(service, (service,))
        env = {**command.env, **self._variables, **(self._own_addresses(name) if replica else {}), **(variables or {})}
        # Only `frontdesk run` holds the public address back.
        env.pop("FRONTDESK_HOLD_FILE", None)
        self._ops[name] = f"http://{env['FRONTDESK_OPS_LISTEN']}"
        self._children[name] = Child(replace(command, name=name, env=env, log=self.folder.logs / f"{name}.log"))

    async def until_ready(self, name: str, seconds: float = 60.0) -> None:
        """Waits until the process answers its /readyz with 200; tells what it said when it does not, or died."""
        child, deadline = self._children[name], time.monotonic() + seconds
        while (answer := await get_status(f"{self._ops[name]}/readyz"))[0] != 200:
            if not child.running() or time.monotonic() > deadline:
                raise AssertionError(f"{name} is not ready: {answer[1]}; log: {last_line(child.command.log)}")
            await asyncio.sleep(0.02)

    async def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Sends a signal that ends it, kill -9 by default, and waits until it is gone."""
        if name in _SERVERS:
            await self._servers[name].signal(number)
        else:
            self._children[name].signal(number)
            await self._children[name].wait()

    async def restart(self, name: str) -> None:
        """kill -9, and up again."""
        await self.kill(name)
        await self.start(name)

    async def close(self) -> None:
        """Ends every service."""
        await asyncio.gather(*(child.stop(grace=5) for child in self._children.values()))
        self.reservations.close()

    def _own_addresses(self, name: str) -> dict[str, str]:
        listeners = ("OPS_LISTEN", "INGESTION_HTTP_LISTEN", f"{name.partition('-')[0].upper()}_LISTEN")
        addresses = {f"FRONTDESK_{listener}": f"127.0.0.1:{self.reservations.take()}" for listener in listeners}
        return {**addresses, "FRONTDESK_PORT": str(self.reservations.take())}


@asynccontextmanager
async def process_stack(
    names: Sequence[str] = (), variables: Mapping[str, str] | None = None, demo: bool = True
) -> AsyncIterator[ProcessStack]:
    """Servers, tables, services (all when none is named) and the demo tenants, up and ready."""
    servers = ServerFolder(synced=True)
    (servers.root / "desk").mkdir()
    try:
        await asyncio.gather(servers.postgres(), servers.nats(), servers.redis())
        stack = ProcessStack(servers, variables or {})
        try:
            await stack.prepare()
            await asyncio.gather(*(stack.start(name) for name in names or stack.names))
            if demo and "tenants" in stack.running():
                await stack.seed_demo(stack.running())
            yield stack
        finally:
            await stack.close()
    finally:
        await servers.close()
