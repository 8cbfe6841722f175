"""The platform is asked before an account is connected, and told where to send its events."""

import pytest

from frontdesk.delivery.v1 import connections_pb2
from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.auth.permissions import ROLE_PERMISSIONS, ROLES
from libs.rpc.errors import FailedPreconditionError, UnavailableError
from tests.services.tenants.conftest import PUBLIC_URL
from tests.services.tenants.facts import listening
from tests.services.tenants.shop import LINE, Person, Shop, new_provider_id, refused
from tests.support.wait import eventually

PAGE = {"access_token": "page-token-value"}
Checked = connections_pb2.CheckCredentialsResponse


async def connect(
    shop: Shop, channel: str = "facebook", provider_id: str = "", credentials: dict[str, str] | None = None
) -> pb.ChannelAccount:
    """An account, connected as a teammate does it."""
    request = pb.CreateChannelAccountRequest(
        channel=channel, name="Ours", provider_id=provider_id, credentials=credentials or PAGE
    )
    made = await shop.calls.accounts.CreateChannelAccount(request, metadata=shop.calls.as_(shop.admin))
    account: pb.ChannelAccount = made.account
    return account


async def _disconnect(shop: Shop, account_id: str) -> None:
    request = pb.DisconnectChannelAccountRequest(account_id=account_id)
    await shop.calls.accounts.DisconnectChannelAccount(request, metadata=shop.calls.as_(shop.admin))


async def _reconnect(shop: Shop, account_id: str, by: Person | None = None) -> pb.ChannelAccount:
    request = pb.ReconnectChannelAccountRequest(account_id=account_id, credentials=PAGE)
    answer = await shop.calls.accounts.ReconnectChannelAccount(request, metadata=shop.calls.as_(by or shop.admin))
    account: pb.ChannelAccount = answer.account
    return account


async def _set_up(shop: Shop, account_id: str) -> pb.ChannelAccount:
    request = pb.SetUpWebhookRequest(account_id=account_id)
    answer = await shop.calls.accounts.SetUpWebhook(request, metadata=shop.calls.as_(shop.admin))
    account: pb.ChannelAccount = answer.account
    return account


async def test_what_the_platform_refuses_is_not_connected(shop: Shop) -> None:
    shop.calls.platforms.owner = Checked(ok=False, failure_code="token_expired", failure_detail="Session has ended")
    with refused("credentials_refused") as error:
        await connect(shop, provider_id=new_provider_id())
    assert "Session has ended" in error.value.message
    assert error.value.fields["failure_code"] == "token_expired"
    assert not [entry for entry in await shop.audit() if entry.action.startswith("channel_account")]


async def test_nobody_claims_an_account_with_another_ones_credentials(shop: Shop) -> None:
    theirs = new_provider_id()
    shop.calls.platforms.owner = Checked(ok=True, provider_id=new_provider_id(), display_name="My own page")
    with refused("credentials_of_another_account") as error:
        await connect(shop, provider_id=theirs)
    assert "My own page" in error.value.message
    assert error.value.fields["field"] == "provider_id"


async def test_the_platform_may_tell_the_id(shop: Shop) -> None:
    named = new_provider_id()
    shop.calls.platforms.owner = Checked(ok=True, provider_id=named)
    assert (await connect(shop)).provider_id == named


async def test_while_the_platform_does_not_answer_nothing_is_claimed(shop: Shop) -> None:
    shop.calls.platforms.owner = UnavailableError("The platform does not answer.")
    provider_id = new_provider_id()
    with refused("unavailable"):
        await connect(shop, provider_id=provider_id)
    shop.calls.platforms.owner = None
    assert (await connect(shop, provider_id=provider_id)).state == "active"


async def test_the_platform_is_told_where_to_send_and_where_no_more(shop: Shop) -> None:
    account = await connect(shop, provider_id=new_provider_id())
    (told,) = shop.calls.platforms.of(connections_pb2.SubscribeRequest)
    assert (told.on, told.account_id, told.tenant_id) == (True, account.id, str(shop.id))
    assert told.webhook_url == f"{PUBLIC_URL}/webhooks/facebook/{account.id}"
    await _disconnect(shop, account.id)
    assert [one.on for one in shop.calls.platforms.of(connections_pb2.SubscribeRequest)] == [True, False]


