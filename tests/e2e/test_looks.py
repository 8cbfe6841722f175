"""Phone and desktop, three languages, dark and light."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenConsole
from tests.e2e.customer import Line
from tests.e2e.words import Words

_DEVICES = [("zh-HK", "zh-TW"), ("zh-SG", "zh-CN"), ("en-GB", "en"), ("fr-FR", "zh-TW")]
_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def test_on_a_phone_the_list_leads_to_the_thread_and_back(open_console: OpenConsole, line: Line) -> None:
    amy = await open_console(**_PHONE)
    await amy.sign_in("agent@demo.test")
    customer = await line.customer("手機客人")
    await customer.writes("手機上看得到嗎？")
    await expect(amy.place("settings")).to_be_visible()
    await amy.row("手機客人").tap()
    await expect(amy.message("手機上看得到嗎？")).to_be_visible()
    await expect(amy.row("手機客人")).to_be_hidden()
    await expect(amy.place("settings")).to_be_hidden()
    await amy.writer("手機客人").fill("看得到")
    await amy.button("composer:send").tap()
    await expect(amy.delivery("看得到", "sent")).to_be_visible()
    await amy.button("common:action.back").tap()
    await amy.show("processing")
    await expect(amy.row("手機客人")).to_be_visible()
    await expect(amy.message("看得到")).to_be_hidden()
    assert await amy.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


@pytest.mark.rule(119)
@pytest.mark.parametrize(("device", "language"), _DEVICES)
async def test_the_language_follows_the_device(open_console: OpenConsole, device: str, language: str) -> None:
    guest = await open_console(device)
    await guest.page.goto("/")
    await expect(guest.heading(Words(language)("auth:signIn.title"))).to_be_visible()
    assert await guest.page.evaluate("document.documentElement.lang") == language


async def test_the_language_can_be_chosen_and_stays(open_console: OpenConsole) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    for language, name in (("zh-CN", "简体中文"), ("en", "English"), ("zh-TW", "繁體中文")):
        await amy.page.goto("/settings/profile")
        await amy.choose(amy.words("common:language"), name)
        amy.words = Words(language)
        await expect(amy.heading(amy.words("profile:title"))).to_be_visible()
        await amy.page.reload()
        await expect(amy.heading(amy.words("profile:title"))).to_be_visible()


async def test_dark_follows_the_device_until_somebody_chooses(open_console: OpenConsole) -> None:
    amy = await open_console(color_scheme="dark")
    await amy.sign_in("agent@demo.test")
    assert await _brightness(amy.page) < 200
    await amy.page.goto("/settings/profile")
    await amy.choose(amy.words("profile:look.theme"), amy.words("profile:theme.light"))
    await expect(amy.page.locator("html[data-theme=light]")).to_be_visible()
    await amy.page.reload()
    await expect(amy.heading(amy.words("profile:title"))).to_be_visible()
    assert await _brightness(amy.page) > 600


async def _brightness(page: Page) -> int:
    """Of the page's own colour: the sum of red, green and blue."""
    colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3])
