"""A desk with the built console, a browser, and windows in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, expect

from cli.run import console as console_build
from tests.e2e.chromium import running_chromium
from tests.e2e.console import Console
from tests.e2e.customer import Line, Platform
from tests.e2e.watch import Watch
from tests.e2e.words import Words
from tests.support.databases import Databases
from tests.support.npm import one_at_a_time
from tests.support.servers import LocalServer
from tests.support.stack import Stack, running_stack

# A machine that runs much else takes its time: only a failing test waits so long.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
_VARIABLES = {"FRONTDESK_PASSWORD_TIME_COST": "1", "FRONTDESK_PASSWORD_MEMORY_KIB": "64"}

OpenConsole = Callable[..., Awaitable[Console]]
FindPlatform = Callable[[str], Platform]


@pytest.fixture(scope="session")
async def desk(databases: Databases, redis: LocalServer) -> AsyncIterator[Stack]:
    """Every service with the demo tenants, serving the console as its sources are now. A test brings its customers."""
    with one_at_a_time("console"):
        if console_build.stale():
            await console_build.build(None)
    async with running_stack(databases, redis, variables=_VARIABLES) as stack:
        yield stack


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    async with running_chromium() as running:
        yield running


@pytest.fixture
async def line(desk: Stack) -> AsyncIterator[Line]:
    """LINE, working again when the test ends."""
    async with httpx.AsyncClient(base_url=desk.simulator_url, trust_env=False, timeout=30) as client:
        made = Line(client)
        yield made
        await made.heal()


@pytest.fixture
async def platform(desk: Stack) -> AsyncIterator[FindPlatform]:
    """A channel by name: `platform("whatsapp")`."""
    async with httpx.AsyncClient(base_url=desk.simulator_url, trust_env=False, timeout=30) as client:
        yield lambda channel: Platform(client, channel)


@pytest.fixture
async def open_console(desk: Stack, browser: Browser) -> AsyncIterator[OpenConsole]:
    """Opens a window of its own for somebody: `await open_console("en", color_scheme="dark")`; the arguments are a
    language and those of a browser context. Whatever a window complains about fails the test at its end.
    """
    async with opening(desk, browser) as open_one:
        yield open_one


@asynccontextmanager
async def opening(desk: Stack, browser: Browser) -> AsyncIterator[OpenConsole]:
    """open_console in a browser of the test's own."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    async def open_one(language: str = "zh-TW", **options: Any) -> Console:
        context = await browser.new_context(base_url=desk.url, locale=language, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watches.append(Watch(context))
        return Console(await context.new_page(), watches[-1], Words(language))

    yield open_one
    await asyncio.gather(*(context.close() for context in contexts))
    for watch in watches:
        watch.check()
