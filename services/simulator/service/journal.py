"""An append-only file of JSON lines, so that a killed simulator still knows what it sent and received."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from libs.observe.log import get_logger

_log = get_logger(__name__)

Record = dict[str, Any]


class Journal:
    """Records go straight to the operating system: they outlive the process, not the machine.

    Without a path nothing is kept.
    """

    def __init__(self, path: Path | None, limit_bytes: int = 256 * 1024 * 1024) -> None:
        self._path = path
        self._limit = limit_bytes
        self._file: int | None = None
        self._size = 0

    def read(self) -> Iterator[Record]:
        """Every record; a last line that a crash cut short is left out."""
        if self._path is None or not self._path.exists():
            return
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield json.loads(line)
                except ValueError:
                    _log.warning("journal line skipped", line=number)

    def rewrite(self, records: Iterable[Record]) -> None:
        """Replaces the file by these records and goes on appending to it."""
        if self._path is None:
            return
        self.close()
        # Mails are in it, and mails hold links that set passwords.
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            for record in records:
                file.write(_line(record))
        fresh.replace(self._path)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        self._size = self._path.stat().st_size

    def write(self, record: str, /, **fields: Any) -> None:
        """Appends one record."""
        if self._file is not None:
            self._size += os.write(self._file, _line({"record": record, **fields}))

    @property
    def is_open(self) -> bool:
        """Whether records are kept at all."""
        return self._file is not None

    @property
    def is_full(self) -> bool:
        """Whether it grew so long that it should be rewritten."""
        return self._size > self._limit

    def close(self) -> None:
        """No more records are written."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _line(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
