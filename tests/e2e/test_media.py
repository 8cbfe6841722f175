"""Pictures, files and recordings, both ways, on every channel that takes them."""

import io
import json
import re
from functools import partial

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.conftest import FindPlatform, OpenConsole
from tests.e2e.customer import Customer
from tests.support.wait import eventually

_CHANNELS = ["line", "facebook", "instagram", "whatsapp"]


def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), (23, 97, 79)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.rule(33, 43, 52)
@pytest.mark.parametrize("channel", _CHANNELS)
async def test_a_picture_each_way(open_console: OpenConsole, platform: FindPlatform, channel: str) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    customer = await platform(channel).customer(f"照片 {channel}")
    await customer.writes(type="image")
    await amy.open(customer.name)
    await amy.picture().click()
    large = amy.page.get_by_role("dialog")
    await expect(large.get_by_role("img")).to_be_visible()
    width = await large.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert width > 100
    await amy.page.keyboard.press("Escape")
    await expect(large).to_be_hidden()

    await amy.attach("襯衫.png", "image/png", _png())
    await expect(amy.page.get_by_role("list", name=amy.words("composer:files.label"))).to_be_visible()
    await amy.send()
    sent = amy.messages(amy.picture()).last
    await expect(sent).to_contain_text(
        _arrived(amy.words("thread:delivery.sent"), amy.words("thread:delivery.delivered"))
    )
    await expect(amy.page.get_by_role("list", name=amy.words("composer:files.label"))).to_be_hidden()
    await eventually(partial(_has_image, customer), 30)


@pytest.mark.rule(52, 53, 54, 55)
async def test_what_a_channel_does_not_take_is_refused_before_it_is_sent(
    open_console: OpenConsole, platform: FindPlatform
) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    customer = await platform("line").customer("不收檔案")
    await customer.writes("可以傳型錄給我嗎？")
    await amy.open(customer.name)
    await expect(amy.writer(customer.name)).to_be_focused()
    await amy.page.evaluate(
        """() => {
        const data = new DataTransfer();
        data.items.add(new File(["%PDF"], "catalog.pdf", { type: "application/pdf" }));
        const target = document.activeElement;
        target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }"""
    )
    refused = amy.words("composer:files.kind", channel="LINE", kind=amy.words("common:messageType.file"))
    await expect(amy.page.get_by_text(refused)).to_be_visible()
    await amy.button("composer:attach.label").click()
    await expect(amy.page.get_by_role("menuitem", name=amy.words("composer:attach.gallery"))).to_be_visible()
    await expect(amy.page.get_by_role("menuitem", name=amy.words("composer:attach.file"))).to_have_count(0)


@pytest.mark.rule(43, 55)
async def test_a_dropped_file_goes_with_its_caption(open_console: OpenConsole, platform: FindPlatform) -> None:
    amy = await open_console()
    await amy.sign_in("agent@demo.test")
    customer = await platform("whatsapp").customer("拖曳檔案")
    await customer.writes("請給我價目表")
    await amy.open(customer.name)
    thread = amy.page.get_by_role("region", name=amy.words("thread:label", name=customer.name))
    transfer = await amy.page.evaluate_handle(
        """() => {
        const data = new DataTransfer();
        data.items.add(new File(["price list"], "價目表.txt", { type: "text/plain" }));
        return data;
    }"""
    )
    await thread.dispatch_event("dragenter", {"dataTransfer": transfer})
    await expect(amy.page.get_by_text(amy.words("composer:files.drop"))).to_be_visible()
    await thread.dispatch_event("drop", {"dataTransfer": transfer})
    await amy.writer(customer.name).fill("這是今年的價目表")
    await amy.send()
    await expect(amy.message("這是今年的價目表")).to_contain_text("價目表.txt")
    await expect(amy.message("這是今年的價目表")).to_contain_text(
        _arrived(amy.words("thread:delivery.sent"), amy.words("thread:delivery.delivered"))
    )


def _arrived(*words: str) -> "re.Pattern[str]":
    return re.compile("|".join(re.escape(word) for word in words))


async def _has_image(customer: Customer) -> bool:
    """Whether the shop's picture is on their phone."""
    return any('"image"' in json.dumps(entry["message"]) for entry in await customer.inbox())
