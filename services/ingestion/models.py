"""The rows this service owns."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(slots=True)
class LedgerRow:
    """One refused call or parked event, with its bytes.

    account_id is "" where nobody knows whose it is; recipient is then what the platform says. dedup_key keeps a
    redelivered event from being kept twice. headers are those of a refused call, to verify it again; None for an event.
    """

    id: UUID
    tenant_id: UUID | None
    account_id: str
    channel: str
    verdict: str
    reason: str
    received_at: datetime
    body: bytes
    size_bytes: int
    detail: str = ""
    truncated: bool = False
    dedup_key: str | None = None
    recipient: str = ""
    headers: list[list[str]] | None = None
    replayed_at: datetime | None = None
    replayed_by: UUID | None = None
    kind: str = ""


@dataclass(slots=True)
class EventRow:
    """One event that was passed on, verdict "stored", or that had been, "duplicate". key_hash finds its key again."""

    id: UUID
    tenant_id: UUID
    account_id: str
    channel: str
    verdict: str
    kind: str
    key_hash: int
    body: bytes
    received_at: datetime
    replayed_at: datetime | None = None
    replayed_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are meant: "" and None for any. Received from a moment on, and before another."""

    account_id: str = ""
    verdict: str = ""
    kind: str = ""
    received_from: datetime | None = None
    received_before: datetime | None = None


@dataclass(slots=True)
class HealthRow:
    """When an account was heard of last, and whether its platform ever sent an event again."""

    account_id: str
    tenant_id: UUID
    last_event_at: datetime
    redelivers: bool


@dataclass(slots=True)
class DeletionRow:
    """A person's request that their data be deleted. tenant_id None and account_id "": signed by the shared app.
    done_by None: the operator, once done_at is there."""

    id: UUID
    code: str
    tenant_id: UUID | None
    account_id: str
    user_id: str
    received_at: datetime
    done_at: datetime | None = None
    done_by: UUID | None = None


@dataclass(slots=True)
class UnverifiedRow:
    """A call whose account could not be asked for: kept whole, dealt with later. account_id is "" for a call to the
    address of many accounts. failures: how often dealing with it failed for a reason of its own."""

    id: UUID
    channel: str
    account_id: str
    headers: list[list[str]]
    body: bytes
    received_at: datetime
    failures: int = 0
