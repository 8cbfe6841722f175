"""The contract every channel keeps. docs/guides/add-a-channel.md walks through it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.outcomes import Outcome
from libs.channels.wire import Answer, HttpRequest, NoAnswer

# Decrypted, of one account; their names are the channel's own ("channel_secret", "access_token").
Credentials = Mapping[str, str]
# Either ASGI's raw pairs or any mapping; names in whatever case they came.
Headers = Iterable[tuple[bytes, bytes]] | Mapping[str, str]


class MalformedBody(ValueError):
    """A webhook body that cannot be split into events; `reason` is a stable code, kept with the refused bytes."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class CannotSend(ValueError):
    """A message that the platform would refuse for sure; `code` is a key of outcomes.FAILURES."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Account:
    """The channel account an event belongs to; `provider_id` is the platform's own (bot, page, phone number id)."""

    tenant_id: str
    account_id: str
    provider_id: str = ""


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


@dataclass(frozen=True, slots=True)
class Address:
    """Where to send: an alias of the contact, kinds as in inbound.proto ("line_user", "line_group", ...)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text to send; `quote_token` makes it an answer to one message."""

    text: str
    quote_token: str = ""


@dataclass(frozen=True, slots=True)
class Send:
    """One call that sends 1 to Limits.parts_per_call parts.

    `attempt_key` is unique to a keyed attempt and repeated with it: LINE's retry key, at Meta the data that comes back.
    `reply_token`, where there is one, makes the call a free reply.
    """

    recipient: Address
    parts: Sequence[OutgoingText]
    attempt_key: UUID
    reply_token: str = ""


@dataclass(frozen=True, slots=True)
class AccountNeeds:
    """What connecting an account takes: names of credentials, and whether the platform has an id of its own for it."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    provider_id: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may hold. `measure` counts a text in the units of `text_units`."""

    text_units: int
    measure: Callable[[str], int]
    parts_per_call: int
    body_bytes: int
    calls_per_second: int
    # How long a reply token lives after its event; 0 where the channel has none.
    reply_token_seconds: int
    # How long the platform knows an attempt_key again; 0 where it never does.
    attempt_key_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform tells of a contact; "" where it does not. `language` is a BCP 47 tag."""

    display_name: str
    picture_url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """What the platform calls the account itself."""

    provider_id: str
    display_name: str
    picture_url: str = ""


class Channel(Protocol):
    """Everything that differs between channels. Implementations are stateless and do no I/O."""

    name: str
    needs: AccountNeeds
    limits: Limits

    def verify(self, credentials: Credentials, headers: Headers, body: bytes) -> bool:
        """Whether the platform signed exactly these bytes, in constant time; False for anything odd."""

    def split(self, body: bytes) -> list[RawEvent]:
        """The events of a body, in its order; [] for a mere check of the address. Raises MalformedBody only."""

    def restore(self, raw: bytes) -> RawEvent:
        """The event whose RawEvent.raw was kept. Raises MalformedBody when the bytes were cut."""

    def normalise(self, event: RawEvent, account: Account, received_at: datetime) -> InboundEvent | Parked:
        """What the event means. Never raises: what is not understood is parked."""

    def build_send(self, send: Send, credentials: Credentials) -> HttpRequest:
        """The call that sends. Raises CannotSend for what the platform would refuse for sure."""

    def classify(self, result: Answer | NoAnswer) -> Outcome:
        """What became of a call made with build_send."""

    def build_profile(self, contact: Address, credentials: Credentials, member_id: str = "") -> HttpRequest | None:
        """The call for a contact's profile, or for one member of a group; None where the platform has no such call."""

    def read_profile(self, result: Answer | NoAnswer) -> Profile | Outcome:
        """The answer to build_profile, or why there is none."""

    def build_check(self, credentials: Credentials) -> HttpRequest:
        """A harmless call that succeeds only with valid credentials."""

    def read_check(self, result: Answer | NoAnswer) -> AccountInfo | Outcome:
        """The answer to build_check, or why there is none."""
