"""The rows this service owns."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(slots=True)
class LedgerRow:
    """One refused call or parked event, with its bytes. dedup_key keeps a redelivered event from being kept twice."""

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
    replayed_at: datetime | None = None


@dataclass(slots=True)
class UnverifiedRow:
    """A call whose account's secret could not be had: kept whole, verified later."""

    id: UUID
    channel: str
    account_id: str
    headers: list[list[str]]
    body: bytes
    received_at: datetime
