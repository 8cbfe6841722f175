"""The calls the desk made to a platform's API, and what became of each."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Literal

Outcome = Literal["answered", "answer_lost", "dropped"]


@dataclass(slots=True, frozen=True)
class ApiCall:
    """One request to the platform's side. status is what was, or would have been, answered."""

    at: int
    account_id: str
    method: str
    path: str
    status: int
    request_id: str
    retry_key: str | None
    chat_id: str | None
    fault: str | None
    outcome: Outcome
    took_ms: int

    def as_json(self) -> dict[str, Any]:
        """As GET /control/calls shows it."""
        return asdict(self)


class CallLog:
    """The newest calls of all accounts."""

    def __init__(self, limit: int = 10_000) -> None:
        self._calls: deque[ApiCall] = deque(maxlen=limit)

    def add(self, call: ApiCall) -> None:
        """Writes one down."""
        self._calls.append(call)

    def of(self, account_id: str, path: str = "") -> list[dict[str, Any]]:
        """Calls of an account, oldest first; only those whose path ends so, when given."""
        return [call.as_json() for call in self._calls if call.account_id == account_id and call.path.endswith(path)]

    def reset(self, account_id: str) -> None:
        """Forgets an account's calls."""
        kept = [call for call in self._calls if call.account_id != account_id]
        self._calls.clear()
        self._calls.extend(kept)
