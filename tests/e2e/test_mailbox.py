"""The simulator's mailbox: mails show as they come, and the list keeps its reader's place."""

from email.message import EmailMessage

import aiosmtplib
from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.conftest import OpenConsole
from tests.support.stack import Stack


async def test_a_mail_that_comes_while_the_page_opens_is_listed(open_console: OpenConsole, desk: Stack) -> None:
    page = (await open_console("en")).page

    async def answer_late(route: Route) -> None:
        """The first list, as it stood before the mail that comes meanwhile."""
        answer = await route.fetch()
        await _post(desk, "early@customer.test", "Came while it opened")
        await route.fulfill(response=answer)

    await page.route("**/control/mailbox?*", answer_late, times=1)
    await page.goto(f"{desk.simulator_url}/mailbox")
    await expect(_row(page, "Came while it opened")).to_be_visible()


async def test_a_row_keeps_the_focus_while_mails_come(open_console: OpenConsole, desk: Stack) -> None:
    page = (await open_console("en")).page
    await _post(desk, "first@customer.test", "The first")
    await page.goto(f"{desk.simulator_url}/mailbox")
    await _row(page, "The first").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article")).to_contain_text("What The first says")
    await expect(_row(page, "The first")).to_have_attribute("aria-current", "true")
    await _post(desk, "second@customer.test", "The second")
    await expect(page.get_by_role("listitem").first).to_contain_text("The second")
    await expect(_row(page, "The first")).to_be_focused()
    await page.get_by_role("searchbox").fill("second@customer.test")
    await expect(_row(page, "The first")).to_be_hidden()
    await expect(_row(page, "The second")).to_be_visible()
    await page.get_by_role("searchbox").fill("")
    await expect(page.get_by_role("listitem").nth(1)).to_contain_text("The first")


async def _post(desk: Stack, to: str, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "no-reply@frontdesk.test", to, subject
    mail.set_content(f"What {subject} says")
    port = desk.ports["simulator-smtp"]
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)


def _row(page: Page, subject: str) -> Locator:
    """A mail in the list."""
    return page.get_by_role("listitem").get_by_role("button").filter(has_text=subject)
