"""The widget on a shop's own page, which is another origin than the desk and full of styles that are not ours."""

import gzip
import io
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from cli.run import console as build
from tests.e2e.chromium import TOOLS
from tests.e2e.conftest import PATIENCE_MS, OpenConsole
from tests.e2e.watch import Watch
from tests.support.npm import one_at_a_time
from tests.support.stack import Stack
from tests.support.wait import eventually

_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_SCRIPT = build.WIDGET / "dist" / "widget.js"
_MOST_BYTES = 40 * 1024
_IN_SIGHT = """picture => {
    const inner = picture.getBoundingClientRect(), outer = picture.closest(".scroll").getBoundingClientRect();
    const loaded = picture.complete && picture.naturalHeight > 0 && inner.height > 0;
    return loaded && inner.top >= outer.top && inner.bottom <= outer.bottom;
}"""
_SHOTS = build.WIDGET.parent / "build" / "screenshots"


class Site:
    """A page of the shop in a browser of somebody's own."""

    def __init__(self, page: Page, root: str, watch: Watch) -> None:
        self.page = page
        self.watch = watch
        self._root = root

    async def open(self, path: str = "", member: str = "", language: str = "zh-TW") -> None:
        """A page, as a member or as nobody."""
        query = "&".join(f"{name}={value}" for name, value in (("member", member), ("language", language)) if value)
        await self.page.goto(f"{self._root}/shop{path}?{query}")

    @property
    def launcher(self) -> Locator:
        """The widget's button."""
        return self.page.locator("button.launcher")

    @property
    def panel(self) -> Locator:
        """What it opens."""
        return self.page.locator("#fd-panel")

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.panel.get_by_role("log")

    async def open_panel(self) -> None:
        """By the button."""
        await self.launcher.click()
        await expect(self.panel).to_be_visible()

    async def writes(self, text: str) -> None:
        """A message of the chat."""
        await self.panel.locator(".composer textarea").fill(text)
        await self.panel.locator(".composer [type=submit]").click()
        await expect(self.log).to_contain_text(text)

    async def attach(self) -> None:
        """A picture, to the message that is being written."""
        file: Any = {"name": "shirt.png", "mimeType": "image/png", "buffer": _png()}
        await self.panel.locator(".chat input[type=file]").set_input_files(file)
        await expect(self.panel.locator(".chat .pictures img")).to_be_visible()

    async def sees(self, picture: Locator) -> None:
        """It has loaded, and all of it is inside the panel's part for messages."""
        await expect(picture).to_have_attribute("src", re.compile("^http"))
        await eventually(lambda: picture.evaluate(_IN_SIGHT), 30, "a picture in sight")

    async def show_form(self) -> None:
        """The second tab."""
        await self.panel.get_by_role("tab").nth(1).click()
        await expect(self.panel.locator("form.form")).to_be_visible()


OpenSite = Callable[..., Awaitable[Site]]


@pytest.fixture
async def open_site(desk: Stack, browser: Browser) -> AsyncIterator[OpenSite]:
    """Opens a browser of somebody's own. The shop's pages come from the simulator's own address."""
    with one_at_a_time("widget"):
        if build.stale(build.WIDGET):
            await build.build(None, build.WIDGET)
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    async def open_one(**options: Any) -> Site:
        context = await browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watches.append(Watch(context))
        return Site(await context.new_page(), desk.simulator_url, watches[-1])

    yield open_one
    for context in contexts:
        await context.close()
    for watch in watches:
        watch.expect(r"favicon\.ico")
        watch.check()


async def _wheel_to_top(page: Page, scroll: Locator) -> bool:
    """One more turn of the wheel: a thread that grows just then goes back to its end."""
    await page.mouse.wheel(0, -10_000)
    return bool(await scroll.evaluate("box => box.scrollTop === 0"))


async def _logged(site: Site, text: str, times: int) -> None:
    """So often it stands in the browser's console."""
    problems = site.watch.problems
    await eventually(lambda: sum(text in problem for problem in problems) == times, 30, text)


def _unique(text: str) -> str:
    return f"{text} {uuid4().hex[:6]}"


def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), (23, 97, 79)).save(file, "PNG")
    return file.getvalue()


async def test_a_guest_chats_and_finds_it_all_again(open_site: OpenSite, open_console: OpenConsole) -> None:
    guest, amy = await open_site(), await open_console()
    await amy.sign_in("agent@demo.test")
    question, answer = _unique("有現貨嗎"), _unique("有的")
    await guest.open()
    await guest.open_panel()
    await guest.writes(question)
    await amy.row(question).click()
    await expect(amy.message(question)).to_be_visible()
    await amy.page.get_by_role("textbox").last.fill(answer)
    await amy.send()
    await expect(guest.log).to_contain_text(answer)
    await guest.page.reload()
    await guest.open_panel()
    await expect(guest.log).to_contain_text(question)
    await expect(guest.log).to_contain_text(answer)
    stranger = await open_site()
    await stranger.open()
    await stranger.open_panel()
    await expect(stranger.log.locator(".message")).to_have_count(0)


