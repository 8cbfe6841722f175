"""The simulator's phones: where one can write, and where nobody would hear of it."""

import asyncio

import httpx
from playwright.async_api import Route, expect

from tests.e2e.conftest import OpenConsole
from tests.e2e.customer import Line
from tests.support.stack import Stack

_QUIET = {
    "account_id": "quiet-whatsapp",
    "display_name": "Quiet Shop",
    "provider_id": "200000000000009",
    "access_token": "quiet-token",
    "business_account_id": "300000000000009",
    "app_secret": "quiet-secret",
    "verify_token": "quiet-verify",
}
_MARK = "Not connected yet: connect it under Channels in the console."


async def test_an_account_that_is_not_connected_is_marked_and_cannot_be_written_to(
    open_console: OpenConsole, desk: Stack
) -> None:
    async with httpx.AsyncClient(base_url=desk.simulator_url, trust_env=False, timeout=30) as client:
        assert (await client.post("/control/whatsapp/accounts", json=_QUIET)).is_success
        page = (await open_console("en")).page
        await page.goto("/simulator/phone")
        card = page.locator("section", has_text="Quiet Shop")
        await expect(card.get_by_text(_MARK)).to_be_visible()
        await expect(card.get_by_role("link")).to_have_count(0)
        await expect(page.get_by_role("link", name="Demo shop", exact=True)).to_have_attribute("href", "shop")

        await page.goto("/simulator/phone/whatsapp/quiet-whatsapp")
        await expect(page.get_by_text(_MARK)).to_be_visible()
        await expect(page.get_by_role("textbox")).to_be_disabled()

        connected = {"webhook_url": f"{desk.webhooks_url}/webhooks/whatsapp", "webhook_active": True}
        assert (await client.patch("/control/whatsapp/quiet-whatsapp", json=connected)).is_success
        await page.evaluate("window.dispatchEvent(new Event('focus'))")
        await expect(page.get_by_role("textbox")).to_be_enabled()
        await expect(page.get_by_text(_MARK)).to_be_hidden()
        assert (await client.delete("/control/whatsapp/quiet-whatsapp")).is_success


async def test_nothing_can_be_written_before_the_phone_knows_its_chat(open_console: OpenConsole, line: Line) -> None:
    page, known = (await open_console("en")).page, asyncio.Event()

    async def answer_late(route: Route) -> None:
        await known.wait()
        await route.continue_()

    customer = await line.customer("Early bird")
    await page.route(f"**/users/{customer.user_id}", answer_late)
    await page.goto(customer.phone_path)
    await expect(page.get_by_role("textbox")).to_be_disabled()
    known.set()
    await page.get_by_role("textbox").fill("Are you open?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("Are you open?")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_hidden()
