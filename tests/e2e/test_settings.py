"""Accounts of every channel and the ledger, as an admin sees them."""

import base64
import json
import re
import time
from datetime import UTC, datetime
from functools import partial

import httpx
import jwt
import pytest
from playwright.async_api import Locator, expect
from standardwebhooks.webhooks import Webhook

from tests.e2e.conftest import FindPlatform, OpenConsole
from tests.e2e.console import Console
from tests.e2e.scene import signed_in
from tests.support.stack import Stack
from tests.support.wait import eventually

_CHANNELS = ["LINE", "Messenger", "Instagram", "WhatsApp"]


async def test_accounts_of_every_channel_are_checked(open_console: OpenConsole) -> None:
    ada = await open_console("en")
    await ada.sign_in("admin@demo.test")
    await ada.page.goto("/settings/channels")
    for channel in _CHANNELS:
        account = _account(ada, f"Demo Shop on {channel}")
        await expect(account.get_by_text(ada.words("channels:state.active"), exact=True)).to_be_visible()
        await eventually(partial(_works, ada, account), 60, channel)


async def test_an_account_goes_and_comes_back(open_console: OpenConsole) -> None:
    ada = await open_console("en")
    await ada.sign_in("admin@demo.test")
    await ada.page.goto("/settings/channels")
    await ada.button("channels:connect.action").click()
    dialog = ada.page.get_by_role("dialog")
    await dialog.get_by_role("button", name=re.compile("^Website")).click()
    await dialog.get_by_label(ada.words("channels:field.name")).fill("Pop-up store")
    await dialog.get_by_role("button", name=ada.words("channels:connect.submit"), exact=True).click()
    await expect(dialog.get_by_text(ada.words("channels:connected.done", name="Pop-up store"))).to_be_visible()
    await dialog.get_by_role("button", name=ada.words("channels:connected.close"), exact=True).click()
    account = _account(ada, "Pop-up store")
    await account.get_by_role("button", name=ada.words("channels:disconnect.action")).click()
    asked = ada.page.get_by_role("alertdialog")
    await asked.get_by_role("button", name=ada.words("channels:disconnect.action")).click()
    await expect(account.get_by_text(ada.words("channels:state.disconnected"), exact=True)).to_be_visible()
    await account.get_by_role("button", name=ada.words("channels:reconnect.action")).click()
    await dialog.get_by_role("button", name=ada.words("channels:reconnect.submit"), exact=True).click()
    await expect(account.get_by_text(ada.words("channels:state.active"), exact=True)).to_be_visible()


async def test_a_site_gets_its_line_of_code_and_signs_its_members(open_console: OpenConsole) -> None:
    ada = await open_console("en")
    dialog = await _connect(ada, "Website", "Main site")
    line = await dialog.get_by_text(re.compile("^<script ")).inner_text()
    secret = await dialog.get_by_label(ada.words("channels:field.widget_secret")).input_value()
    found = re.fullmatch(r'<script src="(.+)/widget/v1/widget.js" data-account="(.+)" async></script>', line)
    assert found is not None, line
    desk, account_id = found.groups()
    token = jwt.encode({"sub": "501", "name": "Mei", "exp": int(time.time()) + 3600}, secret, "HS256")
    async with httpx.AsyncClient(base_url=f"{desk}/widget/v1", trust_env=False, timeout=30) as site:
        assert (await site.get("/widget.js")).status_code == 200
        assert await eventually(partial(_member, site, account_id, token)) == "Mei"
    await dialog.get_by_role("button", name=ada.words("channels:connected.close"), exact=True).click()
    await expect(_account(ada, "Main site").get_by_text(line, exact=True)).to_be_visible()
    await expect(_account(ada, "Main site").get_by_text(secret)).to_have_count(0)


async def test_a_shop_platform_gets_its_address_and_secret(open_console: OpenConsole) -> None:
    ada = await open_console("en")
    dialog = await _connect(ada, "Orders", "Web shop")
    address = await dialog.get_by_label(ada.words("channels:webhook")).input_value()
    secret = await dialog.get_by_label(ada.words("channels:field.webhook_secret")).input_value()
    await dialog.get_by_role("button", name=ada.words("channels:connected.close"), exact=True).click()
    await expect(_account(ada, "Web shop").get_by_label(ada.words("channels:webhook"))).to_have_value(address)
    await _order_message(address, secret, "Where is my order?")
    await ada.place("inbox").click()
    tabs = ada.page.get_by_role("radiogroup", name=ada.words("inbox:tabLabel"))
    await tabs.get_by_role("radio", name=ada.words("inbox:tab.order")).click()
    await ada.open("Order Olga")
    await expect(ada.message("Where is my order?")).to_be_visible()


