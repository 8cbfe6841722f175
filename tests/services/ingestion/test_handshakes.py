"""The platform's check of an address: the challenge comes back to whoever knows the token, and to nobody else."""

import httpx
import pytest

from cli.demo_accounts import META_VERIFY_TOKEN
from tests.services.ingestion.pages import page
from tests.services.ingestion.platform import Platform
from tests.support.wait import eventually

_RIGHT = {"hub.mode": "subscribe", "hub.verify_token": META_VERIFY_TOKEN, "hub.challenge": "1158201444"}


async def _check(platform: Platform, path: str = "", **changes: str) -> httpx.Response:
    query = {**_RIGHT, **{name.replace("_", ".", 1): value for name, value in changes.items()}}
    return await platform.http.get(f"/webhooks/facebook{path}", params=query)


async def test_the_shared_address_answers_with_the_challenge(platform: Platform) -> None:
    answer = await _check(platform)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "changes",
    [
        {"hub_verify_token": "demo-verifY"},
        {"hub_verify_token": ""},
        {"hub_verify_token": "é"},
        {"hub_mode": "unsubscribe"},
        {"hub_mode": ""},
        {"hub_challenge": ""},
        {"hub_challenge": "<script>alert(1)</script>" * 20},
    ],
    ids=["token", "no token", "odd token", "mode", "no mode", "no challenge", "long challenge"],
)
async def test_anything_else_is_refused(platform: Platform, changes: dict[str, str]) -> None:
    answer = await _check(platform, **changes)
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_verify_token")
    assert META_VERIFY_TOKEN not in answer.text


async def test_an_account_with_a_token_of_its_own_wants_that(platform: Platform) -> None:
    own, plain = page(platform, app_secret="s", verify_token="own-token"), page(platform)
    assert (await _check(platform, f"/{own.id}", hub_verify_token="own-token")).text == "1158201444"
    assert (await _check(platform, f"/{own.id}")).status_code == 403
    assert (await _check(platform, f"/{plain.id}")).text == "1158201444"
    assert (await _check(platform, f"/{plain.id}", hub_verify_token="own-token")).status_code == 403
    assert (await _check(platform, "", hub_verify_token="own-token")).status_code == 403


async def test_an_account_nobody_connected_has_no_address(platform: Platform) -> None:
    answer = await _check(platform, "/acc_nobodys")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_account")


async def test_while_the_account_cannot_be_asked_for_the_check_comes_again(platform: Platform) -> None:
    own = page(platform, verify_token="own-token")
    await platform.tenants.stop()
    try:
        assert (await _check(platform, f"/{own.id}", hub_verify_token="own-token")).status_code == 503
    finally:
        await platform.tenants.start()

    async def answered() -> bool:
        return (await _check(platform, f"/{own.id}", hub_verify_token="own-token")).status_code == 200

    await eventually(answered, what="the check is answered")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused(platform: Platform, method: str) -> None:
    answer = await platform.http.request(method, "/webhooks/facebook", params=_RIGHT)
    assert answer.status_code == 405
