"""What is asked of a worker and what it answers, as plain values that travel as JSON."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any


class Unusable(Exception):
    """A file that cannot become what is wanted. code: "unreadable", "not_allowed", "too_large"."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a channel takes of one kind: MediaRule of libs/channels/limits.py in a form that travels."""

    content_types: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Job:
    """Look at `source`, put what is made into `folder`. wanted: kind → rule of the channel it goes to; None when it
    was received, and stays as it is. voice: was recorded by speaking."""

    source: str
    folder: str
    file_name: str = ""
    voice: bool = False
    wanted: dict[str, Wanted] | None = None

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Job":
        """Back again."""
        values: dict[str, Any] = json.loads(text)
        wanted = values.pop("wanted")
        if wanted is not None:
            wanted = {kind: Wanted(tuple(rule["content_types"]), rule["max_bytes"]) for kind, rule in wanted.items()}
        return Job(**values, wanted=wanted)


@dataclass(slots=True)
class Made:
    """A file as it is now. path: the source, or what was made of it; thumbnail: a JPEG, "" where there is none."""

    path: str
    kind: str
    content_type: str
    size_bytes: int = 0
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    thumbnail: str = ""
    # Filled in instead of all others when it cannot be used.
    failure: str = ""
    detail: str = field(default="", repr=False)