_NUMBER = {"access_token": "t", "business_account_id": "waba"}
_SHARED = {
    "numbers of one business account": (("whatsapp", _NUMBER), ("whatsapp", _NUMBER), True),
    "numbers of two business accounts": (
        ("whatsapp", _NUMBER),
        ("whatsapp", _NUMBER | {"business_account_id": "b"}),
        False,
    ),
    "a page and an account reached through one": (("facebook", PAGE), ("instagram", PAGE), True),
    "a page and an account of its own": (("facebook", PAGE), ("instagram", PAGE | {"login": "instagram"}), False),
    "two pages": (("facebook", PAGE), ("facebook", PAGE), False),
}


@pytest.mark.parametrize("case", _SHARED)
async def test_no_account_falls_silent_when_another_is_disconnected(shop: Shop, case: str) -> None:
    first, second, shared = _SHARED[case]
    going = await connect(shop, first[0], new_provider_id(), first[1])
    staying = await connect(shop, second[0], new_provider_id(), second[1])
    await _disconnect(shop, going.id)
    told = [one.account_id for one in shop.calls.platforms.of(connections_pb2.SubscribeRequest) if not one.on]
    assert told == ([] if shared else [going.id])
    await _disconnect(shop, staying.id)
    told = [one.account_id for one in shop.calls.platforms.of(connections_pb2.SubscribeRequest) if not one.on]
    assert told[-1:] == [staying.id]


async def test_a_platform_that_cannot_be_told_to_end_keeps_nobody_from_disconnecting(shop: Shop) -> None:
    account = await connect(shop, provider_id=new_provider_id())
    shop.calls.platforms.subscription = FailedPreconditionError("The token has expired.")
    await _disconnect(shop, account.id)


async def test_what_is_wrong_with_the_webhook_is_shown_until_it_is_mended(shop: Shop) -> None:
    platforms = shop.calls.platforms
    platforms.webhook = connections_pb2.ConfigureWebhookResponse(
        active=True, tested=True, reached=False, detail="could not connect"
    )
    account = await connect(shop, "line", new_provider_id(), LINE)
    assert (account.state, account.webhook_problem) == ("active", "could not connect")
    platforms.webhook = connections_pb2.ConfigureWebhookResponse(active=False)
    assert "switch it on" in (await _set_up(shop, account.id)).webhook_problem
    platforms.webhook = connections_pb2.ConfigureWebhookResponse(active=True, tested=True, reached=True)
    async with listening(shop) as facts:
        assert (await _set_up(shop, account.id)).webhook_problem == ""
        await eventually(facts.accounts)
    actions = [entry.action for entry in await shop.audit()]
    assert actions.count("channel_account.webhook_set_up") == 2


async def test_what_was_disconnected_comes_back_with_its_history(shop: Shop) -> None:
    account = await connect(shop, provider_id=new_provider_id())
    with refused("channel_account_active"):
        await _reconnect(shop, account.id)
    await _disconnect(shop, account.id)
    with refused("channel_account_disconnected"):
        await _set_up(shop, account.id)

    back = await _reconnect(shop, account.id)

    assert (back.id, back.state, back.name) == (account.id, "active", account.name)
    asked = shop.calls.platforms.of(connections_pb2.CheckCredentialsRequest)[-1]
    assert (asked.channel, asked.provider_id) == ("facebook", account.provider_id)
    assert "channel_account.reconnected" in [entry.action for entry in await shop.audit()]


@pytest.mark.parametrize(
    ("channel", "credentials"),
    [("web", {"widget_secret": "s" * 40}), ("order", {"webhook_secret": "s" * 40})],
)
async def test_an_account_of_the_desks_own_asks_nobody_and_comes_back_too(
    shop: Shop, channel: str, credentials: dict[str, str]
) -> None:
    account = await connect(shop, channel, credentials=credentials)
    assert account.provider_id == account.id
    await _disconnect(shop, account.id)
    request = pb.ReconnectChannelAccountRequest(account_id=account.id, credentials=credentials)
    back = await shop.calls.accounts.ReconnectChannelAccount(request, metadata=shop.calls.as_(shop.admin))
    assert (back.account.id, back.account.state) == (account.id, "active")
    assert not shop.calls.platforms.of(connections_pb2.CheckCredentialsRequest)


