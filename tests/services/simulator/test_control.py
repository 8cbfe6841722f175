"""Who may control the simulator, and what it says to those who ask for nonsense."""

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from libs.clock.clock import FixedClock, SystemClock
from services.simulator.routes.control import Guard
from services.simulator.service.errors import Refused
from tests.services.simulator.desk import Desk
from tests.services.simulator.platform import ACCOUNT, MEI, TOKEN, Platform, running


def request(host: str, method: str = "GET", **headers: str) -> Request:
    """A request as it comes from a host."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": method, "path": "/", "headers": raw, "client": (host, 4711)}
    return Request(scope)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may(host: str) -> None:
    Guard("").check(request(host))


@pytest.mark.parametrize("host", ["10.0.0.7", "203.0.113.9", "", "fe80::1"])
def test_others_may_not_without_a_token(host: str) -> None:
    with pytest.raises(Refused):
        Guard("").check(request(host))
    Guard("secret").check(request(host, authorization="Bearer secret"))


def test_a_proxy_here_speaks_for_who_calls_it() -> None:
    Guard("").check(request("127.0.0.1", x_forwarded_for="127.0.0.1"))
    for addresses in ("203.0.113.9", "127.0.0.1, 203.0.113.9", "unknown"):
        with pytest.raises(Refused):
            Guard("").check(request("127.0.0.1", x_forwarded_for=addresses))


def test_pages_of_other_sites_may_not() -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(Refused):
            Guard("").check(request("127.0.0.1", method, sec_fetch_site="cross-site"))
    Guard("").check(request("127.0.0.1", "POST", sec_fetch_site="same-origin"))


async def test_with_a_token_set_nothing_goes_without_it(tmp_path: Path, clock: FixedClock, desk: Desk) -> None:
    async with running(tmp_path, clock, FRONTDESK_SIMULATOR_TOKEN="secret") as platform:
        for method, path in (("GET", "line/accounts"), ("GET", "ledger"), ("GET", "mailbox"), ("GET", "events")):
            response = await platform.http.request(method, f"/control/{path}")
            assert (response.status_code, response.json()["code"]) == (403, "refused")
        assert (await platform.http.get("/phone")).status_code == 200
        platform.http.headers["Authorization"] = "Bearer secret"
        await platform.register(desk.url)
        assert (await platform.line.get("/info")).status_code == 200


async def test_problems_say_what_to_do(platform: Platform) -> None:
    unknown = await platform.http.get("/control/line/nobody")
    broken = await platform.http.post("/control/line/accounts", content=b"{")
    wrong = await platform.http.post(f"/control/line/{ACCOUNT}/messages", json={"user_id": "U1", "colour": "red"})
    nobody = await platform.http.post(f"/control/line/{ACCOUNT}/messages", json={"text": "hi"})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_account")
    assert "POST /control/line/accounts" in unknown.json()["detail"]
    assert (broken.status_code, broken.json()["title"]) == (400, "Bad Request")
    assert {error["field"] for error in wrong.json()["errors"]} == {"user_id", "colour"}
    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "application/problem+json")
    assert (nobody.status_code, nobody.json()["detail"]) == (400, "Say who: user_id, chat_id, or both.")


async def test_accounts_show_no_secrets_and_share_no_token(platform: Platform) -> None:
    listed = await platform.http.get("/control/line/accounts")
    assert TOKEN not in listed.text
    assert "secret" not in listed.text

    twin = {"account_id": "twin", "channel_secret": "x", "access_token": TOKEN}
    assert (await platform.http.post("/control/line/accounts", json=twin)).status_code == 409


@pytest.mark.parametrize(
    ("channel", "settings"),
    [
        ("order", {"webhook_secret": "s" * 40}),
        ("facebook", {"provider_id": "1000001", "access_token": "page-token", "app_secret": "app-secret"}),
    ],
    ids=["order", "facebook"],
)
async def test_an_id_means_one_account_on_all_channels(
    platform: Platform, channel: str, settings: dict[str, str]
) -> None:
    twin = await platform.http.post(f"/control/{channel}/accounts", json={"account_id": ACCOUNT, **settings})
    assert (twin.status_code, twin.json()["code"]) == (409, "conflict")
    assert (await platform.write("still LINE's"))["account_id"] == ACCOUNT


async def test_registering_again_keeps_people_and_messages(platform: Platform, desk: Desk) -> None:
    await platform.write("kept")

    again = await platform.register(desk.url, display_name="New name")

    assert again["display_name"] == "New name"
    assert [entry["text"] for entry in await platform.ledger(user_id=MEI)] == ["kept"]


async def test_people_are_found(platform: Platform) -> None:
    everybody = await platform.control("GET", f"line/{ACCOUNT}/users", page_size=2)
    rest = await platform.control("GET", f"line/{ACCOUNT}/users", page_size=2, page_token=everybody["next_page_token"])
    found = await platform.control("GET", f"line/{ACCOUNT}/users", query="小美")

    assert (len(everybody["users"]), everybody["total"]) == (2, 5)
    assert rest["users"][0] not in everybody["users"]
    assert [person["user_id"] for person in found["users"]] == [MEI]


async def test_time_can_be_moved_where_a_file_says_it(tmp_path: Path, desk: Desk, platform: Platform) -> None:
    refused = await platform.http.put("/control/clock", json={"offset_seconds": 60})
    assert refused.status_code == 409

    file = tmp_path / "clock"
    async with running(tmp_path, FRONTDESK_CLOCK_FILE=str(file)) as moving:
        await moving.control("PUT", "clock", {"offset_seconds": 86_400})
        await moving.register(desk.url)
        entry = await moving.write()

    assert file.read_text() == "86400.0"
    assert entry["timestamp"] / 1000 > SystemClock().now().timestamp() + 86_000
