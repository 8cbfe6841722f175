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


@dataclass(slots=True)
class UnverifiedRow:
    """A call whose account could not be asked for: kept whole, dealt with later. account_id is "" for a call to the
    address of many accounts."""

    id: UUID
    channel: str
    account_id: str
    headers: list[list[str]]
    body: bytes
    received_at: datetime
