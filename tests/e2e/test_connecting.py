"""Accounts connected by Meta's own dialog: said yes to, said no to, taken by somebody else, gone and back again."""

import json
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Locator, expect

from cli.demo_accounts import META_APP_SECRET, META_VERIFY_TOKEN
from tests.e2e.conftest import OpenConsole
from tests.e2e.console import Console
from tests.e2e.customer import Platform
from tests.support.stack import Stack
from tests.support.wait import eventually

_LOCALES = Path(__file__).parents[2] / "services" / "simulator" / "routes" / "static" / "locales"
_META = json.loads((_LOCALES / "zh-TW.json").read_text())

Offer = Callable[[str, str], Awaitable[Platform]]


@pytest.fixture
async def offer(desk: Stack) -> AsyncIterator[Offer]:
    """One more account that Meta's dialog offers for the length of a test: `await offer("facebook", "河岸店")`."""
    offered: list[str] = []
    async with httpx.AsyncClient(base_url=desk.simulator_url, trust_env=False, timeout=30) as client:

        async def register(channel: str, number: str, **settings: object) -> str:
            account_id = f"offered-{channel}-{number}"
            body = {
                "account_id": account_id,
                "provider_id": number,
                "app_secret": META_APP_SECRET,
                "verify_token": META_VERIFY_TOKEN,
                "webhook_url": f"{desk.webhooks_url}/webhooks/{channel}",
                "webhook_active": False,
                **settings,
            }
            answer = await client.post(f"/control/{channel}/accounts", json=body)
            assert answer.is_success, answer.text
            offered.append(f"/control/{channel}/{account_id}")
            return account_id

        async def make(channel: str, name: str) -> Platform:
            number = f"7{secrets.randbelow(10**12):012}"
            shared: dict[str, object] = {"display_name": name, "access_token": f"token-{number}"}
            if channel == "instagram":
                # Instagram is used with the token of the page behind it.
                await register("facebook", f"8{number}", **shared)
            account_id = await register(channel, number, **shared, **_of(channel, number))
            return Platform(client, channel, account_id)

        yield make
        for address in offered:
            await client.delete(address)


def _of(channel: str, number: str) -> dict[str, object]:
    """What only some channels' accounts have."""
    if channel == "instagram":
        return {"page_id": f"8{number}", "username": f"shop.{number}"}
    if channel == "whatsapp":
        return {
            "business_account_id": f"9{number}",
            "phone_number": f"+886 {number[-9:]}",
            "open_media": True,
            "registered": False,
        }
    return {}


@pytest.mark.parametrize("channel", ["facebook", "instagram", "whatsapp"])
async def test_an_account_is_connected_by_metas_dialog(open_console: OpenConsole, offer: Offer, channel: str) -> None:
    name = f"河岸店 {channel}"
    platform = await offer(channel, name)
    ada = await _admin(open_console)
    await _begin(ada, channel)
    await _answer(ada, name)
    found = ada.page.get_by_role("dialog", name=ada.words("channels:found.title"))
    await expect(found.get_by_role("checkbox", name=re.compile(name))).to_be_checked()
    await found.get_by_role("button", name=ada.words("channels:found.connect", count=1)).click()
    await expect(found.get_by_text(ada.words("channels:found.done", count=1))).to_be_visible()
    await found.get_by_role("button", name=ada.words("channels:connected.close"), exact=True).click()

    account = _account(ada, name)
    await expect(account.get_by_text(ada.words("channels:state.active"), exact=True)).to_be_visible()
    await expect(account.get_by_text(ada.words("channels:health.noEvent"), exact=True)).to_be_visible()
    await account.get_by_role("button", name=ada.words("channels:check.action")).click()
    await expect(account.get_by_text(re.compile("河岸店"))).to_have_count(2)
    customer = await platform.customer(f"河岸客人 {channel}")
    await customer.writes("剛連上就收得到嗎？")
    await eventually(partial(_has_heard, ada, account), 30, "an event on the card")
    await ada.place("inbox").click()
    await ada.open(customer.name)
    await ada.answer(customer.name, "收得到")
    await expect(ada.message("收得到")).to_contain_text(_arrived(ada))
    assert await customer.received() == ["收得到"]


async def test_who_says_no_in_the_dialog_is_told_so(open_console: OpenConsole, offer: Offer) -> None:
    await offer("facebook", "不同意店")
    ada = await _admin(open_console)
    await _begin(ada, "facebook")
    await ada.page.get_by_role("button", name=_META["dialog.deny"], exact=True).click()
    dialog = ada.page.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_have_text(ada.words("errors:code.refused_by_person"))
    await dialog.get_by_role("button", name=ada.words("channels:found.again")).click()
    await _answer(ada, "不同意店")
    await expect(ada.page.get_by_role("checkbox", name=re.compile("不同意店"))).to_be_checked()


async def test_a_page_of_another_team_is_refused_with_the_reason(open_console: OpenConsole, offer: Offer) -> None:
    await offer("facebook", "兩家都要")
    await _connect(await _admin(open_console), "facebook", "兩家都要")
    otto = await _admin(open_console, "admin@other.test")
    await _begin(otto, "facebook")
    await _answer(otto, "兩家都要")
    found = otto.page.get_by_role("dialog", name=otto.words("channels:found.title"))
    await found.get_by_role("button", name=otto.words("channels:found.connect", count=1)).click()
    why = otto.words("errors:code.channel_account_connected")
    await expect(found.get_by_role("alert")).to_have_text(
        otto.words("channels:found.refused", name="兩家都要", why=why)
    )
    await found.get_by_role("button", name=otto.words("channels:connected.close"), exact=True).click()
    await expect(otto.heading("兩家都要")).to_have_count(0)


