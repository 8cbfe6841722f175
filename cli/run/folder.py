"""The data folder: who holds it, and what it keeps from one start to the next."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.run.trouble import Trouble, say

_ENOUGH_BYTES = 256 * 1024 * 1024
_SECRET_MODE = 0o600


class DataFolder:
    """An opened data folder; `open_folder` makes one and holds its lock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.logs = self.sub("logs", mode=0o700)
        self.secrets = self.sub("secrets", mode=0o700)

    def sub(self, name: str, mode: int = 0o755) -> Path:
        """A folder in it, made when missing."""
        path = self.root / name
        path.mkdir(mode=mode, exist_ok=True)
        return path

    def secret(self, name: str) -> str:
        """A random secret of that name, 64 hex digits: made at the first call, the same ever after."""
        path = self.secrets / name
        if not path.exists():
            write_secret(path, secrets.token_hex(32))
        return path.read_text()

    def remember(self, name: str, value: Any) -> None:
        """Keeps a JSON value for the next start, written whole or not at all. name: a path without its suffix."""
        path = self.root / f"{name}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(value))
        fresh.replace(path)

    def recall(self, name: str) -> Any:
        """What was remembered, or None."""
        try:
            return json.loads((self.root / f"{name}.json").read_text())
        except (OSError, ValueError):
            return None


def write_secret(path: Path, text: str) -> None:
    """Writes a file only its owner may read, whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _SECRET_MODE), "w") as file:
        file.write(text)
    fresh.replace(path)


@contextmanager
def open_folder(root: Path) -> Iterator[DataFolder]:
    """Makes the folder if need be and holds it alone; Trouble when that cannot be."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = open(root / "lock", "a+")  # noqa: SIM115 - held until the end
    except OSError as error:
        raise Trouble(
            f"The data folder {root} cannot be written ({error.strerror}): set FRONTDESK_DATA_DIR to one that can."
        ) from error
    with lock:
        _take(lock, root)
        _require_space(root)
        yield DataFolder(root)


def _take(lock: Any, root: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        raise Trouble(
            f"Frontdesk already runs in {root} (process {lock.read().strip() or 'unknown'}): stop it first, or set "
            "FRONTDESK_DATA_DIR and FRONTDESK_PORT to run another one beside it."
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _require_space(root: Path) -> None:
    free = shutil.disk_usage(root).free
    if free < _ENOUGH_BYTES:
        raise Trouble(f"Only {free // 2**20} MB are free on the disk of {root}; at least 256 MB are needed.")


def end_leftovers(folder: DataFolder) -> None:
    """Ends processes that an earlier supervisor of this folder started and left: it was killed, and the kernel
    could not tell them. A process id that means another program by now is let alone."""
    left: Mapping[str, list[Any]] = folder.recall("processes") or {}
    for name, (pid, birth) in left.items():
        if birth is not None and birth_of(pid) == birth:
            say(f"Ending {name} (process {pid}), left over from an earlier run.")
            _end(pid, birth)
    folder.remember("processes", {})


def _end(pid: int, birth: str) -> None:
    for number, seconds in ((signal.SIGINT, 5.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0)):
        deadline = time.monotonic() + seconds
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        while time.monotonic() < deadline:
            if birth_of(pid) != birth:
                return
            time.sleep(0.02)


def birth_of(pid: int) -> str | None:
    """When the process started, in the kernel's ticks: with its id, its name for good. None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]