@pytest.mark.rule(52)
async def test_a_picture_each_way(open_site: OpenSite, open_console: OpenConsole) -> None:
    guest, amy = await open_site(), await open_console()
    await amy.sign_in("agent@demo.test")
    text = _unique("這個顏色")
    await guest.open()
    await guest.open_panel()
    await guest.attach()
    await guest.writes(text)
    await amy.row(text).click()
    await expect(amy.picture()).to_be_visible()
    await amy.attach("answer.png", "image/png", _png(), source="pictures")
    await amy.send()
    theirs = guest.log.locator(".message.outbound img")
    await expect(theirs).to_be_visible()
    assert await theirs.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.rule(52)
async def test_a_new_picture_is_in_sight_unless_one_scrolled_up(open_site: OpenSite, open_console: OpenConsole) -> None:
    guest, amy = await open_site(), await open_console()
    await amy.sign_in("agent@demo.test")
    text = _unique("很長的訊息")
    await guest.open()
    await guest.open_panel()
    await guest.writes("\n".join([text, *(str(number) for number in range(40))]))
    await guest.attach()
    await guest.writes(own := _unique("這個顏色"))
    await guest.sees(guest.log.locator(".message.inbound img"))
    await amy.row(own).click()
    await amy.attach("answer.png", "image/png", _png(), source="pictures")
    await amy.send()
    theirs = guest.log.locator(".message.outbound img")
    await guest.sees(theirs)
    for reopen in (guest.page.keyboard.press("Escape"), guest.page.reload()):
        await reopen
        await guest.open_panel()
        await guest.sees(theirs)
    scroll = guest.panel.locator(".scroll")
    await scroll.hover()
    await eventually(partial(_wheel_to_top, guest.page, scroll), 30, "the top of the thread")
    await amy.page.get_by_role("textbox").last.fill(more := _unique("還有嗎"))
    await amy.send()
    await expect(guest.log).to_contain_text(more)
    assert await scroll.evaluate("box => box.scrollTop") == 0
    await guest.panel.locator(".fresh").click()
    await expect(guest.log.get_by_text(more)).to_be_in_viewport(ratio=1)
    await expect(guest.panel.locator(".fresh")).to_be_hidden()


@pytest.mark.rule(49)
async def test_a_member_whose_token_the_shop_signed_wrongly_is_no_guest(open_site: OpenSite) -> None:
    site = await open_site()
    site.watch.expect(r"401 \(Unauthorized\) \(.*/sessions", "Signature verification failed")
    await site.open(language="en")
    await site.page.wait_for_function("window.Frontdesk !== undefined")
    claims = {"sub": "m-1001", "exp": int(time.time()) + 600}
    token = jwt.encode(claims, "another-secret-of-the-same-length-or-so", "HS256")
    await site.page.evaluate("memberToken => Frontdesk.update({memberToken})", token)
    for times in (1, 2):
        await site.launcher.click()
        await _logged(site, "401 (Unauthorized)", times)
        await expect(site.page.locator("[aria-busy]")).to_have_count(0)
        await expect(site.page.locator(".trouble")).to_contain_text("tell the shop")
        await expect(site.panel).to_have_count(0)
    await _logged(site, "Signature verification failed", 1)
    await site.page.evaluate("Frontdesk.update({memberToken: ''})")
    await site.open_panel()
    await expect(site.page.locator(".trouble")).to_be_hidden()


@pytest.mark.rule(49)
async def test_a_members_thread_follows_the_member_and_is_gone_after_sign_out(open_site: OpenSite) -> None:
    home, work = await open_site(), await open_site()
    text = _unique("我的訂單")
    await home.open(member="m-1001")
    await home.open_panel()
    await home.writes(text)
    await home.show_form()
    for field, value in (("name", "陳美玲"), ("email", "sunny@customer.test")):
        await expect(home.panel.locator(f"#fd-{field}")).to_have_value(value)
        await expect(home.panel.locator(f"#fd-{field}")).not_to_be_editable()
    await work.open(member="m-1001")
    await work.open_panel()
    await expect(work.log).to_contain_text(text)
    await work.page.locator("#sign-out").click()
    await work.open_panel()
    await expect(work.panel.locator(".note").first).to_be_visible()
    await expect(work.log.locator(".message")).to_have_count(0)


@pytest.mark.rule(48, 51)
async def test_the_form_needs_a_way_to_answer(open_site: OpenSite, open_console: OpenConsole) -> None:
    guest, amy = await open_site(), await open_console()
    await amy.sign_in("agent@demo.test")
    text = _unique("請回電")
    await guest.open(language="en")
    await guest.open_panel()
    await guest.show_form()
    await guest.panel.locator("#fd-message").fill(text)
    await guest.panel.locator(".form [type=submit]").click()
    await expect(guest.panel.locator(".form .alert")).to_contain_text("email address or a phone number")
    await guest.panel.locator("#fd-phone").fill("0912 345 678")
    await guest.panel.locator(".form [type=submit]").click()
    await expect(guest.panel.locator(".done")).to_contain_text("will call you")
    await amy.row(text).click()
    await expect(amy.message(text)).to_be_visible()
    await expect(amy.page.locator("textarea:enabled")).to_have_count(0)


