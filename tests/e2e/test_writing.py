"""Writing an answer: input methods, the keyboard alone, and answers that do not arrive."""

import pytest
from playwright.async_api import CDPSession, expect

from tests.e2e.conftest import OpenConsole
from tests.e2e.customer import Line

_SPACE = {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32}
_ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}


async def test_the_enter_that_ends_a_composition_does_not_send(open_console: OpenConsole, line: Line) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    customer = await line.customer("輸入法")
    await customer.writes("你好")
    await amy.open("輸入法")
    field = amy.writer("輸入法")
    await field.focus()
    keyboard = await amy.page.context.new_cdp_session(amy.page)
    await keyboard.send("Input.imeSetComposition", {"text": "ㄋㄧˇ", "selectionStart": 3, "selectionEnd": 3})
    await _press_enter(keyboard)
    await expect(field).to_have_value("ㄋㄧˇ")
    await keyboard.send("Input.insertText", {"text": "你"})
    await keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **_SPACE})
    await expect(field).to_have_value("你")
    await field.press("Enter")
    await expect(amy.delivery("你", "sent")).to_be_visible()
    assert await customer.received() == ["你"]


async def test_the_keyboard_alone_signs_in_and_answers(open_console: OpenConsole, line: Line) -> None:
    amy = await open_console()
    customer = await line.customer("只用鍵盤")
    await customer.writes("看得到嗎？")
    await amy.page.goto("/signin")
    await expect(amy.page.get_by_label(amy.words("auth:email"))).to_be_focused()
    keys = amy.page.keyboard
    await keys.type("agent@demo.test")
    await keys.press("Tab")
    await keys.type("frontdesk")
    await keys.press("Enter")
    await expect(amy.row("只用鍵盤")).to_be_visible()
    await keys.press("j")
    await expect(amy.row("只用鍵盤")).to_be_focused()
    await keys.press("Enter")
    await expect(amy.writer("只用鍵盤")).to_be_focused()
    await keys.type("看得到。")
    await keys.press("Enter")
    await expect(amy.delivery("看得到。", "sent")).to_be_visible()
    await keys.press("Escape")
    await expect(amy.writer("只用鍵盤")).to_be_hidden()
    assert await customer.received() == ["看得到。"]


async def test_a_refused_answer_says_why_and_can_be_tried_again(open_console: OpenConsole, line: Line) -> None:
    amy, ben = await open_console(), await open_console()
    await amy.sign_in("agent@demo.test")
    await ben.sign_in("agent2@demo.test")
    customer = await line.customer("不順利")
    await customer.writes("在嗎？")
    for endpoint in ("reply", "push"):
        await line.fail(endpoint, action="status", status=400, message="Not today")
    for agent in (amy, ben):
        await agent.open("不順利")
    await amy.answer("不順利", "在的")
    for agent in (amy, ben):
        await expect(agent.delivery("在的", "failed")).to_be_visible()
        await expect(agent.message("在的")).to_contain_text(agent.words("thread:failure.rejected"))
    await line.heal()
    await amy.message("在的").get_by_role("button", name=amy.words("thread:retry.action")).click()
    for agent in (amy, ben):
        await expect(agent.delivery("在的", "sent")).to_be_visible()
    assert await customer.received() == ["在的"]


@pytest.mark.rule(22)
async def test_taking_over_is_seen_by_the_others(open_console: OpenConsole, line: Line) -> None:
    amy, ben = await open_console(), await open_console()
    await amy.sign_in("agent@demo.test")
    await ben.sign_in("agent2@demo.test")
    await (await line.customer("誰來接")).writes("哈囉")
    for agent in (amy, ben):
        await agent.open("誰來接")
    await amy.button("composer:takeOver").click()
    await expect(amy.writer("誰來接")).to_be_visible()
    thread = ben.page.get_by_role("region", name=ben.words("thread:label", name="誰來接"))
    await expect(thread.get_by_text(ben.words("thread:handledBy", name="Amy Agent"), exact=True)).to_be_visible()
    await expect(ben.writer("誰來接")).to_be_hidden()
    await amy.show("processing")
    await expect(amy.row("誰來接")).to_be_visible()


async def _press_enter(keyboard: CDPSession) -> None:
    """As it comes when the input method took the key: without a text. That something composes, the browser knows."""
    await keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **_ENTER})
    await keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **_ENTER})
