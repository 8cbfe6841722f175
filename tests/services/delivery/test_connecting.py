"""What connecting an account asks of platforms, for tenants alone."""

import logging
import re
from typing import Any

import pytest

from frontdesk.delivery.v1 import connections_pb2 as pb
from frontdesk.delivery.v1 import connections_pb2_grpc as stubs
from libs.rpc.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError, PermissionDeniedError
from tests.services.delivery.graph import Graph, Number
from tests.services.delivery.shop import Shop
from tests.services.simulator.desk import Desk
from tests.support.stack import Stack


@pytest.fixture
def connections(delivery: Stack) -> Any:
    """The service, as tenants calls it."""
    return stubs.ConnectionsServiceStub(delivery.channel("delivery", "tenants"))


async def test_a_dialogs_code_becomes_a_token_that_lives_long(connections: Any, graph: Graph) -> None:
    graph.answers["oauth/access_token"] = {"access_token": "person-token", "expires_in": 5_184_000}
    answer = await connections.ExchangeCode(pb.ExchangeCodeRequest(channel="facebook", code="c0de", redirect_uri="u"))
    assert answer.access_token == "person-token"
    first, second = graph.bodies["oauth"][-2:]
    assert "code=c0de" in first
    assert "grant_type=fb_exchange_token" in second
    assert not any("secret" in asked or "c0de" in asked for asked in graph.questions["oauth"]), "secrets in an address"


async def test_a_code_that_is_refused_says_why(connections: Any, graph: Graph) -> None:
    graph.answers["oauth/access_token"] = {"error": {"code": 100, "message": "This code has been used"}}
    with pytest.raises(FailedPreconditionError, match="This code has been used"):
        await connections.ExchangeCode(pb.ExchangeCodeRequest(channel="whatsapp", code="c0de"))


async def test_pages_and_their_instagram_accounts_are_found(connections: Any, graph: Graph) -> None:
    page = {
        "id": "77",
        "name": "Our page",
        "access_token": "page-token",
        "picture": {"data": {"url": "https://p.test/1"}},
        "instagram_business_account": {"id": "88", "username": "ours"},
    }
    graph.answers["me/accounts"] = {"data": [page, {"id": "78", "name": "No token"}]}
    (found,) = (await connections.ListConnectable(_listing("facebook"))).accounts
    assert (found.provider_id, found.name, found.picture_url) == ("77", "Our page", "https://p.test/1")
    assert dict(found.credentials) == {"access_token": "page-token"}
    (found,) = (await connections.ListConnectable(_listing("instagram"))).accounts
    assert (found.provider_id, found.handle, found.credentials["access_token"]) == ("88", "@ours", "page-token")


async def test_numbers_of_every_business_account_are_found(connections: Any, graph: Graph) -> None:
    scope = {"scope": "whatsapp_business_management", "target_ids": ["5"]}
    graph.answers["debug_token"] = {"data": {"granular_scopes": [scope]}}
    number = {"id": "6", "verified_name": "Our shop", "display_phone_number": "+886 2"}
    graph.answers["5/phone_numbers"] = {"data": [number]}
    (found,) = (await connections.ListConnectable(_listing("whatsapp"))).accounts
    assert (found.provider_id, found.name, found.handle) == ("6", "Our shop", "+886 2")
    assert dict(found.credentials) == {"access_token": "person-token", "business_account_id": "5"}


@pytest.mark.parametrize("told", [{"status": "PENDING"}, {"platform_type": "NOT_APPLICABLE"}], ids=["status", "type"])
async def test_a_number_that_is_not_registered_gets_a_pin(connections: Any, graph: Graph, told: dict[str, str]) -> None:
    scope = {"scope": "whatsapp_business_management", "target_ids": ["5"]}
    graph.answers["debug_token"] = {"data": {"granular_scopes": [scope]}}
    graph.answers["5/phone_numbers"] = {"data": [{"id": "6", **told}, {"id": "7", "status": "CONNECTED"}]}
    new, known = (await connections.ListConnectable(_listing("whatsapp"))).accounts
    assert re.fullmatch("[0-9]{6}", new.credentials["pin"])
    assert "pin" not in known.credentials


async def test_credentials_are_checked_before_an_account_is_there(connections: Any, graph: Graph) -> None:
    graph.answers["4711"] = {"id": "4711", "verified_name": "Our shop"}
    credentials = {"access_token": "t", "business_account_id": "5"}
    request = pb.CheckCredentialsRequest(channel="whatsapp", provider_id="4711", credentials=credentials)
    answer = await connections.CheckCredentials(request)
    assert (answer.ok, answer.provider_id, answer.display_name) == (True, "4711", "Our shop")
    graph.answers["4711"] = {"error": {"code": 190, "message": "expired"}}
    answer = await connections.CheckCredentials(request)
    assert (answer.ok, answer.failure_code) == (False, "token_expired")


