"""What a person is told when Frontdesk cannot go on."""

import contextlib
from typing import Protocol


class Trouble(Exception):
    """What keeps Frontdesk from starting or running, in one line a person can act on."""


class Say(Protocol):
    """Tells the person at the terminal one line."""

    def __call__(self, line: str) -> None:
        """Prints it."""
        ...


def say(line: str) -> None:
    """Prints one line at once; nobody reading any more is no reason to stop."""
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)
