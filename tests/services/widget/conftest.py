"""The whole desk with the demo shop, whose site these tests are."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.services.widget.mailbox import Mailbox
from tests.services.widget.site import Browser, Staff, browsing
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import Stack, running_stack

VARIABLES = {
    "FRONTDESK_PASSWORD_TIME_COST": "1",
    "FRONTDESK_PASSWORD_MEMORY_KIB": "64",
    "FRONTDESK_WIDGET_NEWS_SECONDS": "5",
    "FRONTDESK_WIDGET_RATE_WRITING_ADDRESS": "1000/minute",
    "FRONTDESK_WIDGET_RATE_ADDRESS": "5000/minute",
    "FRONTDESK_WIDGET_RATE_SESSIONS": "1000/minute",
    "FRONTDESK_WIDGET_RATE_MESSAGES": "1000/minute",
    "FRONTDESK_WIDGET_RATE_FORMS": "1000/minute",
}

MakeBrowser = Callable[..., Browser]


@pytest.fixture(scope="session")
async def desk(databases: Databases, redis: LocalServer) -> AsyncIterator[Stack]:
    """Every service."""
    async with running_stack(databases, redis, variables=VARIABLES) as stack:
        yield stack


@pytest.fixture
async def make_browser(desk: Stack) -> AsyncIterator[MakeBrowser]:
    """Somebody new on the shop's page: `make_browser(member="m-1")`, `make_browser(account="…")`."""
    async with browsing(desk.url) as make:
        yield make


@pytest.fixture
async def staff(desk: Stack) -> AsyncIterator[Staff]:
    """An agent of the demo shop."""
    async with Staff.signed_in(desk.url) as agent:
        yield agent


@pytest.fixture
def mailbox(desk: Stack) -> Mailbox:
    """The mail program of a guest who is new."""
    return Mailbox(desk)
