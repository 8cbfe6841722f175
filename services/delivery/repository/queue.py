"""SQL of one tenant's queues: attempts, lanes and account states. The statements of every message run straight on the
driver."""

from datetime import datetime
from uuid import UUID

from libs.db.repository import Repository
from libs.db.unit import Unit
from services.delivery.models import ATTEMPT_COLUMNS, AccountQueue, Attempt, Lane, Room

_A = ", ".join(ATTEMPT_COLUMNS)
_SAVED = (
    "state",
    "method",
    "tries",
    "tried_at",
    "last_tried_at",
    "confirm_by",
    "maybe_sent",
    "provider_message_id",
    "failure_code",
    "failure_detail",
    "reply_token",
    "finished_at",
)
_SET = ", ".join(f"{name} = ${number}" for number, name in enumerate(_SAVED, 4))
_LANE = "tenant_id = $1 AND account_id = $2 AND contact_id = $3"
_HOLD = f"SELECT token FROM lanes WHERE {_LANE} AND token = $4 FOR UPDATE"
_RELEASE = f"UPDATE lanes SET claimed_until = '-infinity', next_at = $4, failures = 0 WHERE {_LANE}"
_FAILURES = f"SELECT failures FROM lanes WHERE {_LANE}"
_PUT_OFF = f"UPDATE lanes SET claimed_until = '-infinity', next_at = $4, failures = failures + 1 WHERE {_LANE}"
_CLOSE = f"DELETE FROM lanes WHERE {_LANE}"
_HEAD = f"""
    SELECT {_A}, after_message_id IS NULL OR EXISTS (
        SELECT FROM attempts b WHERE (b.tenant_id, b.message_id, b.attempt)
            = (a.tenant_id, a.after_message_id, a.after_attempt)) AS knows_before
    FROM attempts a WHERE {_LANE} AND finished_at IS NULL AND confirm_by IS NULL ORDER BY sequence, attempt LIMIT 1"""
# What is finished stays as it is, whoever writes.
_SAVE = f"""
    UPDATE attempts SET {_SET} WHERE tenant_id = $1 AND message_id = $2 AND attempt = $3 AND finished_at IS NULL
    RETURNING 1"""
_NOTE = f"""
    WITH noted AS ({_SAVE}), kept AS (
        UPDATE lanes SET claimed_until = ${len(_SAVED) + 4} WHERE tenant_id = $1 AND account_id = ${len(_SAVED) + 5}
            AND contact_id = ${len(_SAVED) + 6})
    SELECT FROM noted"""
# Written once a second, not with every message: all lanes of the account would wait for each other.
_SENT = """
    UPDATE account_queues SET last_sent_at = $3::timestamptz, throttled = 0 WHERE tenant_id = $1 AND account_id = $2
    AND (last_sent_at IS NULL OR last_sent_at <= $3::timestamptz - interval '1 second' OR throttled > 0)"""
_CLAIM = "SELECT tenant_id, account_id, contact_id, token FROM claim_lanes($1, $2, $3, $4, $5, $6)"