async def test_what_a_form_lacks_is_said_at_its_field(open_console: OpenConsole) -> None:
    ada = await open_console("en")
    ada.watch.expect(r"4\d\d \(")
    await ada.sign_in("admin@demo.test")
    await ada.page.goto("/settings/channels")
    await ada.button("channels:connect.action").click()
    dialog = ada.page.get_by_role("dialog")
    await dialog.get_by_role("button", name=re.compile("^LINE")).click()
    await dialog.get_by_label(ada.words("channels:field.name")).fill("Wrong")
    await dialog.get_by_label(ada.words("channels:field.line_provider_id")).fill(f"U{'0' * 32}")
    await dialog.get_by_label(ada.words("channels:field.channel_secret"), exact=True).fill("secret")
    await dialog.get_by_label(ada.words("channels:field.line_access_token"), exact=True).fill("wrong")
    await dialog.get_by_role("button", name=ada.words("channels:connect.submit"), exact=True).click()
    await expect(dialog.get_by_role("alert")).to_be_visible()


@pytest.mark.promise(1)
async def test_the_ledger_shows_what_came_and_replays_it(
    open_console: OpenConsole, platform: FindPlatform, desk: Stack
) -> None:
    ada = await open_console("en")
    await ada.sign_in("admin@demo.test")
    customer = await platform("line").customer("Ledger")
    await customer.writes("What became of this?")
    # The ledger is written behind the webhooks, and a page of it that is open does not change.
    async with signed_in(desk.url, "admin@demo.test") as api:
        await eventually(partial(_is_newest, api, "What became of this?"), 30, "an entry of the ledger")
    await ada.page.goto("/settings/ledger")
    rows = ada.page.get_by_role("list", name=ada.words("ledger:title")).get_by_role("button")
    await expect(rows.first).to_contain_text("Demo Shop on LINE")
    await ada.choose(ada.words("ledger:verdictLabel"), ada.words("ledger:verdict.stored"))
    await rows.first.click()
    sheet = ada.page.get_by_role("dialog")
    await expect(sheet.get_by_text("What became of this?")).to_be_visible()
    await sheet.get_by_role("radio", name=ada.words("ledger:detail.hex")).click()
    await expect(sheet.get_by_text("00000000")).to_be_visible()
    await sheet.get_by_role("button", name=ada.words("ledger:replay.action")).click()
    await expect(sheet.get_by_text(ada.words("ledger:replay.done", count=1))).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await platform("line").call("POST", "/raw", {"body": '{"events":[]}', "signature": "forged"})
    await ada.choose(ada.words("ledger:verdictLabel"), ada.words("ledger:verdict.refused"))
    await eventually(partial(_appears, ada, rows), 30)


async def _connect(console: Console, channel: str, name: str) -> Locator:
    """Connects an account that needs no platform's leave; the dialog that says what comes next."""
    await console.sign_in("admin@demo.test")
    await console.page.goto("/settings/channels")
    await console.button("channels:connect.action").click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_role("button", name=re.compile(f"^{channel}")).click()
    await dialog.get_by_label(console.words("channels:field.name")).fill(name)
    await dialog.get_by_role("button", name=console.words("channels:connect.submit"), exact=True).click()
    await expect(dialog.get_by_text(console.words("channels:connected.done", name=name))).to_be_visible()
    return dialog


async def _works(console: Console, account: Locator) -> bool:
    """Presses the check; who is told to try again, as a machine under load tells, does so."""
    await account.get_by_role("button", name=console.words("channels:check.action")).click()
    works = console.words("channels:check.ok", name="\0").partition("\0")[0]
    await expect(account.get_by_text(re.compile(re.escape(works)))).to_be_visible(timeout=10_000)
    return True


async def _member(site: httpx.AsyncClient, account_id: str, token: str) -> str:
    """The name of the member whom the site takes by this token."""
    answer = await site.post(f"/{account_id}/sessions", headers={"Authorization": f"Bearer {token}"})
    assert answer.is_success, answer.text
    return str(answer.json()["member"]["name"])


async def _order_message(address: str, secret: str, text: str) -> None:
    """A customer writes on an order's page, as a shop in docs/guides/order-webhooks.md tells it."""
    event = {"type": "order.message", "id": "msg_1", "order": {"id": "1077"}, "customer": {"name": "Order Olga"}}
    body, now = json.dumps({**event, "message": {"text": text}}), datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, body),
    }
    async with httpx.AsyncClient(trust_env=False, timeout=30) as shop:
        answer = await shop.post(address, content=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def _is_newest(api: httpx.AsyncClient, text: str) -> bool:
    """Whether the ledger's first entry holds it."""
    entries = (await api.get("/ledger-entries", params={"page_size": 1})).raise_for_status().json()["entries"]
    if not entries:
        return False
    entry = (await api.get(f"/ledger-entries/{entries[0]['id']}")).raise_for_status().json()
    return text.encode() in base64.b64decode(entry["raw"])


async def _appears(console: Console, rows: Locator) -> bool:
    await console.page.reload()
    await console.page.wait_for_load_state("networkidle")
    return await rows.count() > 0


def _account(console: Console, name: str) -> Locator:
    """An account's card."""
    return console.page.locator("section").filter(has=console.heading(name))
