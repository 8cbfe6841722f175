"""The real service over real servers, asked by a platform and asking a tenants service of the tests' own."""

from collections.abc import AsyncIterator

import pytest

from tests.services.ingestion.platform import Platform, running_platform
from tests.support.databases import Databases
from tests.support.servers import LocalServer

# Small, so that tests reach them.
LIMITS = {
    "FRONTDESK_INGESTION_MAX_BODY": "600000",
    "FRONTDESK_INGESTION_REFUSED_BODY": "1000",
    "FRONTDESK_INGESTION_REFUSED_TOTAL": "20000",
    "FRONTDESK_INGESTION_UNVERIFIED_TOTAL": "2000000",
}


@pytest.fixture(scope="module")
async def platform(databases: Databases, redis: LocalServer) -> AsyncIterator[Platform]:
    """A running service for the tests of a module."""
    async with running_platform(databases, redis, LIMITS) as around:
        yield around