@pytest.mark.promise(8)
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9977/answers",
        "https://10.0.0.8/",
        "http://93.184.216.34/",
        "https://shop.example:8443/",
        "shop",
    ],
)
async def test_an_address_that_is_never_called_is_refused_beforehand(connections: Any, address: str) -> None:
    answer = await connections.CheckCredentials(_answers_to(address))
    assert (answer.ok, answer.failure_code, answer.failure_credential) == (False, "address_not_allowed", "answer_url")
    assert answer.failure_detail


@pytest.mark.parametrize("address", ["https://93.184.216.34/answers", "https://shop.invalid/answers", ""])
async def test_an_address_that_may_be_called_is_taken(connections: Any, address: str) -> None:
    """One whose name nobody knows right now, too: it may be known tomorrow."""
    assert (await connections.CheckCredentials(_answers_to(address))).ok


async def test_a_number_is_subscribed_and_left(connections: Any, number: Number, shop: Shop) -> None:
    number.graph.answers[f"9{number.id}/subscribed_apps"] = {"success": True}
    request = pb.SubscribeRequest(tenant_id=str(shop.id), account_id=number.account_id, on=True)
    await connections.Subscribe(request)
    request.on = False
    await connections.Subscribe(request)
    assert number.graph.methods[f"9{number.id}"] == ["POST", "DELETE"]
    number.graph.answers[f"9{number.id}/subscribed_apps"] = {"error": {"code": 10, "message": "not yours"}}
    with pytest.raises(FailedPreconditionError, match="not yours"):
        await connections.Subscribe(request)


async def test_lines_webhook_is_set_and_tried(connections: Any, shop: Shop, webhook: Desk) -> None:
    tenant, account = str(shop.id), shop.account_id
    request = pb.ConfigureWebhookRequest(tenant_id=tenant, account_id=account, webhook_url=webhook.url, test=True)
    state = await connections.ConfigureWebhook(request)
    assert (state.webhook_url, state.active, state.tested, state.reached) == (webhook.url, True, True, True)
    state = await connections.ConfigureWebhook(pb.ConfigureWebhookRequest(tenant_id=tenant, account_id=account))
    assert (state.webhook_url, state.tested) == (webhook.url, False)


async def test_what_a_channel_lacks_is_said(connections: Any, number: Number, shop: Shop) -> None:
    tenant, account = str(shop.id), number.account_id
    with pytest.raises(InvalidArgumentError):
        await connections.ConfigureWebhook(pb.ConfigureWebhookRequest(tenant_id=tenant, account_id=account))
    with pytest.raises(InvalidArgumentError):
        await connections.Subscribe(pb.SubscribeRequest(tenant_id=tenant, account_id=shop.account_id, on=True))
    with pytest.raises(InvalidArgumentError):
        await connections.ExchangeCode(pb.ExchangeCodeRequest(channel="line", code="c"))


@pytest.mark.promise(5)
async def test_another_tenants_account_is_not_found(connections: Any, number: Number, other: Shop) -> None:
    tenant, account = str(other.id), number.account_id
    for call, request in (
        (connections.Subscribe, pb.SubscribeRequest(tenant_id=tenant, account_id=account, on=True)),
        (connections.ConfigureWebhook, pb.ConfigureWebhookRequest(tenant_id=tenant, account_id=account)),
    ):
        with pytest.raises(NotFoundError):
            await call(request)


@pytest.mark.promise(8)
async def test_only_tenants_is_given_secrets_and_no_log_holds_them(
    connections: Any, delivery: Stack, graph: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    for caller in ("gateway", "conversations", "ingestion", "operator"):
        stub = stubs.ConnectionsServiceStub(delivery.channel("delivery", caller))
        with pytest.raises(PermissionDeniedError):
            await stub.ExchangeCode(pb.ExchangeCodeRequest(channel="facebook", code="c0de"))
        with pytest.raises(PermissionDeniedError):
            await stub.ListConnectable(_listing("facebook"))
    graph.answers["oauth/access_token"] = {"access_token": "person-token"}
    graph.answers["me/accounts"] = {"data": [{"id": "77", "name": "Our page", "access_token": "page-token"}]}
    with caplog.at_level(logging.DEBUG):
        await connections.ExchangeCode(pb.ExchangeCodeRequest(channel="facebook", code="c0de"))
        await connections.ListConnectable(_listing("facebook"))
    for secret in ("c0de", "person-token", "page-token", "demo-meta-secret"):
        assert secret not in caplog.text


def _answers_to(address: str) -> pb.CheckCredentialsRequest:
    return pb.CheckCredentialsRequest(channel="order", credentials={"webhook_secret": "s", "answer_url": address})


def _listing(channel: str) -> pb.ListConnectableRequest:
    return pb.ListConnectableRequest(channel=channel, access_token="person-token")
