"""What nobody needs any more is thrown away."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from libs.bus.outbox import Outbox
from libs.clock.clock import SystemClock
from services.tenants.service.record import Recorder
from services.tenants.service.sweep import Sweep
from tests.support.databases import Databases, TestDatabase

_MAIL = """
    INSERT INTO tenants.mails (id, kind, language, email_key, next_attempt_at, created_at)
    VALUES (gen_random_uuid(), 'password_reset', 'en', 'a@b.test', now(), now() - $1::interval)"""


@pytest.fixture
async def tables(databases: Databases) -> AsyncIterator[TestDatabase]:
    """The service's tables alone; no mail server takes anything out of them."""
    made = await databases.new(["tenants"])
    yield made
    await databases.drop(made)


async def test_mails_that_no_server_takes_do_not_pile_up(tables: TestDatabase) -> None:
    for days in (31, 29, 1):
        await tables.fetch(_MAIL, timedelta(days=days))
    clock = SystemClock()
    await Sweep(tables.open("tenants"), clock, Recorder(clock, Outbox())).run()
    assert (await tables.fetch("SELECT count(*) AS n FROM tenants.mails"))[0]["n"] == 2
