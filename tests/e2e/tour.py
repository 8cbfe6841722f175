"""Every page of the console in one look: what `make screenshot --all` takes, and a person looks at before a release."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.console import Console
from tests.e2e.gallery import EVERYTHING, FROM_AD, LATE, ON_LINE, STORIES

_SETTINGS = {"profile": "Demo Shop", "team": "Ada Admin", "channels": "Demo Shop on LINE"}
_SETTINGS |= {"ledger": "Demo Shop on LINE", "audit": "Ada Admin"}
_MADE = {
    "id": "acc_k3m8v5t1q9w2z7x4",
    "name": "小日子選物",
    "state": "active",
    "state_reason": None,
    "provider_id": "acc_k3m8v5t1q9w2z7x4",
    "queue": None,
    "health": None,
    "human_agent": False,
    "created_at": "2026-11-22T03:00:00Z",
    "version": 1,
}

OpenConsole = Callable[[], Awaitable[Console]]


class Tour:
    """Takes pictures of one look into a folder: desktop-dark-en-ledger.png."""

    def __init__(self, folder: Path, look: str, open_console: OpenConsole) -> None:
        self._folder = folder
        self._look = look
        self._open = open_console

    async def all(self) -> None:
        """Every page."""
        console = await self._open()
        await self._doors(console)
        await console.sign_in("admin@demo.test")
        await self._inbox(console)
        for room in (self._settings, self._ledger, self._wizard, self._metas_dialog, self._troubles, self._widget):
            await room(console)
        await console.page.context.close()
        agent = await self._open()
        await agent.sign_in("agent@demo.test")
        await self._threads(agent)
        await agent.page.context.close()

    async def _take(self, page: Page, name: str) -> None:
        await page.wait_for_load_state("networkidle")
        await page.screenshot(path=self._folder / f"{self._look}-{name}.png", animations="disabled")

    async def _doors(self, console: Console) -> None:
        for path, heading in (("signin", "auth:signIn.title"), ("forgot-password", "auth:forgot.title")):
            await console.page.goto(f"/{path}")
            await expect(console.heading(console.words(heading))).to_be_visible()
            await self._take(console.page, path)

    async def _inbox(self, console: Console) -> None:
        await expect(console.row(ON_LINE)).to_be_visible()
        await self._take(console.page, "list")
        await console.button("inbox:ad.label").click()
        await expect(console.page.get_by_role("list", name=console.words("inbox:ad.newest"))).to_be_visible()
        await self._take(console.page, "ads")
        await console.page.keyboard.press("Escape")
        tabs = console.page.get_by_role("radiogroup", name=console.words("inbox:tabLabel"))
        await tabs.get_by_role("radio", name=console.words("inbox:tab.order")).click()
        await expect(console.row("曾柏宇")).to_be_visible()
        await self._take(console.page, "orders")
        await console.open("曾柏宇")
        await expect(console.message("可以改成超商取貨嗎？")).to_be_visible()
        await self._take(console.page, "order")

    async def _threads(self, console: Console) -> None:
        for name, customer in (("ad", FROM_AD), ("stories", STORIES), ("late", LATE), ("line", ON_LINE)):
            await self._enter(console, customer, "open")
            await self._take(console.page, f"thread-{name}")
        await console.page.goto("/inbox")
        await self._enter(console, LATE, "open")
        await console.button("composer:template.choose").click()
        dialog = console.page.get_by_role("dialog")
        templates = dialog.get_by_role("list", name=console.words("composer:template.title")).get_by_role("button")
        await expect(templates.first).to_be_visible()
        await self._take(console.page, "templates")
        await templates.first.click()
        await expect(dialog.get_by_role("figure")).to_be_visible()
        await self._take(console.page, "template")
        await self._enter(console, EVERYTHING, "processing")
        await self._take(console.page, "thread-answers")
        thread = console.page.get_by_role("region", name=console.words("thread:messagesLabel"))
        for part in ("end", "middle", "start"):
            await _scroll(thread, {"end": 0.72, "middle": 0.36, "start": 0.0}[part])
            await self._take(console.page, f"thread-{part}")
        await console.picture().first.click()
        await expect(console.page.get_by_role("dialog").get_by_role("img")).to_be_visible()
        await self._take(console.page, "picture")

    async def _enter(self, console: Console, customer: str, status: str) -> None:
        await console.page.goto("/inbox")
        await console.show(status)
        await console.open(customer)
        await expect(console.page.get_by_role("region", name=console.words("thread:messagesLabel"))).to_be_visible()

    async def _settings(self, console: Console) -> None:
        await console.page.goto("/settings")
        await self._take(console.page, "settings")
        for name, content in _SETTINGS.items():
            await console.page.goto(f"/settings/{name}")
            shown = console.page.get_by_role("main").get_by_text(content).filter(visible=True)
            await expect(shown.first).to_be_visible()
            await self._take(console.page, name)
        await console.page.goto("/settings/channels")
        site = console.page.locator("section").filter(has=console.heading("Demo Shop's site"))
        await site.get_by_text(console.words("channels:site.members")).click()
        await site.scroll_into_view_if_needed()
        await self._take(console.page, "channels-site")
        await site.get_by_role("button", name=console.words("channels:rotate.action")).click()
        await self._take(console.page, "rotate")

    async def _ledger(self, console: Console) -> None:
        rows = console.page.get_by_role("list", name=console.words("ledger:title")).get_by_role("button")
        for verdict in ("duplicate", "refused", "parked", "stored"):
            await console.page.goto("/settings/ledger")
            await expect(rows.first).to_be_visible()
            await console.choose(console.words("ledger:verdictLabel"), console.words(f"ledger:verdict.{verdict}"))
            await expect(rows.first).to_contain_text(console.words(f"ledger:verdict.{verdict}"))
            await self._take(console.page, f"ledger-{verdict}")
            await rows.first.click()
            await expect(console.page.get_by_role("dialog").locator("pre")).to_be_visible()
            await self._take(console.page, f"ledger-{verdict}-entry")
        sheet = console.page.get_by_role("dialog")
        await sheet.get_by_role("radio", name=console.words("ledger:detail.hex")).click()
        await self._take(console.page, "ledger-bytes")
        await sheet.get_by_role("button", name=console.words("ledger:replay.action")).click()
        await expect(sheet.get_by_text(console.words("ledger:replay.done", count=1))).to_be_visible()
        await self._take(console.page, "ledger-replayed")

    async def _wizard(self, console: Console) -> None:
        await console.page.route("**/api/v1/channel-accounts", _make)
        for channel in ("line", "facebook", "web", "order"):
            await console.page.goto("/settings/channels")
            await console.button("channels:connect.action").click()
            dialog = console.page.get_by_role("dialog")
            if channel == "line":
                await self._take(console.page, "wizard")
            title = console.words(f"common:channel.{channel}")
            await dialog.get_by_role("button", name=re.compile(f"^{title}")).click()
            await expect(console.button("channels:connect.submit")).to_be_visible()
            await self._take(console.page, f"wizard-{channel}")
            if channel in ("web", "order"):
                await dialog.get_by_label(console.words("channels:field.name")).fill("小日子選物")
                await console.button("channels:connect.submit").click()
                await expect(console.button("channels:connected.close")).to_be_visible()
                await self._take(console.page, f"wizard-{channel}-done")
        await console.page.unroute("**/api/v1/channel-accounts")

    async def _metas_dialog(self, console: Console) -> None:
        for answer in ("allow", "deny"):
            await console.page.goto("/settings/channels")
            await console.button("channels:connect.action").click()
            facebook = console.words("common:channel.facebook")
            dialog = console.page.get_by_role("dialog")
            await dialog.get_by_role("button", name=re.compile(f"^{facebook}")).click()
            await console.button("channels:wizard.dialog", channel=facebook).click()
            await console.page.locator(f"button[value={answer}]").click()
            await expect(console.page.get_by_role("dialog")).to_be_visible()
            await self._take(console.page, f"meta-{answer}")

    async def _troubles(self, console: Console) -> None:
        """What a page says while it waits, when nothing is there, and when nobody answers."""
        await console.page.route(re.compile(r"/api/v1/(conversations|ledger-entries)\?"), _wait)
        for name, path in (("inbox", "/inbox"), ("ledger", "/settings/ledger")):
            await console.page.goto(path, wait_until="domcontentloaded")
            await expect(console.page.get_by_role("main")).to_be_visible()
            path_of = self._folder / f"{self._look}-waiting-{name}.png"
            await console.page.screenshot(path=path_of, animations="disabled")
        await console.page.unroute_all(behavior="ignoreErrors")
        await console.page.route(re.compile(r"/api/v1/(conversations|ledger-entries|channel-accounts)\?"), _refuse)
        for name, path in (("inbox", "/inbox"), ("ledger", "/settings/ledger"), ("channels", "/settings/channels")):
            await console.page.goto(path)
            await expect(console.button("common:action.retry").first).to_be_visible()
            await self._take(console.page, f"failing-{name}")
        await console.page.unroute_all(behavior="ignoreErrors")
        await console.page.goto("/inbox")
        await console.show("closed")
        await expect(console.page.get_by_text(console.words("inbox:empty.closed"), exact=True)).to_be_visible()
        await self._take(console.page, "empty-inbox")
        await console.page.goto("/nowhere")
        await self._take(console.page, "nowhere")

    async def _widget(self, console: Console) -> None:
        """The demo shop's page with the widget closed, open, and with its form."""
        page = console.page
        await page.goto(f"/simulator/shop?language={console.words.language}")
        await expect(page.locator("button.launcher")).to_be_visible()
        await self._take(page, "shop")
        async with page.expect_response(re.compile(r"/widget/v1/[^/]+/messages")) as read:
            await page.locator("button.launcher").click()
        await (await read.value).finished()
        await expect(page.locator("#fd-panel")).to_be_visible()
        await page.screenshot(path=self._folder / f"{self._look}-shop-chat.png", animations="disabled")
        await page.locator("#fd-panel").get_by_role("tab").nth(1).click()
        await page.screenshot(path=self._folder / f"{self._look}-shop-form.png", animations="disabled")


async def _scroll(thread: Locator, share: float) -> None:
    """So far down, of what can be scrolled; a thread's zero is its end."""
    await thread.evaluate("(log, share) => log.scrollTo(0, (log.scrollHeight - log.clientHeight) * (share - 1))", share)


async def _make(route: Route) -> None:
    """Answers a new account without there being one: a tour leaves nothing behind."""
    if route.request.method != "POST":
        await route.continue_()
        return
    channel = json.loads(route.request.post_data or "")["channel"]
    origin = route.request.url.partition("/api/")[0]
    address = f"{origin}/webhooks/{channel}/{_MADE['id']}"
    made: dict[str, Any] = {**_MADE, "channel": channel, "webhook_url": address}
    await route.fulfill(status=201, json=made)


async def _wait(_route: Route) -> None:
    """As when the answer takes its time: there is none."""


async def _refuse(route: Route) -> None:
    """As when the server is in trouble."""
    await route.fulfill(status=503, json={"title": "Unavailable", "code": "unavailable", "status": 503})
