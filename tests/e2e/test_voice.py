"""Voice messages: recorded in the browser, heard before they are sent, and what the customer's phone gets of them."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import av
import httpx
import pytest
from playwright.async_api import Locator, expect

from tests.e2e.chromium import running_chromium
from tests.e2e.conftest import FindPlatform, OpenConsole, opening
from tests.e2e.console import Console
from tests.e2e.customer import Customer
from tests.support.stack import Stack
from tests.support.wait import eventually

# Two seconds or somewhat more: a machine under load looks at the clock late.
_TIME = re.compile("0:0([2-9])")
# Beeps instead of a microphone, and somebody who answers the browser's question.
_DEVICE = "--use-fake-device-for-media-stream"
_ALLOWED, _FORBIDDEN = "--use-fake-ui-for-media-stream", "--use-fake-ui-for-media-stream=deny"
_SOUNDS = {"line": {"audio/mp4", "audio/x-m4a", "audio/m4a", "audio/mpeg"}, "whatsapp": {"audio/ogg", "audio/mp4"}}


@pytest.fixture
async def open_speaking(desk: Stack) -> AsyncIterator[OpenConsole]:
    """Opens windows of a browser whose microphone may be used."""
    async with running_chromium(_DEVICE, _ALLOWED) as browser, opening(desk, browser) as open_one:
        yield open_one


@pytest.mark.rule(43, 44)
@pytest.mark.parametrize("channel", ["line", "whatsapp"])
async def test_what_was_spoken_arrives_as_a_voice_message(
    open_speaking: OpenConsole, platform: FindPlatform, channel: str
) -> None:
    amy = await open_speaking()
    customer = await _asked(amy, platform, channel, f"語音 {channel}")
    recording = await _begin(amy)
    await expect(recording.get_by_role("timer")).to_have_text(_TIME)
    await recording.get_by_role("button", name=amy.words("composer:recorder.finish")).click()

    tray = amy.page.get_by_role("list", name=amy.words("composer:files.label"))
    await expect(tray.get_by_text(amy.words("composer:recorder.name"))).to_be_visible()
    listen = tray.get_by_role("button", name=amy.words("composer:recorder.listen"))
    # Two seconds are heard soon: whoever waits for their beginning has to look already.
    await asyncio.gather(
        tray.get_by_role("button", name=amy.words("composer:recorder.pause")).wait_for(), listen.click()
    )
    await expect(listen).to_be_visible()
    told = _TIME.search(await tray.get_by_text(re.compile(f"{_TIME.pattern} · ")).inner_text())
    assert told is not None
    await amy.send()

    sent = amy.messages(amy.page.get_by_role("group", name=amy.words("common:messageType.voice"))).last
    await expect(sent).to_contain_text(_arrived(amy))
    await expect(sent).to_contain_text(told[0])
    heard: list[dict[str, Any]] = []
    await eventually(partial(_has_sound, customer, heard), 30)
    kind, seconds = await _listen(heard[0])
    assert kind in _SOUNDS[channel]
    assert abs(seconds - int(told[1])) < 1.5
    if channel == "line":
        assert abs(heard[0]["duration"] / 1000 - seconds) < 0.5


async def test_who_forbids_the_microphone_is_told_where_to_allow_it(desk: Stack, platform: FindPlatform) -> None:
    async with running_chromium(_DEVICE, _FORBIDDEN) as browser, opening(desk, browser) as open_one:
        amy = await open_one()
        customer = await _asked(amy, platform, "line", "不准用")
        await amy.button("composer:recorder.action").click()
        await expect(amy.page.get_by_text(amy.words("composer:recorder.failed.denied"))).to_be_visible()
        await expect(amy.writer(customer.name)).to_be_visible()


async def test_a_recording_that_nobody_wants_is_gone(open_speaking: OpenConsole, platform: FindPlatform) -> None:
    amy = await open_speaking()
    customer = await _asked(amy, platform, "line", "不要了")
    recording = await _begin(amy)
    await recording.get_by_role("button", name=amy.words("common:action.cancel")).click()
    await expect(amy.writer(customer.name)).to_be_visible()
    await expect(amy.page.get_by_role("list", name=amy.words("composer:files.label"))).to_be_hidden()


async def test_a_yes_that_comes_too_late_records_nothing(open_speaking: OpenConsole, platform: FindPlatform) -> None:
    amy = await open_speaking()
    await amy.page.add_init_script(
        """
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (wanted) => new Promise((resolve) => {
          window.allow = () => ask(wanted).then((given) => resolve(window.given = given));
        });
        """
    )
    customer = await _asked(amy, platform, "line", "太晚了")
    await amy.button("composer:recorder.action").click()
    await expect(amy.page.get_by_text(amy.words("composer:recorder.asking"))).to_be_visible()
    await amy.button("common:action.cancel").click()
    await expect(amy.writer(customer.name)).to_be_visible()
    await amy.page.evaluate("window.allow()")
    await amy.page.wait_for_function("window.given.getTracks().every((track) => track.readyState === 'ended')")
    await expect(amy.writer(customer.name)).to_be_visible()


async def _asked(console: Console, platform: FindPlatform, channel: str, name: str) -> Customer:
    """A customer with a question, in whose thread the teammate is."""
    await console.sign_in("agent@demo.test")
    customer = await platform(channel).customer(name)
    await customer.writes("可以用說的嗎？")
    await console.open(customer.name)
    return customer


async def _begin(console: Console) -> Locator:
    """Presses the microphone."""
    await console.button("composer:recorder.action").click()
    return console.page.get_by_role("group", name=console.words("composer:recorder.label"))


def _arrived(console: Console) -> re.Pattern[str]:
    """A state that says the platform took it, or more."""
    states = (console.words(f"thread:delivery.{state}") for state in ("sent", "delivered", "read"))
    return re.compile("|".join(map(re.escape, states)))


async def _has_sound(customer: Customer, heard: list[dict[str, Any]]) -> bool:
    """Whether a voice message is on their phone; it is put into heard."""
    heard[:] = [entry["message"] for entry in await customer.inbox() if '"audio"' in json.dumps(entry["message"])]
    return bool(heard)


async def _listen(message: dict[str, Any]) -> tuple[str, float]:
    """Fetches a voice message as the platform does: its content type, and how many seconds can be heard."""
    address = message.get("originalContentUrl") or message["audio"]["link"]
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        answer = (await client.get(address)).raise_for_status()
    with av.open(io.BytesIO(answer.content), "r") as container:
        frames = list(container.decode(audio=0))
        seconds = sum(frame.samples / frame.sample_rate for frame in frames)
    return answer.headers["content-type"].partition(";")[0], seconds
