"""Named places where a test may have this process die, as power failing just there would have it.

Without FRONTDESK_CRASH_DIR nothing happens. With it, a file of a point's name there kills the process with SIGKILL when
it reaches the point; the file is taken away first, so that it happens once.
"""

import os
import signal
from pathlib import Path

_DIRECTORY = os.environ.get("FRONTDESK_CRASH_DIR", "")


def crash_point(name: str) -> None:
    """Dies here if a test asked for it."""
    if not _DIRECTORY:
        return
    armed = Path(_DIRECTORY) / name
    if armed.exists():
        armed.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
