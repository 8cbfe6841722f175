"""What is remembered of channel accounts, and for how long."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as tenants
from libs.accounts.directory import AccountDirectory, AccountsAwayError
from libs.clock.clock import FixedClock
from libs.rpc.errors import NotFoundError, UnavailableError
from tests.support.wait import eventually


class Tenants:
    """The other side: one account, whose answers can be held back."""

    def __init__(self) -> None:
        self.asked = 0
        self.token: str | None = "first"
        self.away = False
        self.hold: asyncio.Event | None = None

    async def fetch(self, account_id: str) -> tenants.GetChannelCredentialsResponse:
        """GetChannelCredentials."""
        self.asked += 1
        token = self.token
        if self.hold is not None:
            await self.hold.wait()
        if self.away:
            raise UnavailableError("away")
        if token is None:
            raise NotFoundError("none")
        account = tenants.ChannelAccount(id=account_id, channel="line", version=self.asked)
        return tenants.GetChannelCredentialsResponse(account=account, credentials={"access_token": token})


@pytest.fixture
def clock() -> FixedClock:
    """Time."""
    return FixedClock(datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def service() -> Tenants:
    """The tenants service."""
    return Tenants()


@pytest.fixture
def directory(service: Tenants, clock: FixedClock) -> AccountDirectory:
    """What is tested."""
    return AccountDirectory(service.fetch, clock)


async def token_of(directory: AccountDirectory) -> str | None:
    """The account's token, None without an account."""
    account = await directory.get("shop")
    return account.credentials["access_token"] if account else None


async def test_asked_once_however_many_ask(directory: AccountDirectory, service: Tenants, clock: FixedClock) -> None:
    service.hold = asyncio.Event()
    waiting = [asyncio.create_task(token_of(directory)) for _ in range(20)]
    await eventually(lambda: service.asked)
    service.hold.set()
    assert await asyncio.gather(*waiting) == ["first"] * 20
    clock.advance(timedelta(minutes=4))
    assert await token_of(directory) == "first"
    assert service.asked == 1
    clock.advance(timedelta(minutes=2))
    service.token = "second"
    assert await token_of(directory) == "second"


async def test_a_change_is_seen_at_the_next_call(directory: AccountDirectory, service: Tenants) -> None:
    assert await token_of(directory) == "first"
    service.token = "second"
    directory.forget("shop")
    assert await token_of(directory) == "second"
    service.token = None
    directory.forget("shop")
    assert await token_of(directory) is None


async def test_an_answer_older_than_the_change_is_not_kept(directory: AccountDirectory, service: Tenants) -> None:
    service.hold = asyncio.Event()
    asking = asyncio.create_task(token_of(directory))
    await eventually(lambda: service.asked)
    service.token = "second"
    directory.forget("shop")
    service.hold.set()
    assert await asking == "first"
    assert await token_of(directory) == "second"
    assert await token_of(directory) == "second"
    assert service.asked == 2


async def test_one_who_gives_up_waiting_takes_nothing_from_the_others(
    directory: AccountDirectory, service: Tenants
) -> None:
    service.hold = asyncio.Event()
    impatient, patient = (asyncio.create_task(token_of(directory)) for _ in range(2))
    await eventually(lambda: service.asked)
    impatient.cancel()
    service.hold.set()
    assert await patient == "first"


async def test_unknown_accounts_are_asked_for_again_soon(
    directory: AccountDirectory, service: Tenants, clock: FixedClock
) -> None:
    service.token = None
    assert await token_of(directory) is None
    assert await token_of(directory) is None
    assert service.asked == 1
    service.token = "first"
    clock.advance(timedelta(seconds=31))
    assert await token_of(directory) == "first"


async def test_what_was_known_serves_while_tenants_is_away(
    directory: AccountDirectory, service: Tenants, clock: FixedClock
) -> None:
    assert await token_of(directory) == "first"
    service.away = True
    directory.forget("shop")
    assert await token_of(directory) == "first"
    asked = service.asked
    assert await token_of(directory) == "first"
    assert service.asked == asked, "nobody waits for it again right away"
    clock.advance(timedelta(days=2))
    with pytest.raises(AccountsAwayError):
        await directory.get("shop")
    with pytest.raises(AccountsAwayError):
        await directory.get("another")


async def test_secrets_are_not_printed(directory: AccountDirectory) -> None:
    account = await directory.get("shop")
    assert "first" not in repr(account)


async def test_made_up_ids_push_out_nothing_that_is_known(
    directory: AccountDirectory, service: Tenants, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST", "MOST_UNKNOWN"):
        monkeypatch.setattr(f"libs.accounts.directory.{name}", 3)
    assert await token_of(directory) == "first"
    service.token = None
    for number in range(20):
        assert await directory.get(f"made-up-{number}") is None

    clock.advance(timedelta(hours=1))
    service.away = True
    assert await token_of(directory) == "first"
