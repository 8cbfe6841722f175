"""The HTTP of a channel as plain values: delivery carries it, channels only build and read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One call to a platform.

    `host` names the address to put before `path`: "line_api", "line_data", "graph" and "instagram" (both with the
    API's version). "foreign": `path` is a whole URL that somebody else gave us, fetched with every caution.
    `operation` is the platform's name for the call ("reply", "push", "profile"), for facts and metrics.
    `own_headers` go along to a foreign address only where it is on a host that settings name as a platform's.
    """

    method: str
    host: str
    path: str
    operation: str
    headers: Mapping[str, str]
    body: bytes = b""
    own_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailRequest:
    """A mail to send. `message_id` is its own, `references` the thread's, oldest first; attachments are links."""

    to: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    message_id: str
    references: tuple[str, ...] = ()
    operation: str = "mail"


@dataclass(frozen=True, slots=True)
class Kept:
    """Nothing to call: the customer fetches the message here. It counts as sent under this id."""

    provider_message_id: str
    operation: str = "kept"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header whatever its case, "" without it."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    def json_object(self) -> dict[str, object] | None:
        """The body as a JSON object, None when it is anything else (a proxy's page, a cut answer)."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


OutgoingCall = HttpRequest | MailRequest | Kept


class NoAnswer(StrEnum):
    """Why there is no answer; what matters is whether the platform can have acted."""

    NEVER_SENT = "never_sent"  # refused, unknown host, failed TLS: the request did not leave
    FORBIDDEN = "forbidden"  # a "foreign" address that is never called: nothing left, and nothing will
    LOST = "lost"  # timed out or cut after the request may have left
