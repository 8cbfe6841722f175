"""Looking up the account that a question is about, while somebody waits."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as tenants
from libs.accounts.directory import AccountDirectory
from libs.clock.clock import FixedClock
from libs.rpc.errors import UnavailableError
from services.delivery.service.asking import connected

_TENANT = uuid4()


def _directory(late: int) -> AccountDirectory:
    """Over a tenants service that does not answer so many times."""
    left = [UnavailableError("too late")] * late

    async def fetch(account_id: str) -> tenants.GetChannelCredentialsResponse:
        if left:
            raise left.pop()
        account = tenants.ChannelAccount(id=account_id, tenant_id=str(_TENANT), channel="line")
        return tenants.GetChannelCredentialsResponse(account=account)

    return AccountDirectory(fetch, FixedClock(datetime(2026, 11, 21, tzinfo=UTC)))


async def test_one_late_answer_about_the_account_is_not_the_answer() -> None:
    assert (await connected(_directory(late=1), _TENANT, "shop")).account_id == "shop"


async def test_who_is_away_is_not_asked_for_ever() -> None:
    with pytest.raises(UnavailableError, match="cannot be looked up"):
        await connected(_directory(late=100), _TENANT, "shop")
