"""The connection goes and comes back: the console says so, and nothing is missing or doubled afterwards."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.conftest import OpenConsole
from tests.e2e.console import Console
from tests.e2e.customer import Line
from tests.support.stack import Stack

# What a browser says about requests and sockets that reach nobody.
_UNREACHABLE = (r"WebSocket connection to", r"net::ERR_")


@pytest.mark.promise(6)
async def test_a_gateway_that_stops_is_noticed_and_made_up_for(
    desk: Stack, open_console: OpenConsole, line: Line
) -> None:
    amy = await open_console()
    amy.watch.expect(*_UNREACHABLE)
    await amy.sign_in("agent@demo.test")
    customer = await line.customer("陳大文")
    await customer.writes("第一則")
    await amy.open("陳大文")
    await desk.stop("gateway")
    try:
        await expect(_banner(amy, "common:connection.lostSince")).to_be_visible()
        await customer.writes("第二則")
        await customer.writes("第三則")
        await amy.answer("陳大文", "等網路恢復才送出")
    finally:
        await desk.start(["gateway"])
    for text in ("第一則", "第二則", "第三則"):
        await expect(amy.message(text)).to_have_count(1)
    await expect(amy.delivery("等網路恢復才送出", "sent")).to_be_visible()
    await expect(amy.message("等網路恢復才送出")).to_have_count(1)
    await expect(amy.page.get_by_text(amy.words("common:connection.now"))).to_be_hidden()
    assert await customer.received() == ["等網路恢復才送出"]


@pytest.mark.promise(6)
async def test_a_browser_without_network_resumes_where_it_was(open_console: OpenConsole, line: Line) -> None:
    amy = await open_console()
    amy.watch.expect(*_UNREACHABLE)
    await amy.sign_in("agent@demo.test")
    customer, stranger = await line.customer("黃美麗"), await line.customer("周杰")
    await customer.writes("還在嗎？")
    await amy.open("黃美麗")
    await amy.page.context.set_offline(True)
    await expect(_banner(amy, "common:connection.offlineSince")).to_be_visible()
    await customer.writes("有人嗎？")
    await stranger.writes("新的客人")
    await amy.page.context.set_offline(False)
    await expect(amy.row("周杰")).to_contain_text("新的客人")
    await expect(amy.message("有人嗎？")).to_have_count(1)
    await expect(amy.message("還在嗎？")).to_have_count(1)


def _banner(console: Console, key: str) -> Locator:
    """The line that says what is wrong, whatever time it names."""
    before, _, after = console.words(key, time="\0").partition("\0")
    words = re.compile(f"{re.escape(before)}.+{re.escape(after)}")
    return console.page.get_by_role("status").filter(has_text=words)
