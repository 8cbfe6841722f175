"""`make screenshot`: takes the README's pictures anew, from a demo with some conversations.

It needs a font with Chinese characters: apt-get install fonts-noto-cjk. With --all FOLDER it also takes every page in
every look into that folder, to be looked at before a release.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from tests.e2e import gallery
from tests.e2e.chromium import running_chromium
from tests.e2e.console import Console
from tests.e2e.scene import LAST_ANSWER, SHOWN, begin, play
from tests.e2e.tour import Tour
from tests.e2e.watch import Watch
from tests.e2e.words import Words
from tests.support.running import ROOT, Run

_IMAGES = ROOT / "docs" / "images"
_AGENT = "agent@demo.test"
_DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True
}  # fmt: skip


async def take(every: Path | None, wanted: str) -> None:
    """Starts a demo and takes the pictures; Playwright makes the folders. wanted: which looks of `every`."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-pictures-") as folder:
        clock = Path(folder, "clock")
        begin(clock)
        demo = Run(Path(folder, "data"), FRONTDESK_BUILD_CONSOLE="1", FRONTDESK_CLOCK_FILE=str(clock))
        async with demo as run, running_chromium() as browser:
            await run.ready(300)
            await play(run.url, clock, _AGENT)
            await _conversation(browser, run.url, _IMAGES / "console.png", **_DESKTOP)
            await _conversation(browser, run.url, _IMAGES / "console-phone.png", **_PHONE)
            if every:
                await gallery.play(run.url, _AGENT)
                await every_look(browser, run.url, every, wanted)


async def every_look(browser: Browser, url: str, folder: Path, wanted: str = "") -> None:
    """Every page in every look whose name holds `wanted`, as "phone-dark-en" does."""
    for size, device in (("desktop", _DESKTOP), ("phone", _PHONE)):
        for scheme in ("light", "dark"):
            for language in ("zh-TW", "zh-CN", "en"):
                look = f"{size}-{scheme}-{language}"
                if wanted in look:
                    options = {**device, "color_scheme": scheme}
                    await Tour(folder, look, partial(_window, browser, url, language, **options)).all()


async def _conversation(browser: Browser, url: str, path: Path, language: str = "zh-TW", **look: Any) -> None:
    """The inbox with the shown conversation open, as its agent sees it."""
    console = await _window(browser, url, language, **look)
    await console.sign_in(_AGENT)
    await console.show("processing")
    await console.open(SHOWN)
    await expect(console.delivery(LAST_ANSWER, "sent")).to_be_visible()
    if look["viewport"]["width"] > 1000:
        await console.show("open")
        await expect(console.row("周柏翰")).to_be_visible()
    await console.page.wait_for_load_state("networkidle")
    await console.page.screenshot(path=path)
    await console.page.context.close()


async def _window(browser: Browser, url: str, language: str, **look: Any) -> Console:
    context = await browser.new_context(base_url=url, locale=language, timezone_id="Asia/Taipei", **look)
    return Console(await context.new_page(), Watch(context), Words(language))


def _chinese_font() -> bool:
    try:
        listed = subprocess.run(["fc-list", ":lang=zh-tw"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return False
    return bool(listed.stdout.strip())


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 with one line when the pictures would show boxes for characters."""
    parser = argparse.ArgumentParser(prog="make screenshot")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page in every look, into this folder")
    parser.add_argument("--look", default="", help="of these only the looks whose names hold this: phone-dark-en")
    options = parser.parse_args(arguments)
    if not _chinese_font():
        print("No font with Chinese characters is installed: apt-get install -y fonts-noto-cjk", file=sys.stderr)
        return 1
    asyncio.run(take(options.all, options.look))
    for path in sorted(_IMAGES.glob("console*.png")):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
