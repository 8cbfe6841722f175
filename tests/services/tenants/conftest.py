"""The real service over real servers, one for all these tests; each test makes tenants of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.services.tenants.mailbox import Mailbox
from tests.services.tenants.platforms import FakeDelivery
from tests.services.tenants.shop import Calls, Shop
from tests.support.databases import Databases
from tests.support.servers import LocalServer
from tests.support.stack import running_stack

PUBLIC_URL = "https://desk.example"
# Cheap hashes; tests/services/tenants/test_passwords.py looks at the real ones.
CHEAP = {"FRONTDESK_PASSWORD_TIME_COST": "1", "FRONTDESK_PASSWORD_MEMORY_KIB": "64"}


@pytest.fixture(scope="session")
async def tenants(databases: Databases, redis: LocalServer) -> AsyncIterator[Calls]:
    """The running service."""
    mailbox = Mailbox()
    await mailbox.open()
    platforms = FakeDelivery()
    variables = {**CHEAP, "FRONTDESK_SMTP_URL": mailbox.url, "FRONTDESK_PUBLIC_URL": PUBLIC_URL}
    running = running_stack(databases, redis, ["tenants"], variables, demo=False)
    async with running as stack, platforms.answering(stack):
        yield Calls(stack, mailbox, platforms)
    await mailbox.close()


@pytest.fixture
async def calls(tenants: Calls) -> AsyncIterator[Calls]:
    """The running service, with the clock right again afterwards."""
    yield tenants
    tenants.stack.set_clock(0)
    tenants.mailbox.answer = lambda: ""
    tenants.platforms.forget()


@pytest.fixture
async def shop(calls: Calls) -> Shop:
    """A tenant with one admin."""
    return await calls.shop()
