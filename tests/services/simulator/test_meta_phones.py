"""The phones of Meta's channels in a real browser: write, be answered, press, react, come from an ad, read."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.chromium import running_chromium
from tests.services.simulator.meta import MetaChannel
from tests.support.wait import eventually


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests."""
    async with running_chromium() as running:
        yield running


@pytest.fixture
async def phone(browser: Browser, meta: MetaChannel) -> AsyncIterator[Page]:
    """林小美's phone, in English; what goes wrong in its scripts fails the test."""
    page = await browser.new_page(locale="en")
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    await page.goto(f"{meta.platform.url}/phone/{meta.channel}/{meta.account_id}?user={await meta.person()}")
    yield page
    await page.close()
    assert problems == []


async def offer(meta: MetaChannel) -> None:
    """A message with a button that says M."""
    if meta.channel != "whatsapp":
        await meta.send(
            message={"text": "size?", "quick_replies": [{"content_type": "text", "title": "M", "payload": "m"}]}
        )
        return
    button = {"type": "reply", "reply": {"id": "m", "title": "M"}}
    interactive = {"type": "button", "body": {"text": "size?"}, "action": {"buttons": [button]}}
    body = {
        "messaging_product": "whatsapp",
        "to": await meta.person(),
        "type": "interactive",
        "interactive": interactive,
    }
    await meta.graph.post(f"/{meta.provider_id}/messages", json=body)


async def test_a_chat_on_a_phone(phone: Page, meta: MetaChannel) -> None:
    chat = phone.get_by_role("log")
    await phone.get_by_role("textbox").fill("請問今天有開嗎？")
    await phone.keyboard.press("Enter")
    await expect(chat.get_by_text("請問今天有開嗎？")).to_be_visible()

    await meta.send("有的，營業到晚上九點。")
    await expect(chat.get_by_text("有的，營業到晚上九點。")).to_have_count(1)
    await offer(meta)
    await chat.get_by_role("button", name="M", exact=True).click()
    await chat.get_by_role("button", name="Message actions").nth(1).click()
    await phone.get_by_role("button", name="❤").click()
    await expect(chat.locator(".reaction")).to_have_text("❤")
    await phone.get_by_role("button", name="More").click()
    await phone.get_by_role("button", name="Write from an ad").click()
    await expect(chat.get_by_text("From the ad")).to_be_visible()
    await phone.get_by_role("button", name="Attach").click()
    await phone.get_by_role("button", name="Photo").click()
    await expect(chat.locator("img.media")).to_be_visible()
    await phone.get_by_role("button", name="More").click()
    await phone.get_by_role("button", name="Mark the shop's messages as read").click()

    async def kinds() -> bool:
        told = [entry["kind"] for entry in await meta.ledger(direction="sent")]
        return told == [
            *["message"] * 2,
            "reaction",
            *["message"] * 2,
            "status" if meta.channel == "whatsapp" else "read",
        ]

    await eventually(kinds)


async def test_what_the_shop_does_is_seen(phone: Page, meta: MetaChannel) -> None:
    written = await meta.happen(text="hello")
    await expect(phone.get_by_role("log").get_by_text("hello")).to_be_visible()
    typing = {"recipient": {"id": await meta.person()}, "sender_action": "typing_on"}
    if meta.channel == "whatsapp":
        typing = {"messaging_product": "whatsapp", "status": "read", "message_id": written["message_id"]}
        typing |= {"typing_indicator": {"type": "text"}}

    await meta.graph.post(f"/{meta.provider_id}/messages", json=typing)

    await expect(phone.get_by_text("The shop is typing…")).to_be_visible()


async def test_the_dialog_leads_back(browser: Browser, facebook: MetaChannel) -> None:
    page, back = await browser.new_page(locale="en"), f"{facebook.platform.url}/livez"
    query = "client_id=900000000000001&scope=pages_messaging&state=s-1"
    await page.goto(f"{facebook.platform.url}/graph/v23.0/dialog/oauth?{query}&redirect_uri={back}")

    await page.get_by_role("button", name="Allow", exact=True).click()

    await expect(page).to_have_url(re.compile(rf"{re.escape(back)}\?code=[^&]+&state=s-1"))
    await page.close()
