"""What the ledger holds: events that were sent, messages that were received."""

import json
from dataclasses import dataclass, field
from typing import Any

from services.simulator.domain.messages import MEDIA_TYPES


@dataclass(slots=True)
class Try:
    """One webhook call that carried an event. status is None when no answer came; then error says why."""

    at: int
    status: int | None
    error: str | None
    took_ms: int
    redelivery: bool

    @property
    def ok(self) -> bool:
        """Answered with 2xx."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Sent:
    """An event from a customer's side."""

    sequence: int
    account_id: str
    chat_id: str
    user_id: str | None
    event_id: str
    kind: str
    message_id: str | None
    text: str | None
    timestamp: int
    reply_token: str | None
    # The event's bytes; dropped when a load run's event was answered, to save memory.
    raw: bytes | None
    load_id: str | None = None
    unsent: bool = False
    tries: list[Try] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether some try got a 2xx: from then on the desk has to have it."""
        return any(item.ok for item in self.tries)

    @property
    def media_kind(self) -> str | None:
        """image, video, audio or file, when the event is such a message and its bytes are kept."""
        message = json.loads(self.raw).get("message", {}) if self.raw is not None else {}
        kind = message.get("type")
        return kind if kind in MEDIA_TYPES and not _is_external(message) else None

    def as_json(self) -> dict[str, Any]:
        """As GET /control/ledger shows it."""
        body = json.loads(self.raw) if self.raw is not None else None
        return {
            "direction": "sent",
            "sequence": self.sequence,
            "account_id": self.account_id,
            "chat_id": self.chat_id,
            "user_id": self.user_id,
            "event_id": self.event_id,
            "kind": self.kind,
            "message_id": self.message_id,
            "text": self.text,
            "timestamp": self.timestamp,
            "reply_token": self.reply_token,
            "load_id": self.load_id,
            "unsent": self.unsent,
            "answered": self.answered,
            "tries": [vars_of(item) for item in self.tries],
            "event": body,
        }


@dataclass(slots=True)
class Received:
    """A message object the platform accepted. arrived is false when the customer blocks the account."""

    sequence: int
    account_id: str
    chat_id: str
    message_id: str
    method: str
    message: dict[str, Any]
    at: int
    request_id: str
    retry_key: str | None
    reply_token: str | None
    arrived: bool
    quote_token: str | None = None
    # How often the same retry key came again and was answered 409.
    repeats: int = 0
    # What the customer reads, where the message object does not say it as its `text`.
    shown: str | None = None
    # What the sender gave along to get back in receipts and echoes (Meta).
    reference: str = ""

    @property
    def text(self) -> str | None:
        """What the customer reads."""
        if self.shown is not None:
            return self.shown
        text = self.message.get("text")
        return text if isinstance(text, str) else None

    @property
    def sent_message(self) -> dict[str, str]:
        """As the platform names it in its answer."""
        return {"id": self.message_id} | ({"quoteToken": self.quote_token} if self.quote_token else {})

    def as_json(self) -> dict[str, Any]:
        """As GET /control/ledger shows it."""
        return {"direction": "received", "text": self.text} | vars_of(self)


Entry = Sent | Received


def vars_of(item: Any) -> dict[str, Any]:
    """The fields of a slotted dataclass."""
    return {name: getattr(item, name) for name in item.__slots__}


def _is_external(message: dict[str, Any]) -> bool:
    return bool(message.get("contentProvider", {}).get("type") == "external")
