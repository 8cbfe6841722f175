"""The log files of what the supervisor runs: appended to by their processes, kept small by it."""

import contextlib
import shutil
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024


def last_line(log: Path | None) -> str:
    """The last line that says something, for a message about why a process ended."""
    if log is None:
        return "see above"
    try:
        with open(log, "rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return "it wrote no log"
    return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote no log")


def cap(folder: Path) -> None:
    """Moves what a log holds aside once it is large. Writers append, so they go on in the emptied file;
    lines written in between are lost, which a log can bear."""
    for log in folder.glob("*.log"):
        with contextlib.suppress(OSError):
            if log.stat().st_size > MAX_BYTES:
                shutil.copyfile(log, log.with_suffix(".log.1"))
                log.open("w").close()
