"""A customer writes, two agents see it, one answers, the customer has it: in real browsers."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenConsole
from tests.e2e.customer import Line


@pytest.mark.rule(21, 22, 117)
async def test_both_agents_see_what_happens_without_reloading(open_console: OpenConsole, line: Line) -> None:
    amy, ben, phone = await open_console(), await open_console(), await open_console()
    await amy.sign_in("agent@demo.test")
    async with ben.page.expect_response("**/conversations:count-unread") as counted:
        await ben.sign_in("agent2@demo.test")
    before = (await (await counted.value).json())["conversations"]
    customer = await line.customer("林小晴")

    await phone.page.goto(customer.phone_path)
    await phone.page.get_by_role("textbox").fill("請問今天有開嗎？")
    await phone.page.keyboard.press("Enter")
    for agent in (amy, ben):
        await expect(agent.row("林小晴")).to_contain_text("請問今天有開嗎？")
    await ben.unread(before + 1)

    await amy.open("林小晴")
    await expect(amy.message("請問今天有開嗎？")).to_be_visible()
    await ben.open("林小晴")
    await ben.unread(before)
    await amy.answer("林小晴", "有的，營業到晚上九點。")
    await expect(phone.page.get_by_role("log").get_by_text("有的，營業到晚上九點。")).to_be_visible()
    for agent in (amy, ben):
        await expect(agent.delivery("有的，營業到晚上九點。", "sent")).to_be_visible()
    handled = ben.words("composer:why.colleague", name="Amy Agent")
    await expect(ben.page.get_by_text(handled)).to_be_visible()
    assert await customer.received() == ["有的，營業到晚上九點。"]

    await amy.show("processing")
    await expect(amy.row("林小晴")).to_be_visible()
    await ben.show("open")
    await expect(ben.row("林小晴")).to_contain_text(ben.words("inbox:status.processing"))
