"""Channel accounts: connecting, rotating, disconnecting, and keeping their credentials secret."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.auth.permissions import ROLE_PERMISSIONS, ROLES
from libs.rpc.client import on_behalf
from tests.services.tenants.facts import listening
from tests.services.tenants.shop import LINE, Calls, Person, Shop, new_provider_id, refused
from tests.support.wait import eventually

NEW = {"channel_secret": "another-secret", "access_token": "another-token"}


async def _rotate(shop: Shop, account_id: str, credentials: dict[str, str], by: Person | None = None) -> str:
    request = pb.RotateChannelCredentialsRequest(account_id=account_id, credentials=credentials)
    answer = await shop.calls.accounts.RotateChannelCredentials(request, metadata=shop.calls.as_(by or shop.admin))
    return str(answer.account.state)


async def _disconnect(shop: Shop, account_id: str, by: Person | None = None) -> pb.ChannelAccount:
    request = pb.DisconnectChannelAccountRequest(account_id=account_id)
    answer = await shop.calls.accounts.DisconnectChannelAccount(request, metadata=shop.calls.as_(by or shop.admin))
    account: pb.ChannelAccount = answer.account
    return account


async def _credentials(calls: Calls, account_id: str) -> pb.GetChannelCredentialsResponse:
    answer: pb.GetChannelCredentialsResponse = await calls.delivery.GetChannelCredentials(
        pb.GetChannelCredentialsRequest(account_id=account_id)
    )
    return answer


async def _list(shop: Shop, size: int = 0, token: str = "") -> pb.ListChannelAccountsResponse:
    request = pb.ListChannelAccountsRequest(page_size=size, page_token=token)
    answer: pb.ListChannelAccountsResponse = await shop.calls.accounts.ListChannelAccounts(
        request, metadata=shop.calls.as_(shop.admin)
    )
    return answer


async def test_a_connected_account_is_listed_announced_and_its_credentials_are_for_delivery(shop: Shop) -> None:
    provider_id = new_provider_id()
    async with listening(shop) as facts:
        account = await shop.connect(provider_id)
        await eventually(facts.accounts)
        told = facts.accounts()[0]

    assert account.id.startswith("acc_")
    assert len(account.id) == 20
    assert (account.channel, account.state, account.provider_id) == ("line", "active", provider_id)
    assert (told.account_id, told.channel, told.state, told.version) == (account.id, "line", "active", 1)
    assert list((await _list(shop)).accounts) == [account]
    opened = await _credentials(shop.calls, account.id)
    assert opened.account == account
    assert dict(opened.credentials) == LINE
    assert opened.daily_message_quota == 50_000


@pytest.mark.rule(105)
@pytest.mark.parametrize("role", ROLES)
async def test_only_who_manages_channels_changes_them(shop: Shop, role: str) -> None:
    person, account = await shop.add(role), await shop.connect()

    if "manage_channels" in ROLE_PERMISSIONS[role]:
        await shop.connect(by=person)
        await _rotate(shop, account.id, NEW, by=person)
        await _disconnect(shop, account.id, by=person)
        return
    with refused("permission_denied"):
        await shop.connect(by=person)
    with refused("permission_denied"):
        await _rotate(shop, account.id, NEW, by=person)
    with refused("permission_denied"):
        await _disconnect(shop, account.id, by=person)
    assert dict((await _credentials(shop.calls, account.id)).credentials) == LINE


@pytest.mark.promise(8)
async def test_credentials_are_for_ingestion_and_delivery_alone(shop: Shop) -> None:
    account = await shop.connect()
    request = pb.GetChannelCredentialsRequest(account_id=account.id)

    for identity in ("gateway", "conversations", "operator"):
        from frontdesk.tenants.v1 import tenants_pb2_grpc as stubs

        stub = stubs.ChannelAccountsServiceStub(shop.calls.stack.channel("tenants", identity))
        with refused("permission_denied"):
            await stub.GetChannelCredentials(request)
    # Not for an admin's own token either.
    with refused("permission_denied"):
        await shop.calls.accounts.GetChannelCredentials(request, metadata=shop.calls.as_(shop.admin))


@pytest.mark.promise(5)
async def test_a_call_made_for_one_tenant_finds_no_other_tenants_credentials(shop: Shop) -> None:
    account, other = await shop.connect(), await shop.calls.shop()
    issuer = shop.calls.stack.issuer("delivery")
    request = pb.GetChannelCredentialsRequest(account_id=account.id)

    with refused("channel_account_not_found"):
        await shop.calls.delivery.GetChannelCredentials(request, metadata=on_behalf(issuer, "tenants", other.id))
    await shop.calls.delivery.GetChannelCredentials(request, metadata=on_behalf(issuer, "tenants", shop.id))

    with refused("channel_account_not_found"):
        await _rotate(other, account.id, NEW)
    with refused("channel_account_not_found"):
        await _disconnect(other, account.id)
    assert not (await _list(other)).accounts


async def test_a_number_keeps_the_pin_that_the_desk_made_for_it(shop: Shop) -> None:
    given = {"access_token": "t1", "business_account_id": "waba", "app_secret": "s"}
    request = pb.CreateChannelAccountRequest(
        channel="whatsapp", name="Ours", provider_id=new_provider_id(), credentials={**given, "pin": "012345"}
    )
    metadata = shop.calls.as_(shop.admin)
    account = (await shop.calls.accounts.CreateChannelAccount(request, metadata=metadata)).account
    renewed = {"access_token": "t2", "business_account_id": "waba"}
    await _rotate(shop, account.id, renewed)
    assert dict((await _credentials(shop.calls, account.id)).credentials) == {**renewed, "pin": "012345"}
    await _rotate(shop, account.id, {**renewed, "pin": "543210"})
    assert (await _credentials(shop.calls, account.id)).credentials["pin"] == "543210"


@pytest.mark.promise(8)
async def test_no_table_holds_a_credential_in_the_clear(shop: Shop) -> None:
    account = await shop.connect()
    await _rotate(shop, account.id, NEW)
    database = shop.calls.stack.database
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'tenants'")

    dump = ""
    for table in tables:
        rows = await database.fetch(f"SELECT t::text AS row FROM tenants.{table['tablename']} t")
        dump += "".join(row["row"] for row in rows)
    assert account.id in dump
    for secret in (*LINE.values(), *NEW.values()):
        assert secret not in dump
        assert secret.encode().hex() not in dump


@pytest.mark.promise(8)
async def test_no_log_line_or_event_holds_a_credential(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    async with listening(shop) as facts:
        account = await shop.connect()
        await _rotate(shop, account.id, NEW)
        with refused("invalid_argument"):
            await _rotate(shop, account.id, {"channel_secret": "half-a-secret"})
        await _disconnect(shop, account.id)
        await eventually(lambda: len(facts.accounts()) == 3)
        events = b"".join(fact.SerializeToString() for fact in facts.all())

    written = "".join(capfd.readouterr())
    for secret in (*LINE.values(), *NEW.values(), "half-a-secret"):
        assert secret not in written
        assert secret.encode() not in events


async def test_one_platform_account_speaks_for_one_tenant(shop: Shop) -> None:
    other, provider_id = await shop.calls.shop(), new_provider_id()
    mine = await shop.connect(provider_id)

    with refused("channel_account_connected") as here:
        await shop.connect(provider_id)
    assert here.value.fields["account_id"] == mine.id
    assert "Our LINE" in here.value.message
    with refused("channel_account_connected") as there:
        await other.connect(provider_id)
    assert "account_id" not in there.value.fields
    for hint in (shop.slug, mine.id, str(shop.id), "Our LINE"):
        assert hint not in there.value.to_json()

    await _disconnect(shop, mine.id)
    theirs = await other.connect(provider_id)
    assert theirs.id != mine.id
    # Now it is theirs: taking it back needs them to let go.
    with refused("channel_account_connected"):
        await shop.connect(provider_id)


async def test_two_tenants_who_connect_it_at_once_do_not_both_get_it(shop: Shop) -> None:
    other, provider_id = await shop.calls.shop(), new_provider_id()

    outcomes = await asyncio.gather(*(each.connect(provider_id) for each in (shop, other) * 3), return_exceptions=True)

    codes = [getattr(outcome, "code", "") for outcome in outcomes]
    assert codes.count("") == 1
    assert codes.count("channel_account_connected") == 5


async def test_a_disconnected_account_forgets_its_credentials_and_comes_back_under_its_id(shop: Shop) -> None:
    provider_id = new_provider_id()
    account = await shop.connect(provider_id)

    gone = await _disconnect(shop, account.id)
    assert (gone.state, gone.version) == ("disconnected", 2)
    assert (await _disconnect(shop, account.id)).version == 2
    with refused("channel_account_not_found"):
        await _credentials(shop.calls, account.id)
    assert not await shop.calls.stack.database.fetch(
        "SELECT 1 FROM tenants.channel_credentials WHERE account_id = $1", account.id
    )
    with refused("channel_account_disconnected"):
        await _rotate(shop, account.id, NEW)

    back = await shop.connect(provider_id)
    assert (back.id, back.state, back.version) == (account.id, "active", 3)
    assert back.created_at == account.created_at
    assert dict((await _credentials(shop.calls, account.id)).credentials) == LINE


async def test_accounts_are_listed_in_pages_those_in_use_first(shop: Shop) -> None:
    accounts = [await shop.connect() for _ in range(5)]
    await _disconnect(shop, accounts[0].id)

    found: list[pb.ChannelAccount] = []
    token, pages = "", 0
    while pages == 0 or token:
        page = await _list(shop, size=2, token=token)
        found += page.accounts
        token, pages = page.next_page_token, pages + 1

    assert pages == 3
    assert sorted(account.id for account in found) == sorted(account.id for account in accounts)
    assert found[-1].id == accounts[0].id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"provider_id": ""}, "provider_id"),
        ({"provider_id": "U\x00"}, "provider_id"),
        ({"credentials": {}}, "credentials"),
        ({"credentials": {"channel_secret": "s"}}, "credentials"),
        ({"credentials": {**LINE, "surplus": "x"}}, "credentials"),
        ({"credentials": {**LINE, "access_token": ""}}, "credentials.access_token"),
        ({"credentials": {**LINE, "access_token": "a\x00b"}}, "credentials.access_token"),
        ({"credentials": {**LINE, "access_token": "a" * 4097}}, "credentials.access_token"),
    ],
)
async def test_wrong_values_are_refused_by_field(shop: Shop, changes: dict[str, object], field: str) -> None:
    right = {"channel": "line", "name": "LINE", "provider_id": new_provider_id(), "credentials": LINE}
    request = pb.CreateChannelAccountRequest(**{**right, **changes})  # type: ignore[arg-type]

    with refused("invalid_argument") as error:
        await shop.calls.accounts.CreateChannelAccount(request, metadata=shop.calls.as_(shop.admin))
    assert error.value.fields["field"] == field
    assert not (await _list(shop)).accounts


async def test_blanks_and_line_ends_of_a_copied_token_are_dropped(shop: Shop) -> None:
    account = await shop.connect()
    await _rotate(shop, account.id, {"channel_secret": " s \n", "access_token": "\tt\r\n"})
    opened = await _credentials(shop.calls, account.id)
    assert dict(opened.credentials) == {"channel_secret": "s", "access_token": "t"}


@pytest.mark.parametrize("text", ["", "nonsense", "\x00", "../etc", "x" * 5000])
async def test_ids_that_are_none_are_no_accounts(shop: Shop, text: str) -> None:
    with refused("channel_account_not_found"):
        await _rotate(shop, text, NEW)
    with refused("channel_account_not_found"):
        await _disconnect(shop, text)
    with refused("channel_account_not_found"):
        await _credentials(shop.calls, text)


async def test_an_account_delivery_cannot_use_waits_for_new_credentials(shop: Shop) -> None:
    account = await shop.connect()
    found_out = datetime.now(UTC) + timedelta(seconds=1)

    async def state() -> tuple[str, str, int]:
        found = (await _list(shop)).accounts[0]
        return found.state, found.state_reason, found.version

    async with listening(shop) as facts:
        for number in range(3):
            await facts.tell(account.id, "reconnect", "token_expired", found_out, f"{account.id}-{number}")
        await eventually(lambda: _is(state, ("reconnect", "token_expired", 2)))
        await eventually(lambda: ("reconnect", 2) in facts.account_states())
        # Older than what is known: nothing.
        await facts.tell(account.id, "active", "", found_out - timedelta(seconds=2), f"{account.id}-old")
        # Its credentials stay, for the queue that goes on once they are right again.
        assert (await _credentials(shop.calls, account.id)).account.state == "reconnect"

        shop.calls.stack.set_clock(10)
        assert await _rotate(shop, account.id, NEW) == "active"
        # Delivery's word about the old credentials comes late.
        late = found_out + timedelta(seconds=2)
        await facts.tell(account.id, "reconnect", "token_expired", late, f"{account.id}-late")
        await facts.tell("acc_nobodys", "reconnect", "x", late, f"{account.id}-unknown")
        # Handled in order: once this is in, the ones before it were.
        later = datetime.now(UTC) + timedelta(seconds=20)
        await facts.tell(account.id, "reconnect", "r" * 500 + "\x00", later, f"{account.id}-new")
        await eventually(lambda: _is(state, ("reconnect", "r" * 300, 4)))
        await facts.tell(account.id, "active", "", later + timedelta(seconds=1), f"{account.id}-well")
        await eventually(lambda: _is(state, ("active", "", 5)))
        await eventually(lambda: ("active", 5) in facts.account_states())
        assert facts.account_states() == [("reconnect", 2), ("active", 3), ("reconnect", 4), ("active", 5)]


async def _is(state: object, wanted: tuple[str, str, int]) -> bool:
    found = await state()  # type: ignore[operator]
    assert found == wanted
    return True
