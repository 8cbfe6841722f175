"""A headless Chromium that needs no system package: npm brings the program with its libraries, Playwright drives it."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.support.npm import install, one_at_a_time, run_node

TOOLS = Path(__file__).parent
_FOLDER = TOOLS.parents[1] / "build" / "chromium"
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""


@asynccontextmanager
async def running_chromium(*flags: str) -> AsyncIterator[Browser]:
    """The browser, for as long as the block runs; flags: further arguments of the program."""
    _prepare()
    variables = {
        "LD_LIBRARY_PATH": str(_FOLDER / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(_FOLDER / "fonts.conf"),
    }
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_FOLDER / "chromium",
            env={**os.environ, **variables},
            # Containers, and root, have no sandbox; the pages are our own.
            chromium_sandbox=False,
            args=["--disable-gpu", "--font-render-hinting=none", *flags],
        )
        try:
            yield browser
        finally:
            await browser.close()


def _prepare() -> None:
    """Installs and unpacks it when the lock file changed; the stamp is written last, so half of it never counts."""
    install(TOOLS)
    lock, stamp = (TOOLS / "package-lock.json").read_text(), _FOLDER / "unpacked"
    with one_at_a_time("chromium"):
        if stamp.exists() and stamp.read_text() == lock:
            return
        shutil.rmtree(_FOLDER, ignore_errors=True)
        _FOLDER.mkdir()
        run_node(["unpack.mjs"], TOOLS, {"TMPDIR": str(_FOLDER)})
        (_FOLDER / "fonts.conf").write_text(_FONTS.format(folder=_FOLDER))
        stamp.write_text(lock)
