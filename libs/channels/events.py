"""What a webhook body is made of, before and besides what it means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Either ASGI's raw pairs or any mapping; names in whatever case they came.
Headers = Iterable[tuple[bytes, bytes]] | Mapping[str, str]


class MalformedBody(ValueError):
    """A webhook body that cannot be split into events; `reason` is a stable code, kept with the refused bytes."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event of a webhook body.

    `raw` is its exact text and enough for Channel.restore. `recipient` is the platform's id of the account it is for,
    "" where the webhook's address names the account. `problem` says why `payload` is None though `raw` is not empty.
    """

    payload: Any
    raw: bytes
    recipient: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that is kept but not understood. `reason` is a stable code, `detail` says what is wrong with it."""

    reason: str
    raw: bytes
    detail: str = ""
