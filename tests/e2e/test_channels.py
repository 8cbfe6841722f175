"""What only some channels have: windows and templates, quotes, ads, and what is written in the platform's own app."""

import asyncio
import re
import time
from functools import partial

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.conftest import FindPlatform, OpenConsole
from tests.e2e.console import Console
from tests.support.wait import eventually

_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_DAY_MS = 24 * 3600 * 1000


@pytest.mark.rule(45)
@pytest.mark.parametrize("channel", ["facebook", "whatsapp"])
async def test_after_the_window_a_template_is_sent(
    open_console: OpenConsole, platform: FindPlatform, channel: str
) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    customer = await platform(channel).customer(f"{channel} 隔天才回")
    await customer.writes("我的訂單到了嗎？", timestamp=int(time.time() * 1000) - _DAY_MS - 3_600_000)
    await amy.open(customer.name)
    await expect(amy.page.get_by_text(amy.words("composer:template.only"))).to_be_visible()
    await expect(amy.writer(customer.name)).to_be_hidden()
    await amy.button("composer:template.choose").click()
    dialog = amy.page.get_by_role("dialog")
    templates = dialog.get_by_role("list", name=amy.words("composer:template.title")).get_by_role("button")
    await expect(templates.first).to_be_visible()
    await dialog.get_by_role("searchbox").fill("order")
    await templates.first.click()
    await expect(dialog.get_by_role("figure")).to_be_visible()
    for field in await dialog.get_by_role("textbox").all():
        await field.fill("FD-20418")
    await expect(dialog.get_by_role("figure")).to_contain_text("FD-20418")
    await dialog.get_by_role("button", name=amy.words("composer:template.send")).click()
    sent = amy.messages(amy.page.get_by_text(amy.words("common:messageType.template"), exact=True))
    await expect(sent).to_contain_text(_arrived(amy))
    assert any("FD-20418" in entry["text"] for entry in await customer.inbox())


@pytest.mark.rule(46, 47)
@pytest.mark.parametrize("channel", ["line", "facebook", "whatsapp"])
async def test_an_answer_quotes_one_message(open_console: OpenConsole, platform: FindPlatform, channel: str) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    customer = await platform(channel).customer(f"引用 {channel}")
    await customer.writes("有藍色嗎？")
    await customer.writes("還是只有白色？")
    await amy.open(customer.name)
    first = amy.message("有藍色嗎？")
    # What comes below would move it away from under the pointer.
    await expect(amy.message("還是只有白色？")).to_be_visible()
    await first.hover()
    await first.get_by_role("button", name=amy.words("thread:actions.reply")).click()
    await expect(amy.page.get_by_role("group", name=amy.words("composer:quote.label"))).to_contain_text("有藍色嗎？")
    await expect(amy.writer(customer.name)).to_be_focused()
    await amy.answer(customer.name, "藍色有貨")
    answer = amy.message("藍色有貨")
    await expect(answer).to_contain_text(_arrived(amy))
    # The mark is gone soon: whoever waits for it has to look already.
    marked = amy.page.locator("[data-marked]").filter(has_text="有藍色嗎？")
    await asyncio.gather(marked.wait_for(), answer.get_by_role("button", name=re.compile("有藍色嗎？")).click())
    await expect(amy.page.get_by_role("group", name=amy.words("composer:quote.label"))).to_be_hidden()


@pytest.mark.rule(46)
async def test_a_long_press_offers_to_answer_or_copy(open_console: OpenConsole, platform: FindPlatform) -> None:
    amy = await open_console(**_PHONE)
    await amy.sign_in("agent@demo.test")
    customer = await platform("whatsapp").customer("長按")
    await customer.writes("長按這一則")
    await amy.row(customer.name).tap()
    words = amy.message("長按這一則").get_by_text("長按這一則", exact=True)
    menu = amy.page.get_by_role("menu", name=amy.words("thread:actions.label"))
    # A thread that still moves, as one does that was opened just now, closes menus: one presses again.
    await eventually(partial(_opens, menu, words), 30, "a menu")
    await expect(menu.get_by_role("menuitem", name=amy.words("thread:actions.copy"))).to_be_visible()
    await menu.get_by_role("menuitem", name=amy.words("thread:actions.reply")).click()
    await expect(amy.page.get_by_role("group", name=amy.words("composer:quote.label"))).to_contain_text("長按這一則")


@pytest.mark.rule(11, 12)
async def test_customers_who_came_from_an_ad_are_marked_and_found(
    open_console: OpenConsole, platform: FindPlatform
) -> None:
    amy = await open_console()
    amy.watch.expect(r"net::ERR_", r"Failed to load resource")
    await amy.sign_in("agent@demo.test")
    ad = {"ad_id": "120210000000000777", "title": "秋季外套", "url": "https://fb.me/autumn"}
    guest = await platform("facebook").customer("廣告來的")
    other = await platform("facebook").customer("自己來的")
    await guest.writes("看到廣告來問", ad=ad)
    await other.writes("路過")
    await expect(amy.row("廣告來的")).to_contain_text(amy.words("inbox:ad.badge"))
    await expect(amy.row("自己來的")).not_to_contain_text(amy.words("inbox:ad.badge"))
    await amy.button("inbox:ad.label").click()
    sources = amy.page.get_by_role("list", name=amy.words("inbox:ad.newest"))
    link = sources.get_by_role("link", name=amy.words("inbox:ad.open", name="秋季外套"))
    await expect(link).to_have_attribute("href", re.compile("^https://"))
    await sources.get_by_role("button", name=re.compile("秋季外套")).click()
    await expect(amy.row("廣告來的")).to_be_visible()
    await expect(amy.row("自己來的")).to_be_hidden()
    await amy.open("廣告來的")
    card = amy.page.get_by_role("complementary", name=amy.words("thread:ad.label"))
    await expect(card).to_contain_text("秋季外套")


@pytest.mark.rule(1)
async def test_orders_have_a_tab_of_their_own(open_console: OpenConsole, platform: FindPlatform) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    await (await platform("line").customer("店家訊息客人")).writes("哈囉")
    await expect(amy.row("店家訊息客人")).to_be_visible()
    tabs = amy.page.get_by_role("radiogroup", name=amy.words("inbox:tabLabel"))
    await tabs.get_by_role("radio", name=amy.words("inbox:tab.order")).click()
    await expect(amy.row("店家訊息客人")).to_be_hidden()


async def test_what_was_written_in_the_platforms_own_app_is_shown_as_such(
    open_console: OpenConsole, platform: FindPlatform
) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    customer = await platform("whatsapp").customer("手機回的")
    await customer.writes("有人嗎？")
    await customer.writes(kind="echo", text="我用手機回的")
    await amy.open(customer.name)
    await expect(amy.message("我用手機回的")).to_contain_text(amy.words("thread:origin.whatsapp"))


async def _opens(menu: Locator, words: Locator) -> bool:
    """A finger that rests on the words."""
    finger = {"pointerType": "touch", "isPrimary": True, "clientX": 60, "clientY": 60}
    await words.dispatch_event("pointerdown", finger)
    await expect(menu).to_be_visible(timeout=3_000)
    return True


def _arrived(console: Console) -> re.Pattern[str]:
    """A state that says the platform took it, or more."""
    states = (console.words(f"thread:delivery.{state}") for state in ("sent", "delivered", "read"))
    return re.compile("|".join(map(re.escape, states)))
