"""SQL of the queue: attempts, lanes and account states of one tenant."""

from datetime import datetime
from uuid import UUID

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.delivery.models import ATTEMPT_COLUMNS, AccountQueue, Attempt, Lane

_A = ", ".join(ATTEMPT_COLUMNS)
_VALUES = ", ".join(f":{name}" for name in ATTEMPT_COLUMNS)
_SAVED = (
    "state",
    "method",
    "tries",
    "maybe_sent",
    "provider_message_id",
    "failure_code",
    "failure_detail",
    "reply_token",
    "finished_at",
)
_SET = ", ".join(f"{name} = :{name}" for name in _SAVED)


class QueueRepository(Repository):
    """One tenant's queue."""

    async def ensure_account(self, account_id: str) -> str:
        """Makes the account's queue where there is none; its state."""
        params = {"tenant": self.tenant_id, "account": account_id}
        await self.unit.execute(
            "INSERT INTO account_queues (tenant_id, account_id) VALUES (:tenant, :account) ON CONFLICT DO NOTHING",
            params,
        )
        state = await self.unit.scalar(
            "SELECT state FROM account_queues WHERE tenant_id = :tenant AND account_id = :account FOR SHARE", params
        )
        return str(state)

    async def add_attempt(self, attempt: Attempt) -> bool:
        """Queues an attempt; False when it was queued before."""
        values = {name: getattr(attempt, name) for name in ATTEMPT_COLUMNS}
        result = await self.unit.execute(
            f"INSERT INTO attempts ({_A}) VALUES ({_VALUES}) ON CONFLICT DO NOTHING", values
        )
        return bool(result.rowcount)

    async def open_lane(self, account_id: str, contact_id: UUID, next_at: datetime | str) -> None:
        """Makes the lane due at next_at, or earlier if it already is."""
        await self.unit.execute(
            "INSERT INTO lanes (tenant_id, account_id, contact_id, next_at)"
            " VALUES (:tenant, :account, :contact, CAST(CAST(:next AS text) AS timestamptz))"
            " ON CONFLICT (tenant_id, account_id, contact_id)"
            " DO UPDATE SET next_at = least(lanes.next_at, EXCLUDED.next_at)",
            {
                "tenant": self.tenant_id,
                "account": account_id,
                "contact": contact_id,
                "next": next_at if isinstance(next_at, str) else next_at.isoformat(),
            },
        )

    async def hold_lane(self, lane: Lane) -> bool:
        """Locks a claimed lane for this transaction; False when the claim passed to another worker."""
        row = await self.unit.one_or_none(
            "SELECT token FROM lanes WHERE tenant_id = :tenant AND account_id = :account AND contact_id = :contact"
            " AND token = :token FOR UPDATE",
            self._lane(lane),
        )
        return row is not None

    async def extend_lane(self, lane: Lane, until: datetime) -> None:
        """Keeps a held lane claimed."""
        await self.unit.execute(
            "UPDATE lanes SET claimed_until = :until"
            " WHERE tenant_id = :tenant AND account_id = :account AND contact_id = :contact",
            self._lane(lane) | {"until": until},
        )

    async def release_lane(self, lane: Lane, next_at: datetime | None, park: bool = False) -> None:
        """Gives a held lane back, due at next_at; with None it is empty and goes. Parked, it waits for its account."""
        if next_at is None and not park:
            await self.unit.execute(
                "DELETE FROM lanes WHERE tenant_id = :tenant AND account_id = :account AND contact_id = :contact",
                self._lane(lane),
            )
            return
        await self.unit.execute(
            "UPDATE lanes SET claimed_until = '-infinity', next_at = coalesce(:next, 'infinity'::timestamptz)"
            " WHERE tenant_id = :tenant AND account_id = :account AND contact_id = :contact",
            self._lane(lane) | {"next": next_at},
        )

    async def head(self, lane: Lane) -> Attempt | None:
        """The attempt whose turn it is in a held lane."""
        row = await self.unit.one_or_none(
            f"SELECT {_A} FROM attempts WHERE tenant_id = :tenant AND account_id = :account AND contact_id = :contact"
            " AND finished_at IS NULL ORDER BY sequence, attempt LIMIT 1",
            self._lane(lane),
        )
        return Attempt(**row) if row else None

    async def knows(self, message_id: UUID, attempt: int) -> bool:
        """Whether an attempt was ever queued here."""
        row = await self.unit.one_or_none(
            "SELECT 1 FROM attempts WHERE tenant_id = :tenant AND message_id = :message AND attempt = :attempt",
            {"tenant": self.tenant_id, "message": message_id, "attempt": attempt},
        )
        return row is not None

    async def save(self, attempt: Attempt) -> None:
        """What trying changed."""
        values = {name: getattr(attempt, name) for name in _SAVED}
        await self.unit.execute(
            f"UPDATE attempts SET {_SET} WHERE tenant_id = :tenant AND message_id = :message AND attempt = :attempt",
            values | {"tenant": self.tenant_id, "message": attempt.message_id, "attempt": attempt.attempt},
        )

    async def park_account(self, account_id: str, reason: str) -> bool:
        """Stops the account's queue; False when it stood already. Its lanes are put out of the workers' sight."""
        params = {"tenant": self.tenant_id, "account": account_id, "reason": reason}
        result = await self.unit.execute(
            "UPDATE account_queues SET state = 'reconnect', reason = :reason"
            " WHERE tenant_id = :tenant AND account_id = :account AND state = 'active'",
            params,
        )
        return bool(result.rowcount)

    async def resume_account(self, account_id: str, now: datetime) -> bool:
        """Lets the account's queue go on, from now; False when it was not stopped."""
        params = {"tenant": self.tenant_id, "account": account_id, "now": now}
        result = await self.unit.execute(
            "UPDATE account_queues SET state = 'active', reason = '', paused_until = NULL"
            " WHERE tenant_id = :tenant AND account_id = :account AND state = 'reconnect'",
            {"tenant": self.tenant_id, "account": account_id},
        )
        await self.unit.execute(
            "UPDATE lanes SET next_at = :now WHERE tenant_id = :tenant AND account_id = :account"
            " AND next_at = 'infinity'",
            params,
        )
        return bool(result.rowcount)

    async def note_account(self, account_id: str, paused_until: datetime | None, sent_at: datetime | None) -> None:
        """The account was told to slow down, or sent something."""
        await self.unit.execute(
            "UPDATE account_queues SET paused_until = coalesce(:paused, paused_until),"
            " last_sent_at = coalesce(:sent, last_sent_at) WHERE tenant_id = :tenant AND account_id = :account",
            {"tenant": self.tenant_id, "account": account_id, "paused": paused_until, "sent": sent_at},
        )

    async def queues(self) -> list[AccountQueue]:
        """Every account of the tenant that ever sent."""
        rows = await self.unit.rows(
            "SELECT q.account_id, q.state, q.reason, q.last_sent_at, count(a.message_id) AS waiting,"
            " min(a.queued_at) AS oldest_queued_at FROM account_queues q LEFT JOIN attempts a"
            " ON a.tenant_id = q.tenant_id AND a.account_id = q.account_id AND a.finished_at IS NULL"
            " WHERE q.tenant_id = :tenant GROUP BY q.account_id, q.state, q.reason, q.last_sent_at ORDER BY 1",
            {"tenant": self.tenant_id},
        )
        return [AccountQueue(**row) for row in rows]

    def _lane(self, lane: Lane) -> dict[str, object]:
        return {
            "tenant": self.tenant_id,
            "account": lane.account_id,
            "contact": lane.contact_id,
            "token": lane.token,
        }


async def claim_lanes(unit: Unit, now: datetime, claim_seconds: int, most: int, busy: list[str]) -> list[Lane]:
    """Due lanes of any tenant, at most so many of one account; none of busy accounts."""
    rows = await unit.fetch("SELECT * FROM claim_lanes($1, $2, $3, $4)", now, claim_seconds, most, busy)
    return [Lane(row["tenant_id"], row["account_id"], row["contact_id"], row["token"]) for row in rows]
