"""Where a client stands in the stream of events."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"([0-9a-z]{1,32})-([0-9]{1,18})\Z")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every event up to this one is known. Sequences of different epochs cannot be compared."""

    epoch: str
    sequence: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.sequence}"

    @staticmethod
    def parse(text: str) -> "Cursor | None":
        """The cursor a client brought, None for what this server cannot have given."""
        match = _FORM.match(text)
        return Cursor(match[1], int(match[2])) if match else None