async def test_what_is_connected_here_already_is_named_and_not_chosen(open_console: OpenConsole, offer: Offer) -> None:
    await offer("facebook", "連過的店")
    ada = await _admin(open_console)
    await _connect(ada, "facebook", "連過的店")
    await _begin(ada, "facebook")
    await _answer(ada, "連過的店")
    known = ada.page.get_by_role("checkbox", name=re.compile(f"連過的店.*{ada.words('channels:found.known')}"))
    await expect(known).not_to_be_checked()
    await expect(ada.button("channels:found.connect", count=0)).to_be_disabled()


async def test_a_dialog_that_nobody_began_here_connects_nothing(open_console: OpenConsole) -> None:
    ada = await _admin(open_console)
    await ada.page.goto("/api/v1/connections/callback?state=made-up&code=stolen")
    dialog = ada.page.get_by_role("dialog", name=ada.words("channels:found.failedTitle"))
    await expect(dialog.get_by_role("alert")).to_have_text(ada.words("errors:code.connection_not_found"))
    await dialog.get_by_role("button", name=ada.words("common:action.close"), exact=True).last.click()
    await expect(ada.page).to_have_url(re.compile(r"/settings/channels$"))


@pytest.mark.parametrize("channel", ["facebook", "whatsapp"])
async def test_an_account_that_comes_back_brings_its_history(
    open_console: OpenConsole, offer: Offer, channel: str
) -> None:
    name = f"回來店 {channel}"
    platform = await offer(channel, name)
    ada = await _admin(open_console)
    await _connect(ada, channel, name)
    customer = await platform.customer(f"老客人 {channel}")
    await customer.writes("分手前說的話")
    # The customer's name is asked for with the account's token.
    await ada.place("inbox").click()
    await expect(ada.row(customer.name)).to_be_visible()
    await ada.place("channels").click()
    account = _account(ada, name)
    await account.get_by_role("button", name=ada.words("channels:disconnect.action")).click()
    asked = ada.page.get_by_role("alertdialog")
    await asked.get_by_role("button", name=ada.words("channels:disconnect.action")).click()
    await expect(account.get_by_text(ada.words("channels:history"))).to_be_visible()
    await ada.place("inbox").click()
    await ada.open(customer.name)
    await expect(ada.message("分手前說的話")).to_be_visible()

    await ada.place("channels").click()
    await account.get_by_role("button", name=ada.words("channels:reconnect.action")).click()
    await _to_meta(ada, channel)
    await _answer(ada, name)
    await ada.button("channels:found.connect", count=1).click()
    await ada.button("channels:connected.close").click()
    await expect(account).to_have_count(1)
    await expect(account.get_by_text(ada.words("channels:state.active"), exact=True)).to_be_visible()
    await customer.writes("我又來了")
    await ada.place("inbox").click()
    await ada.open(customer.name)
    await expect(ada.message("分手前說的話")).to_be_visible()
    await expect(ada.message("我又來了")).to_be_visible()


async def _admin(open_console: OpenConsole, email: str = "admin@demo.test") -> Console:
    """Somebody who may, on the channels page."""
    console = await open_console()
    await console.sign_in(email)
    await console.page.goto("/settings/channels")
    return console


async def _begin(console: Console, channel: str) -> None:
    """From the page to Meta's dialog."""
    await console.button("channels:connect.action").click()
    wizard = console.page.get_by_role("dialog")
    await wizard.get_by_role("button", name=re.compile(f"^{console.words(f'common:channel.{channel}')}")).click()
    await _to_meta(console, channel)


async def _to_meta(console: Console, channel: str) -> None:
    """The button that leads there."""
    await console.button("channels:wizard.dialog", channel=console.words(f"common:channel.{channel}")).click()
    await expect(console.heading(_META["dialog.title"])).to_be_visible()


async def _answer(console: Console, name: str) -> None:
    """Allows one of the accounts that the dialog lists, and no other."""
    await expect(console.heading(_META["dialog.title"])).to_be_visible()
    await console.page.wait_for_load_state()
    for account in await console.page.get_by_role("checkbox").all():
        await account.set_checked(name in await account.locator("xpath=..").inner_text())
    await console.page.get_by_role("button", name=_META["dialog.allow"], exact=True).click()


async def _connect(console: Console, channel: str, name: str) -> None:
    """All of it."""
    await _begin(console, channel)
    await _answer(console, name)
    await console.button("channels:found.connect", count=1).click()
    await console.button("channels:connected.close").click()
    await expect(_account(console, name)).to_be_visible()


async def _has_heard(console: Console, account: Locator) -> bool:
    """Whether the card, read anew, knows of an event: that is written down behind the webhooks."""
    await console.page.reload()
    await expect(account.get_by_text(console.words("channels:health.lastEvent"))).to_be_visible()
    return not await account.get_by_text(console.words("channels:health.noEvent"), exact=True).is_visible()


def _account(console: Console, name: str) -> Locator:
    """An account's card; a handle may follow its name."""
    title = console.page.get_by_role("heading", name=re.compile(f"^{re.escape(name)}( |$)"))
    return console.page.locator("section").filter(has=title)


def _arrived(console: Console) -> re.Pattern[str]:
    """A state that says the platform took it, or more."""
    states = (console.words(f"thread:delivery.{state}") for state in ("sent", "delivered", "read"))
    return re.compile("|".join(map(re.escape, states)))
