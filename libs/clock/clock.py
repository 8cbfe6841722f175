"""The one source of time. Every process takes it by constructor, so that tests can move it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time; nothing else in the project calls datetime.now()."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, plus the seconds written in a file, where one is named.

    The file is how tests move time in every process at once: they write a number, and each process
    sees it at its next call. Without a file the offset is zero and no file is looked for.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._stamp = (-1, -1, -1)
        self._offset = timedelta()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._current_offset()

    def _current_offset(self) -> timedelta:
        if self._file is None:
            return self._offset
        try:
            status = os.stat(self._file)
        except OSError:
            return self._offset
        # Two changes may fall into one tick of the file system's clock.
        stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        if stamp != self._stamp:
            self._offset, self._stamp = self._read(self._file), stamp
        return self._offset

    def _read(self, file: Path) -> timedelta:
        """The offset a file holds; the present one where it holds no number, for everything asks for the time."""
        try:
            return timedelta(seconds=float(file.read_text().strip() or 0))
        except (OSError, ValueError, OverflowError):
            return self._offset


class FixedClock:
    """A clock that stands still until it is told to move; for unit tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Moves on by this much."""
        self._at += by
