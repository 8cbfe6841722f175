"""Every page: who may see it, what it says when something is wrong, and that nobody is kept out by how it is built."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.chromium import TOOLS
from tests.e2e.conftest import OpenConsole
from tests.e2e.console import Console
from tests.e2e.customer import Line

_ADMIN_PAGES = {"channels": "/settings/channels", "ledger": "/settings/ledger", "audit": "/settings/audit"}
# What each page shows when it has read its data.
_SETTINGS = {"profile": "Demo Shop", "team": "Ada Admin", "channels": "Demo Shop on LINE"}
_SETTINGS |= {"ledger": "Demo Shop on LINE", "audit": "Ada Admin"}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_LOOKS = [
    ("zh-TW", "light", (1440, 900)),
    ("zh-CN", "dark", (390, 844)),
    ("en", "dark", (1440, 900)),
    ("en", "light", (390, 844)),
]


async def test_wrong_words_at_the_door_are_explained(open_console: OpenConsole) -> None:
    guest = await open_console()
    guest.watch.expect(r"401 \(Unauthorized\) \(.*/sessions\)")
    await guest.page.goto("/signin")
    await guest.button("auth:signIn.action").click()
    await expect(guest.page.get_by_text(guest.words("auth:required"))).to_have_count(2)
    await guest.fill_in("nobody@demo.test", "wrong")
    await expect(guest.page.get_by_role("alert")).to_have_text(guest.words("auth:signIn.refused"))
    await guest.fill_in("agent@demo.test", "frontdesk")
    await expect(guest.heading(guest.words("inbox:title"))).to_be_visible()


async def test_too_many_wrong_words_have_to_wait(open_console: OpenConsole) -> None:
    guest = await open_console()
    guest.watch.expect(r"40[19] ", r"429 ")
    await guest.page.goto("/signin")
    for _attempt in range(20):
        async with guest.page.expect_response("**/sessions") as answered:
            await guest.fill_in("throttled@demo.test", "wrong")
        if (await answered.value).status == 429:
            break
    await expect(guest.page.get_by_text(guest.words("auth:signIn.throttled"))).to_be_visible()


async def test_a_reload_keeps_the_session_and_signing_out_ends_it(open_console: OpenConsole) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    await amy.page.reload()
    await expect(amy.heading(amy.words("inbox:title"))).to_be_visible()
    await amy.page.goto("/settings/profile")
    await amy.button("common:nav.signOut").click()
    await expect(amy.heading(amy.words("auth:signIn.title"))).to_be_visible()
    await amy.page.goto("/inbox")
    await expect(amy.heading(amy.words("auth:signIn.title"))).to_be_visible()


@pytest.mark.rule(105)
async def test_an_agent_neither_sees_nor_reaches_what_admins_do(open_console: OpenConsole) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    await expect(amy.place("team")).to_be_visible()
    for name, address in _ADMIN_PAGES.items():
        await expect(amy.place(name)).to_have_count(0)
        await amy.page.goto(address)
        await expect(amy.heading(amy.words("common:notAllowed.title"))).to_be_visible()
    await amy.page.goto("/settings/team")
    await expect(amy.page.get_by_text("Ada Admin")).to_be_visible()
    await expect(amy.button("team:invite.action")).to_have_count(0)


@pytest.mark.rule(105, 106)
async def test_an_admin_finds_team_channels_and_audit(open_console: OpenConsole) -> None:
    ada = await open_console("en")
    await ada.sign_in("admin@demo.test")
    await ada.place("team").click()
    await expect(ada.page.get_by_text(ada.words("team:count", count=8))).to_be_visible()
    await ada.place("channels").click()
    await expect(ada.heading("Demo Shop on LINE")).to_be_visible()
    account = (
        ada.page.get_by_role("region").or_(ada.page.locator("section")).filter(has=ada.heading("Demo Shop on LINE"))
    )
    await account.get_by_role("button", name=ada.words("channels:check.action")).click()
    await expect(ada.page.get_by_text(ada.words("channels:check.ok", name="Demo Shop"))).to_be_visible()
    await ada.place("audit").click()
    signed_in = ada.page.get_by_role("row").filter(has_text=ada.words("audit:action.session_created"))
    await expect(signed_in.first).to_contain_text("Ada Admin")


@pytest.mark.parametrize(("language", "scheme", "size"), _LOOKS)
async def test_no_page_shuts_anybody_out(
    open_console: OpenConsole, line: Line, language: str, scheme: str, size: tuple[int, int]
) -> None:
    ada = await open_console(
        language, color_scheme=scheme, reduced_motion="reduce", viewport={"width": size[0], "height": size[1]}
    )
    for path, heading in (("/signin", "auth:signIn.title"), ("/forgot-password", "auth:forgot.title")):
        await ada.page.goto(path)
        await expect(ada.heading(ada.words(heading))).to_be_visible()
        await _scan(ada)
    await ada.sign_in("admin@demo.test")
    customer = await line.customer(f"無障礙 {language} {scheme}")
    await customer.writes("哈囉")
    for kind in ("sticker", "image", "audio", "location", "file"):
        await customer.writes(type=kind)
    await expect(ada.row(customer.name)).to_be_visible()
    await _scan(ada)
    await ada.open(customer.name)
    await ada.answer(customer.name, "您好")
    await expect(ada.delivery("您好", "sent")).to_be_visible()
    await expect(ada.picture()).to_be_visible()
    await _scan(ada)
    await ada.picture().click()
    await _scan(ada)
    await ada.page.keyboard.press("Escape")
    for name, content in _SETTINGS.items():
        await ada.page.goto(f"/settings/{name}")
        await expect(ada.heading(ada.words(f"{name}:title"))).to_be_visible()
        await expect(ada.page.get_by_role("main").get_by_text(content).filter(visible=True).first).to_be_visible()
        await _scan(ada)
    await ada.page.goto("/settings/ledger")
    await ada.page.get_by_role("list", name=ada.words("ledger:title")).get_by_role("button").first.click()
    await expect(ada.button("ledger:replay.action")).to_be_visible()
    await _scan(ada)
    await ada.page.goto("/settings/channels")
    site = ada.page.locator("section").filter(has=ada.heading("Demo Shop's site"))
    await site.get_by_text(ada.words("channels:site.members")).click()
    await _scan(ada)
    await ada.button("channels:connect.action").click()
    await _scan(ada)
    await ada.page.get_by_role("dialog").get_by_role("button", name=re.compile("^WhatsApp")).click()
    await expect(ada.button("channels:connect.submit")).to_be_visible()
    await _scan(ada)


async def _scan(console: Console) -> None:
    """Fails with what axe finds serious or critical."""
    await console.page.evaluate(_axe())
    options = json.dumps({"runOnly": _RULES, "resultTypes": ["violations"]})
    # What a library says aloud stands there for some seconds, when the button it speaks of may be gone.
    where = json.dumps({"exclude": ["[data-live-announcer]"]})
    found = await console.page.evaluate(f"axe.run({where}, {options})")
    serious = [
        f"{console.page.url}: {violation['id']}: {node['html'][:200]} ({node['failureSummary'][:200]})"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert not serious, "\n".join(serious)


@cache
def _axe() -> str:
    return Path(TOOLS, "node_modules", "axe-core", "axe.min.js").read_text()