async def test_an_address_for_answers_that_is_never_called_is_refused_where_it_was_given(shop: Shop) -> None:
    secret = {"webhook_secret": "s" * 40}
    account = await connect(shop, "order", credentials=secret)
    shop.calls.platforms.owner = Checked(
        ok=False,
        failure_code="address_not_allowed",
        failure_credential="answer_url",
        failure_detail="10.0.0.8 is not on the public Internet",
    )
    given = {**secret, "answer_url": "https://10.0.0.8/"}
    rotation = pb.RotateChannelCredentialsRequest(account_id=account.id, credentials=given)
    with refused("address_not_allowed") as error:
        await connect(shop, "order", credentials=given)
    assert error.value.fields["field"] == "credentials.answer_url"
    assert "10.0.0.8" in error.value.message
    with refused("address_not_allowed"):
        await shop.calls.accounts.RotateChannelCredentials(rotation, metadata=shop.calls.as_(shop.admin))
    await _disconnect(shop, account.id)
    again = pb.ReconnectChannelAccountRequest(account_id=account.id, credentials=given)
    with refused("address_not_allowed"):
        await shop.calls.accounts.ReconnectChannelAccount(again, metadata=shop.calls.as_(shop.admin))


async def test_a_widgets_secret_is_none_that_visitors_could_find_by_trying(shop: Shop) -> None:
    with refused("invalid_argument"):
        await connect(shop, "web", credentials={"widget_secret": "s" * 15})
    assert (await connect(shop, "web", credentials={"widget_secret": "s" * 16})).state == "active"


@pytest.mark.promise(5)
async def test_what_another_team_has_connected_meanwhile_does_not_come_back(shop: Shop) -> None:
    other, provider_id = await shop.calls.shop(), new_provider_id()
    account = await connect(shop, provider_id=provider_id)
    await _disconnect(shop, account.id)
    await connect(other, provider_id=provider_id)
    with refused("channel_account_connected") as error:
        await _reconnect(shop, account.id)
    for hint in (other.slug, str(other.id)):
        assert hint not in error.value.to_json()
    with refused("channel_account_not_found"):
        await _reconnect(other, account.id)


@pytest.mark.rule(105)
@pytest.mark.parametrize("role", [role for role in ROLES if "manage_channels" not in ROLE_PERMISSIONS[role]])
async def test_who_may_not_manage_channels_asks_no_platform(shop: Shop, role: str) -> None:
    person, account = await shop.add(role), await connect(shop, provider_id=new_provider_id())
    asked = len(shop.calls.platforms.asked)
    with refused("permission_denied"):
        await shop.connect(by=person)
    with refused("permission_denied"):
        await _reconnect(shop, account.id, by=person)
    assert len(shop.calls.platforms.asked) == asked


async def test_people_may_answer_late_where_the_platform_approved_it(shop: Shop) -> None:
    async with listening(shop) as facts:
        account = await connect(shop, provider_id=new_provider_id(), credentials={**PAGE, "human_agent": "approved"})
        plain = await connect(shop, provider_id=new_provider_id())
        await eventually(lambda: len(facts.accounts()) == 2)
    assert (account.human_agent, plain.human_agent) == (True, False)
    assert {fact.account_id: fact.human_agent for fact in facts.accounts()} == {account.id: True, plain.id: False}
    assert {fact.provider_id for fact in facts.accounts()} == {account.provider_id, plain.provider_id}


async def test_accounts_are_found_by_what_platforms_call_them(shop: Shop) -> None:
    from frontdesk.tenants.v1 import tenants_pb2_grpc as stubs

    other = await shop.calls.shop()
    mine = await connect(shop, provider_id=new_provider_id())
    theirs = await connect(other, provider_id=new_provider_id())
    gone = await connect(shop, provider_id=new_provider_id())
    await _disconnect(shop, gone.id)
    ids = [one.provider_id for one in (mine, theirs, gone)]
    request = pb.FindChannelAccountsRequest(channel="facebook", provider_ids=[*ids, "nobody", "\x00", ""])

    ingestion = stubs.ChannelAccountsServiceStub(shop.calls.stack.channel("tenants", "ingestion"))
    found = (await ingestion.FindChannelAccounts(request)).accounts

    assert {one.account.id: one.account.tenant_id for one in found} == {mine.id: str(shop.id), theirs.id: str(other.id)}
    assert {one.daily_message_quota for one in found} == {50_000}
    assert not (
        await ingestion.FindChannelAccounts(pb.FindChannelAccountsRequest(channel="line", provider_ids=ids))
    ).accounts
    for wrong in (
        pb.FindChannelAccountsRequest(channel="pigeon", provider_ids=ids),
        pb.FindChannelAccountsRequest(channel="facebook", provider_ids=["x"] * 1001),
    ):
        with refused("invalid_argument"):
            await ingestion.FindChannelAccounts(wrong)
