"""What is sent, in one form for all channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from libs.channels.contacts import Address


class CannotSend(ValueError):
    """A message that the platform would refuse for sure; `code` is a key of outcomes.FAILURES."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text to send; `quote_token` (LINE) or `quoted_id` (others) makes it an answer to one message."""

    text: str
    quote_token: str = ""
    quoted_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMedia:
    """A picture, video, recording or file, already in a form of Limits.media. The platform fetches `url` and, where
    it wants one, the picture at `preview_url`."""

    kind: str
    url: str
    content_type: str
    file_name: str = ""
    size_bytes: int = 0
    duration_ms: int = 0
    preview_url: str = ""
    caption: str = ""
    voice: bool = False
    quote_token: str = ""
    quoted_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingTemplate:
    """A message the platform approved beforehand. `components` are in the platform's form, variables filled in;
    `text` is what the customer will read."""

    name: str
    language: str
    components: Sequence[Mapping[str, Any]]
    text: str = ""
    quoted_id: str = ""


Part = OutgoingText | OutgoingMedia | OutgoingTemplate


@dataclass(frozen=True, slots=True)
class Send:
    """One call that sends 1 to Limits.parts_per_call parts.

    `attempt_key` is unique to a keyed attempt and repeated with it: LINE's retry key. `reference` names the attempt to
    platforms that give it back in receipts or echoes (references.py). `reply_token`, where there is one, makes the call
    a free reply. `human_agent` sends after the first window, where the platform allows a person to.
    """

    recipient: Address
    parts: Sequence[Part]
    attempt_key: UUID
    reply_token: str = ""
    reference: str = ""
    human_agent: bool = False
    # Of mails: the thread's.
    subject: str = ""
    # When the call is made, in seconds since 1970: part of signatures.
    made_at: int = 0
