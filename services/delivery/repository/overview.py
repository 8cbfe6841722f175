"""SQL of what the operator sees, outside any tenant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from libs.db.unit import Unit


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of one kind of work of one account (of one tenant, where account_id is ""). state: "due", "busy",
    "later", "paused", "reconnect" or "told"."""

    work: str
    tenant_id: UUID
    account_id: str
    waiting: int
    oldest_at: datetime | None
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Attempts of one account that ended alike."""

    tenant_id: UUID
    account_id: str
    channel: str
    state: str
    code: str
    count: int
    detail: str


async def waiting(unit: Unit, now: datetime, most: int) -> list[Waiting]:
    """What has waited longest, of all tenants; and accounts that are stopped."""
    return [Waiting(**dict(row)) for row in await unit.fetch("SELECT * FROM queues($1, $2)", now, most)]


async def failed(unit: Unit, since: datetime, most: int) -> list[Failed]:
    """What ended as failed or unconfirmed since then, of all tenants, the most first."""
    return [Failed(**dict(row)) for row in await unit.fetch("SELECT * FROM failures($1, $2)", since, most)]
