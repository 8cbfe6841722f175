"""Every endpoint of the OpenAPI document, knocked at by those who may not: whatever is added is tried, too."""

import json
from typing import Any

import pytest

from cli.openapi import text
from libs.auth.permissions import ROLE_PERMISSIONS
from tests.contract.examples import CREDENTIALS, request
from tests.contract.world import PEOPLE, STRANGER, World, new_connection

_DOCUMENT: dict[str, Any] = json.loads(text())
_SECURED = [
    pytest.param(path, method, id=operation["operationId"])
    for path, item in _DOCUMENT["paths"].items()
    for method, operation in item.items()
    if "security" in operation
]
_PUBLIC = {
    "create_session",
    "refresh_session",
    "request_password_reset",
    "complete_password_reset",
    "get_invitation",
    "accept_invitation",
    "finish_connection",
    "livez",
    "readyz",
}

pytestmark = pytest.mark.promise(5)


def test_only_these_are_open_to_everybody() -> None:
    operations = [operation for item in _DOCUMENT["paths"].values() for operation in item.values()]
    assert {one["operationId"] for one in operations if "security" not in one} == _PUBLIC


async def test_a_changed_row_would_be_noticed(world: World) -> None:
    path = f"/api/v1/teammates/{world.ids['teammate_id']}"
    change = {"phone": "+886 2 2345 6789"}
    with pytest.raises(AssertionError, match=r"tenants\.teammates"):
        async with world.unchanged():
            await world.client.patch(path, json=change, headers=world.headers(PEOPLE["admin"]))


@pytest.mark.parametrize(("path", "method"), _SECURED)
async def test_without_a_token(world: World, path: str, method: str) -> None:
    stale = world.stack.issuer("gateway").issue("frontdesk-api", world.tenant_id)
    async with world.unchanged():
        for headers in ({}, {"Authorization": "Bearer a.b.c"}, {"Authorization": f"Bearer {stale}"}):
            made = request(_DOCUMENT, path, method, world.ids)
            answer = await world.client.request(made.method, made.path, headers=headers, **made.sends)
            assert answer.status_code == 401, answer.text
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "method"), _SECURED)
@pytest.mark.rule(105)
async def test_in_a_role_without_the_permission(world: World, path: str, method: str) -> None:
    permission = _DOCUMENT["paths"][path][method].get("x-permission")
    async with world.unchanged():
        for email in world.lacking(permission) if permission else []:
            made = request(_DOCUMENT, path, method, world.ids)
            answer = await world.client.request(made.method, made.path, headers=world.headers(email), **made.sends)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), f"{email}: {answer.text}"


def test_permissions_are_lacked_by_somebody() -> None:
    """Otherwise the test above would say nothing. What every role has, the test of RPCs withholds."""
    wanted = {operation.get("x-permission") for item in _DOCUMENT["paths"].values() for operation in item.values()}
    assert wanted - {None} - frozenset.intersection(*ROLE_PERMISSIONS.values()) >= {"manage_team", "manage_channels"}


@pytest.mark.parametrize(("path", "method"), _SECURED)
async def test_from_another_tenant_with_real_ids(world: World, path: str, method: str) -> None:
    made = request(_DOCUMENT, path, method, world.ids)
    async with world.unchanged():
        answer = await world.client.request(made.method, made.path, headers=world.headers(STRANGER), **made.sends)
    await _still_signed_in(world, STRANGER, path, method)
    if "{" in path:
        assert answer.status_code == 404, answer.text
    assert answer.status_code < 500
    _tells_nothing(world, answer.text)


@pytest.mark.parametrize("name", ["account_id", "assignee"])
async def test_filters_by_another_tenants_ids_find_nothing(world: World, name: str) -> None:
    value = {"account_id": world.ids["account_id"], "assignee": world.ids["teammate_id"]}[name]
    mine = await world.client.get("/api/v1/conversations", params={name: value}, headers=world.headers(PEOPLE["admin"]))
    assert mine.json()["conversations"]
    theirs = await world.client.get("/api/v1/conversations", params={name: value}, headers=world.headers(STRANGER))
    assert theirs.json()["conversations"] == []


async def test_a_page_token_of_another_tenant_opens_nothing(world: World) -> None:
    for path in ("/api/v1/teammates", "/api/v1/audit-entries"):
        own = await world.client.get(path, params={"page_size": 1}, headers=world.headers(PEOPLE["admin"]))
        token = own.json()["next_page_token"]
        answer = await world.client.get(path, params={"page_token": token}, headers=world.headers(STRANGER))
        assert answer.status_code in (200, 422)
        _tells_nothing(world, answer.text)


async def test_the_stranger_cannot_connect_this_tenants_account(world: World) -> None:
    accounts = await world.client.get("/api/v1/channel-accounts", headers=world.headers(PEOPLE["admin"]))
    body = request(_DOCUMENT, "/api/v1/channel-accounts", "post", {}).body
    body["provider_id"] = accounts.json()["channel_accounts"][0]["provider_id"]
    async with world.unchanged():
        answer = await world.client.post("/api/v1/channel-accounts", json=body, headers=world.headers(STRANGER))
        assert answer.status_code == 409, answer.text


@pytest.mark.parametrize(("path", "method"), _SECURED)
async def test_who_may_is_let_in(world: World, path: str, method: str) -> None:
    """The same requests get through in the right hands: above it was access that was refused, not the request."""
    admin = PEOPLE["admin"]
    ids = dict(world.ids)
    if path.endswith(":disconnect"):
        ids["account_id"] = await _new_account(world)
    if "{connection_id}" in path:
        # Of this very session.
        ids["connection_id"] = await new_connection(world)
    made = request(_DOCUMENT, path, method, ids)
    answer = await world.client.request(made.method, made.path, headers=world.headers(admin), **made.sends)
    await _still_signed_in(world, admin, path, method)
    assert answer.status_code < 300 or answer.status_code == 409, answer.text


async def _new_account(world: World) -> str:
    """One that the platform knows, too."""
    new = request(_DOCUMENT, "/api/v1/channel-accounts", "post", {})
    known = {**CREDENTIALS, "account_id": new.body["provider_id"].lower(), "bot_user_id": new.body["provider_id"]}
    (await world.client.post("/simulator/control/line/accounts", json=known)).raise_for_status()
    answer = await world.client.post(new.path, headers=world.headers(PEOPLE["admin"]), json=new.body)
    return str(answer.json()["id"])


async def _still_signed_in(world: World, email: str, path: str, method: str) -> None:
    if (path, method) == ("/api/v1/sessions/current", "delete"):
        await world.sign_in(email)


def _tells_nothing(world: World, answered: str) -> None:
    for name, value in world.ids.items():
        assert value not in answered, f"the {name} of another tenant"
    assert str(world.tenant_id) not in answered
    assert "@demo.test" not in answered
