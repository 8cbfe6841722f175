"""The rows this service owns."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(slots=True)
class Attempt:
    """One attempt at one message. attempt_key is repeated with every try of it; a new attempt has a new one."""

    tenant_id: UUID
    message_id: UUID
    attempt: int
    account_id: str
    channel: str
    contact_id: UUID
    conversation_id: UUID
    recipient_kind: str
    recipient: str
    type: str
    text: str
    reply_token: str
    reply_token_at: datetime | None
    sequence: int
    attempt_key: UUID
    queued_at: datetime
    # The attempt requested before this one; None for the first.
    after_message_id: UUID | None = None
    after_attempt: int = 0
    state: str = "queued"
    method: str = ""
    tries: int = 0
    # When it was tried first: the platform remembers its key from then.
    tried_at: datetime | None = None
    maybe_sent: bool = False
    provider_message_id: str = ""
    failure_code: str = ""
    failure_detail: str = ""
    finished_at: datetime | None = None
    # What there is to send besides text, see domain/content.py; "" for a text alone.
    content: str = ""
    human_agent: bool = False
    window_closes_at: datetime | None = None
    last_tried_at: datetime | None = None
    # Set once the attempt waits for the platform's word instead of its lane's turn: until then.
    confirm_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A claimed lane. token proves that the claim still holds."""

    tenant_id: UUID
    account_id: str
    contact_id: UUID
    token: int


@dataclass(frozen=True, slots=True)
class ProfileFetch:
    """A profile to ask the platform for."""

    tenant_id: UUID
    contact_id: UUID
    account_id: str
    channel: str
    alias_kind: str
    alias: str
    tries: int


@dataclass(frozen=True, slots=True)
class Room:
    """How much more work a process takes: in all, of one account, and what it has of each account already."""

    total: int
    each: int
    running: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in all queues of this state ("active" or "reconnect")."""

    state: str
    waiting: int
    oldest_queued_at: datetime | None


@dataclass(frozen=True, slots=True)
class MediaBacklog:
    """Files that wait for somebody to "fetch" or "convert" them: now, since when the first does, and after a pause."""

    work: str
    due: int
    later: int
    due_since: datetime | None


@dataclass(frozen=True, slots=True)
class AccountQueue:
    """How an account's queue stands."""

    account_id: str
    state: str
    reason: str
    waiting: int
    oldest_queued_at: datetime | None
    last_sent_at: datetime | None


ATTEMPT_COLUMNS = tuple(field.name for field in dataclasses.fields(Attempt))
FETCH_COLUMNS = tuple(field.name for field in dataclasses.fields(ProfileFetch))
