"""What the three embedded servers have in common."""

import asyncio
import importlib.util
import os
import sysconfig
from pathlib import Path
from typing import Protocol

from cli.run.child import Command
from cli.run.trouble import Trouble

LOOPBACK = "127.0.0.1"


class EmbeddedServer(Protocol):
    """A server this machine runs for itself. Everything it keeps is in one folder of its own."""

    name: str
    port: int

    @property
    def url(self) -> str:
        """Where services reach it, with its secret."""
        ...

    async def prepare(self) -> None:
        """Writes its files; Trouble when that cannot be. Called before every start."""
        ...

    def command(self) -> Command:
        """How to start it."""
        ...

    async def answers(self, pid: int) -> bool:
        """Whether the process of that id takes work now."""
        ...


def package_file(package: str, path: str) -> Path:
    """A file that an installed package carries, without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(f"The package {package} is missing: `make run` installs it; or name real servers.")
    return _existing(Path(spec.submodule_search_locations[0]) / path)


def program(name: str) -> Path:
    """A program that a package put into the environment."""
    return _existing(Path(sysconfig.get_path("scripts")) / name)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise Trouble(f"{path} is missing: the environment is incomplete; remove .venv and run `make run` again.")
    return path


def plain_env() -> dict[str, str]:
    """What a server needs of our environment: nothing that holds a secret."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


async def first_line(port: int, send: bytes = b"", seconds: float = 1.0) -> bytes:
    """The first line a server on loopback says, after something was sent to it; b"" when it does not answer."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(send)
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return b""
