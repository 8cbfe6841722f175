"""Connecting accounts: the dialog, its code, the tokens, and what an app is told when it is taken away again."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from libs.clock.clock import FixedClock
from services.simulator.domain.meta.accounts import DEMO_APP
from tests.services.simulator.desk import Desk
from tests.services.simulator.meta import SECRET, VERIFY, WABA, MetaChannel, error
from tests.services.simulator.platform import Platform

BACK = "https://desk.example/api/v1/connections/callback"


class Browser:
    """Somebody in front of the dialog, and the app's server behind it."""

    def __init__(self, platform: Platform) -> None:
        self.http = httpx.AsyncClient(base_url=f"{platform.url}/graph/v23.0", trust_env=False, timeout=30)

    async def answer(self, scope: str, answer: str, *accounts: str, **more: str) -> dict[str, str]:
        """Presses a button of the dialog; what comes back to the app."""
        query = {"client_id": DEMO_APP, "redirect_uri": BACK, "state": "s-1", "scope": scope, **more}
        form = {"answer": answer, "account": list(accounts)}
        sent = await self.http.post("/dialog/oauth", params=query, data=form)
        assert sent.status_code == 302, sent.text
        assert sent.headers["location"].startswith(BACK)
        return dict(parse_qsl(urlsplit(sent.headers["location"]).query))

    async def trade(self, **values: str) -> httpx.Response:
        """Asks for a token."""
        app = {"client_id": DEMO_APP, "client_secret": SECRET, "redirect_uri": BACK}
        return await self.http.get("/oauth/access_token", params=app | values)

    async def token(self, scope: str, *accounts: str) -> str:
        """All of it, to a long-lived token."""
        back = await self.answer(scope, "allow", *accounts)
        short = (await self.trade(code=back["code"])).json()["access_token"]
        long = await self.trade(grant_type="fb_exchange_token", fb_exchange_token=short)
        assert long.json()["expires_in"] > 50 * 24 * 3600
        return str(long.json()["access_token"])


@pytest.fixture
async def browser(simulator: Platform) -> AsyncIterator[Browser]:
    """Somebody in front of the dialog."""
    found = Browser(simulator)
    yield found
    await found.http.aclose()


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


async def test_the_dialog_lists_what_can_be_connected(browser: Browser, facebook: MetaChannel) -> None:
    query = {"client_id": DEMO_APP, "redirect_uri": BACK, "scope": "pages_messaging"}

    page = await browser.http.get("/dialog/oauth", params=query, headers={"Accept-Language": "en"})

    assert f'value="{facebook.account_id}"' in page.text
    assert "Allow" in page.text
    assert "form-action" not in page.headers["content-security-policy"]
    unknown = await browser.http.get("/dialog/oauth", params=query | {"client_id": "123456"})
    assert (unknown.status_code, "No such app" in unknown.text) == (400, True)
    nowhere = await browser.http.get("/dialog/oauth", params=query | {"redirect_uri": "javascript:alert(1)"})
    assert nowhere.status_code == 400


async def test_a_page_and_its_instagram_account_are_connected(
    browser: Browser, facebook: MetaChannel, instagram: MetaChannel
) -> None:
    await instagram.control("PATCH", "", {"page_id": facebook.provider_id})
    token = await browser.token("pages_messaging,instagram_manage_messages", facebook.account_id, instagram.account_id)

    (page,) = (await browser.http.get("/me/accounts", headers=bearer(token))).json()["data"]

    assert (page["id"], page["access_token"]) == (facebook.provider_id, facebook.token)
    assert page["instagram_business_account"]["id"] == instagram.provider_id
    assert (await browser.http.get("/me", headers=bearer(token))).json()["name"]
    app = {"input_token": token}
    known = await browser.http.get("/debug_token", params=app, headers=bearer(f"{DEMO_APP}|{SECRET}"))
    granular = {one["scope"]: one["target_ids"] for one in known.json()["data"]["granular_scopes"]}
    assert granular["instagram_manage_messages"] == [instagram.provider_id]
    refused = await browser.http.get("/debug_token", params=app, headers=bearer(token))
    assert error(refused)[:2] == (401, 190)