class QueueRepository(Repository):
    """One tenant's queues."""

    async def hold_lane(self, lane: Lane) -> bool:
        """Locks a claimed lane for this transaction; False when the claim passed to another worker."""
        return bool(await self.unit.fetch(_HOLD, *self._lane(lane), lane.token))

    async def release_lane(self, lane: Lane, next_at: datetime) -> None:
        """Gives a held lane back, due at next_at."""
        await self.unit.fetch(_RELEASE, *self._lane(lane), next_at)

    async def failures(self, lane: Lane) -> int:
        """How often in a row working on a held lane failed."""
        rows = await self.unit.fetch(_FAILURES, *self._lane(lane))
        return int(rows[0][0]) if rows else 0

    async def put_off_lane(self, lane: Lane, next_at: datetime) -> None:
        """Gives a held lane back on which working failed once more."""
        await self.unit.fetch(_PUT_OFF, *self._lane(lane), next_at)

    async def close_lane(self, lane: Lane) -> None:
        """A held lane is empty."""
        await self.unit.fetch(_CLOSE, *self._lane(lane))

    async def head(self, lane: Lane) -> tuple[Attempt, bool] | None:
        """The attempt whose turn it is in a held lane, and whether the one requested before it is known here."""
        rows = await self.unit.fetch(_HEAD, *self._lane(lane))
        if not rows:
            return None
        columns = dict(rows[0])
        knows_before = bool(columns.pop("knows_before"))
        return Attempt(**columns), knows_before

    async def save(self, attempt: Attempt) -> bool:
        """What trying changed; False when the attempt was finished meanwhile, by the platform's word."""
        return bool(await self.unit.fetch(_SAVE, *self._saved(attempt)))

    async def note_try(self, lane: Lane, attempt: Attempt, until: datetime) -> bool:
        """The attempt is being tried; its held lane stays claimed. False as save says: it must not be tried."""
        noted = await self.unit.fetch(_NOTE, *self._saved(attempt), until, lane.account_id, lane.contact_id)
        return bool(noted)

    async def note_sent(self, account_id: str, now: datetime) -> None:
        """The account took a message."""
        await self.unit.fetch(_SENT, self.tenant_id, account_id, now)

    async def throttled(self, account_id: str, now: datetime) -> int | None:
        """How often in a row the account was told to slow down; None while it is pausing already. Locks it."""
        row = await self.unit.one_or_none(
            "SELECT throttled FROM account_queues WHERE tenant_id = :tenant AND account_id = :account"
            " AND coalesce(paused_until, '-infinity') <= :now FOR NO KEY UPDATE",
            {"tenant": self.tenant_id, "account": account_id, "now": now},
        )
        return row["throttled"] if row else None

    async def pause_account(self, account_id: str, throttled: int, until: datetime) -> None:
        """The account sends nothing until then."""
        await self.unit.execute(
            "UPDATE account_queues SET throttled = :throttled, paused_until = :until"
            " WHERE tenant_id = :tenant AND account_id = :account",
            {"tenant": self.tenant_id, "account": account_id, "throttled": throttled, "until": until},
        )

    async def stop_account(self, account_id: str, reason: str, version: int) -> str:
        """Stops the account's queue, because credentials of this version were refused. "stopped", "stands" when it
        stood already, "newer" when there are newer credentials."""
        row = await self.unit.one_or_none(
            "SELECT state, seen_version FROM account_queues WHERE tenant_id = :tenant AND account_id = :account"
            " FOR NO KEY UPDATE",
            {"tenant": self.tenant_id, "account": account_id},
        )
        if row is None or row["state"] != "active":
            return "stands"
        if row["seen_version"] > version:
            return "newer"
        await self.unit.execute(
            "UPDATE account_queues SET state = 'reconnect', reason = :reason"
            " WHERE tenant_id = :tenant AND account_id = :account",
            {"tenant": self.tenant_id, "account": account_id, "reason": reason},
        )
        return "stopped"

    async def note_version(self, account_id: str, version: int) -> None:
        """The account changed; credentials of earlier versions prove nothing any more."""
        await self.unit.execute(
            "INSERT INTO account_queues (tenant_id, account_id, seen_version) VALUES (:tenant, :account, :version)"
            " ON CONFLICT (tenant_id, account_id) DO UPDATE"
            " SET seen_version = greatest(account_queues.seen_version, EXCLUDED.seen_version)",
            {"tenant": self.tenant_id, "account": account_id, "version": version},
        )

    async def resume_account(self, account_id: str) -> bool:
        """Lets the account's queue go on; False when it was not stopped."""
        result = await self.unit.execute(
            "UPDATE account_queues SET state = 'active', reason = '', paused_until = NULL, throttled = 0"
            " WHERE tenant_id = :tenant AND account_id = :account AND state = 'reconnect'",
            {"tenant": self.tenant_id, "account": account_id},
        )
        return bool(result.rowcount)

    async def queues(self) -> list[AccountQueue]:
        """Every account of the tenant that was ever heard of."""
        rows = await self.unit.rows(
            "SELECT q.account_id, q.state, q.reason, q.last_sent_at, coalesce(a.waiting, 0) AS waiting,"
            " a.oldest_queued_at FROM account_queues q LEFT JOIN ("
            "  SELECT account_id, count(*) AS waiting, min(queued_at) AS oldest_queued_at FROM attempts"
            "  WHERE tenant_id = :tenant AND finished_at IS NULL AND confirm_by IS NULL GROUP BY account_id) a"
            "  USING (account_id)"
            " WHERE q.tenant_id = :tenant ORDER BY 1",
            {"tenant": self.tenant_id},
        )
        return [AccountQueue(**row) for row in rows]

    def _saved(self, attempt: Attempt) -> list[object]:
        key = [self.tenant_id, attempt.message_id, attempt.attempt]
        return key + [getattr(attempt, name) for name in _SAVED]

    def _lane(self, lane: Lane) -> tuple[UUID, str, UUID]:
        return self.tenant_id, lane.account_id, lane.contact_id


async def claim_lanes(unit: Unit, now: datetime, claim_seconds: int, room: Room) -> list[Lane]:
    """Due lanes of any tenant that are nobody's, as many as there is room for."""
    busy, running = list(room.running), list(room.running.values())
    rows = await unit.fetch(_CLAIM, now, claim_seconds, room.total, room.each, busy, running)
    return [Lane(row["tenant_id"], row["account_id"], row["contact_id"], row["token"]) for row in rows]