async def test_a_form_is_answered_by_mail_and_the_answer_returns(
    open_site: OpenSite, open_console: OpenConsole, desk: Stack
) -> None:
    guest, amy = await open_site(), await open_console()
    await amy.sign_in("agent@demo.test")
    text, thanks, address = _unique("運費多少"), _unique("謝謝"), f"{uuid4().hex[:8]}@customer.test"
    await guest.open()
    await guest.open_panel()
    await guest.show_form()
    await guest.panel.locator("#fd-email").fill(address)
    await guest.panel.locator("#fd-message").fill(text)
    await guest.panel.locator(".form [type=submit]").click()
    await expect(guest.panel.locator(".done")).to_contain_text(address)
    await amy.row(text).click()
    await expect(amy.message(text)).to_be_visible()
    composer = amy.page.get_by_role("textbox").last
    await composer.fill("免運費")
    await expect(composer).to_have_value("免運費")
    await amy.send()
    await expect(amy.message("免運費")).to_be_visible()
    await guest.page.goto(f"{desk.simulator_url}/mailbox")
    await guest.page.locator(".mails button").filter(has_text=address).click()
    await expect(guest.page.locator(".mail-text")).to_contain_text("免運費")
    await guest.page.locator(".mail textarea").fill(thanks)
    await guest.page.locator(".mail [type=submit]").click()
    await expect(amy.message(thanks)).to_be_visible()


@pytest.mark.rule(50)
@pytest.mark.parametrize(
    ("path", "shows"),
    [
        pytest.param("", 1, id="home"),
        pytest.param("/products", 0, id="list"),
        pytest.param("/products/linen", 0, id="in-stock"),
        pytest.param("/products/suit", 1, id="hidden-price"),
        pytest.param("/products/scarf", 1, id="sold-out"),
        pytest.param("/products/bag", 0, id="backorder"),
    ],
)
async def test_the_button_shows_where_one_must_ask(open_site: OpenSite, path: str, shows: int) -> None:
    guest = await open_site()
    await guest.open(path)
    await guest.page.wait_for_function("window.Frontdesk !== undefined")
    await expect(guest.launcher.filter(visible=True)).to_have_count(shows)


async def test_keyboard_and_screen_reader_reach_everything(open_site: OpenSite) -> None:
    guest = await open_site()
    await guest.open()
    await guest.page.wait_for_function("window.Frontdesk !== undefined")
    await guest.launcher.focus()
    await guest.page.keyboard.press("Enter")
    await expect(guest.panel.locator(".composer textarea")).to_be_focused()
    await guest.page.keyboard.type("hello by keyboard")
    await guest.page.keyboard.press("Enter")
    await expect(guest.log).to_contain_text("hello by keyboard")
    await _accessible(guest.page)
    await guest.panel.get_by_role("tab").first.focus()
    await guest.page.keyboard.press("ArrowRight")
    await expect(guest.panel.get_by_role("tab").nth(1)).to_be_focused()
    await expect(guest.panel.locator("form.form")).to_be_visible()
    await _accessible(guest.page)
    await guest.page.keyboard.press("Escape")
    await expect(guest.panel).to_be_hidden()
    await expect(guest.launcher).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
async def test_it_looks_the_same_on_a_page_with_strange_styles(open_site: OpenSite, device: str, scheme: str) -> None:
    guest = await open_site(color_scheme=scheme, **(_PHONE if device == "phone" else {}))
    await guest.open()
    await guest.open_panel()
    await guest.writes("hello")
    style = "element => (({textTransform, borderRightStyle, fontStyle, float}) => "
    style += "[textTransform, borderRightStyle, fontStyle, float])(getComputedStyle(element))"
    seen = await guest.panel.locator(".composer [type=submit]").evaluate(style)
    assert [seen[0], seen[2], seen[3]] == ["none", "normal", "none"]
    assert seen[1] != "dotted"
    inside = "box => box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight"
    assert await guest.panel.evaluate(f"element => ({inside})(element.getBoundingClientRect())")
    await guest.page.screenshot(path=_SHOTS / f"widget-{device}-{scheme}.png")


def test_it_is_small_before_it_is_opened(desk: Stack) -> None:
    # It is one file: nothing else is loaded, before or after it is opened.
    assert len(gzip.compress(_SCRIPT.read_bytes(), 9)) <= _MOST_BYTES


async def _accessible(page: Page) -> None:
    """Fails with what axe finds serious or critical inside the widget."""
    await page.evaluate(_axe())
    where = json.dumps({"include": [["[data-frontdesk]"]]})
    found = await page.evaluate(f"axe.run({where}, {{resultTypes: ['violations']}})")
    serious = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
    assert not serious, json.dumps(serious, indent=1)[:4000]


def _axe() -> str:
    return Path(TOOLS, "node_modules", "axe-core", "axe.min.js").read_text()