async def test_signing_up_a_number_tells_which_one(browser: Browser, whatsapp: MetaChannel, clock: FixedClock) -> None:
    scope = "whatsapp_business_management,whatsapp_business_messaging"
    back = await browser.answer(scope, "allow", whatsapp.account_id, config_id="1")
    assert (back["waba_id"], back["phone_number_id"], back["state"]) == (WABA, whatsapp.provider_id, "s-1")
    traded = (await browser.trade(code=back["code"])).json()
    token = traded["access_token"]
    assert "expires_in" not in traded
    clock.advance(timedelta(days=90))

    numbers = await browser.http.get(f"/{WABA}/phone_numbers", headers=bearer(token))

    assert [one["id"] for one in numbers.json()["data"]] == [whatsapp.provider_id]
    sent = await whatsapp.graph.post(
        f"/{whatsapp.provider_id}/messages",
        headers=bearer(token),
        json={
            "messaging_product": "whatsapp",
            "to": await whatsapp.person(),
            "type": "template",
            "template": {"name": "hello", "language": {"code": "en"}},
        },
    )
    assert sent.status_code == 200
    assert (await browser.http.request("DELETE", "/me/permissions", headers=bearer(token))).json() == {"success": True}
    assert error(await browser.http.get(f"/{WABA}/phone_numbers", headers=bearer(token)))[:2] == (401, 190)


async def test_choosing_an_instagram_account_brings_its_page(
    browser: Browser, facebook: MetaChannel, instagram: MetaChannel
) -> None:
    await instagram.control("PATCH", "", {"page_id": facebook.provider_id})
    token = await browser.token("instagram_manage_messages,pages_show_list", instagram.account_id)

    (page,) = (await browser.http.get("/me/accounts", headers=bearer(token))).json()["data"]

    assert (page["id"], page["instagram_business_account"]["id"]) == (facebook.provider_id, instagram.provider_id)


async def test_no_is_an_answer(browser: Browser, facebook: MetaChannel) -> None:
    back = await browser.answer("pages_messaging", "deny")

    assert (back["error"], back["state"]) == ("access_denied", "s-1")
    assert "code" not in back


async def test_a_code_works_once_for_its_app_and_address(
    browser: Browser, facebook: MetaChannel, clock: FixedClock
) -> None:
    async def code() -> str:
        return (await browser.answer("pages_messaging", "allow", facebook.account_id))["code"]

    first = await code()
    assert (await browser.trade(code=first)).status_code == 200
    assert error(await browser.trade(code=first)) == (400, 100, 36008)
    assert error(await browser.trade(code=await code(), redirect_uri="https://else.example")) == (400, 100, 36008)
    assert error(await browser.trade(code=await code(), client_secret="guess"))[:2] == (400, 1)
    late = await code()
    clock.advance(timedelta(minutes=11))
    assert error(await browser.trade(code=late)) == (400, 100, 36008)


async def test_an_apps_address_is_proved_before_it_is_used(browser: Browser, facebook: MetaChannel, desk: Desk) -> None:
    await facebook.control("PATCH", "", {"webhook_url": None})
    values = {"object": "page", "callback_url": desk.url, "verify_token": "wrong", "fields": "messages"}
    app = bearer(f"{DEMO_APP}|{SECRET}")

    refused = await browser.http.post(f"/{DEMO_APP}/subscriptions", data=values, headers=app)
    assert error(refused)[:2] == (400, 2200)
    accepted = await browser.http.post(
        f"/{DEMO_APP}/subscriptions", data=values | {"verify_token": VERIFY}, headers=app
    )

    assert accepted.json() == {"success": True}
    await facebook.happen()
    assert len(desk.calls) == 1
    foreign = await browser.http.post(f"/{DEMO_APP}/subscriptions", data=values, headers=bearer(facebook.token))
    assert error(foreign)[:2] == (401, 190)


async def test_apps_are_told_by_a_signed_form(facebook: MetaChannel, desk: Desk) -> None:
    told = await facebook.control("POST", "callbacks", {"url": desk.url, "user_id": "218471"})

    assert told["status"] == 200
    (call,) = desk.calls
    (signed,) = parse_qs(call.body.decode())["signed_request"]
    signature, payload = signed.split(".")
    expected = hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).digest()
    assert decoded(signature) == expected
    content: dict[str, Any] = json.loads(decoded(payload))
    assert (content["user_id"], content["algorithm"]) == ("218471", "HMAC-SHA256")


def decoded(text: str) -> bytes:
    """Base64 for addresses, without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
