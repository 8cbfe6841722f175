"""What every endpoint of a platform's API is given, and what it answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.errors import LineError
from services.simulator.domain.validation import parse


@dataclass(slots=True, frozen=True)
class Request:
    """An authenticated call. path holds the variables of the address."""

    account: LineAccount
    request_id: str
    path: dict[str, str]
    body: bytes
    content_type: str
    retry_key: str | None

    def json(self) -> dict[str, Any]:
        """The body's JSON object; raises LineError when it is none."""
        return parse(self.body, self.content_type)

    @property
    def chat_id(self) -> str | None:
        """The chat the call is about, as far as the call alone tells."""
        named = self.path.get("chat_id") or self.path.get("user_id")
        if named or not self.body:
            return named
        try:
            recipient = self.json().get("to")
        except LineError:
            return None
        return recipient if isinstance(recipient, str) else None


@dataclass(slots=True)
class Reply:
    """A successful answer in JSON."""

    body: dict[str, Any]


@dataclass(slots=True)
class Bytes:
    """A successful answer that is a file."""

    data: bytes
    media_type: str


Use = Callable[[Request], "Reply | Bytes | Awaitable[Reply]"]
