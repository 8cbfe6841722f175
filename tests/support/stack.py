"""Every service in the test's own event loop, over a database and a broker of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from cli.run.embedded import Urls
from cli.serve import build
from libs.app.service import Service
from tests.support.databases import Databases, TestDatabase
from tests.support.desk import Desk
from tests.support.servers import LocalServer, ServerFolder
from tests.support.wait import eventually


class Stack(Desk):
    """The services by name, and where they answer. A test may stop and start single ones."""

    def __init__(
        self, servers: ServerFolder, nats: LocalServer, database: TestDatabase, redis: str, variables: Mapping[str, str]
    ) -> None:
        urls = Urls(database=database.admin_url, nats=nats.url, redis=redis)
        super().__init__(servers.root / "desk", urls, {**database.urls(), **variables})
        self.database = database
        self.nats = nats
        self.services: dict[str, Service] = {}

    async def start(self, names: Sequence[str]) -> None:
        """Builds and starts services, and waits until each says it is ready."""
        built = build(names, self.runtime(*names))
        self.services |= {service.name: service for service in built}
        await asyncio.gather(*(service.start() for service in built))
        for service in built:
            await eventually(partial(_is_ready, service), 30, f"{service.name} ready")

    async def stop(self, *names: str) -> None:
        """Stops services; all when none is named."""
        for name in names or list(self.services)[::-1]:
            await self.services.pop(name).stop()

    async def close(self) -> None:
        """Ends everything."""
        await self.stop()
        self.reservations.close()


async def _is_ready(service: Service) -> bool:
    problems = await service.ready()
    assert not problems, problems
    return True


@asynccontextmanager
async def running_stack(
    databases: Databases,
    redis: LocalServer,
    names: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    demo: bool = True,
) -> AsyncIterator[Stack]:
    """A stack of these services (all when none is named), with the demo tenants where tenants is one of them."""
    servers = ServerFolder()
    (servers.root / "desk").mkdir()
    try:
        database = await databases.new()
        stack = Stack(servers, await servers.nats(), database, redis.url, variables or {})
        try:
            await stack.start(names or stack.names)
            if demo and "tenants" in stack.services:
                await stack.seed_demo(stack.services)
            yield stack
        finally:
            await stack.close()
            await databases.drop(database)
    finally:
        await servers.close()
