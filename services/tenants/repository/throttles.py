"""Counters of attempts: a system table. They live in PostgreSQL and not in Redis, for who guesses passwords must not
start anew whenever a cache does, and one row a sign-in is nothing beside the cost of the password's hash."""

from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from libs.db.unit import Unit
from services.tenants.domain.throttles import Throttle


class ThrottleCounter:
    """Counts in its caller's transaction; commit before the work that is throttled, or a crowd slips through."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def charge(self, throttle: Throttle, value: str, now: datetime) -> timedelta:
        """Counts one attempt. Answers with how long to wait: nothing when this one may go on."""
        key = throttle.key(value)
        row = await self._locked(key, now)
        blocked_until: datetime = row["blocked_until"]
        if blocked_until > now:
            return min(blocked_until - now, throttle.longest)
        attempts = (row["attempts"] if row["expires_at"] > now else 0) + 1
        await self._unit.execute(
            "UPDATE throttles SET attempts = :attempts, blocked_until = :until, expires_at = :expires WHERE key = :key",
            {
                "key": key,
                "attempts": attempts,
                "until": now + throttle.delay(attempts),
                "expires": now + throttle.forget,
            },
        )
        return timedelta()

    async def _locked(self, key: bytes, now: datetime) -> RowMapping:
        # An update that changes nothing, so that the row is there and locked whoever inserts it first.
        rows = await self._unit.rows(
            """INSERT INTO throttles (key, attempts, blocked_until, expires_at) VALUES (:key, 0, :now, :now)
               ON CONFLICT (key) DO UPDATE SET key = excluded.key
               RETURNING attempts, blocked_until, expires_at""",
            {"key": key, "now": now},
        )
        return rows[0]

    async def clear(self, throttle: Throttle, value: str) -> None:
        """Forgets the attempts."""
        await self._unit.execute("DELETE FROM throttles WHERE key = :key", {"key": throttle.key(value)})

    async def refund(self, throttle: Throttle, value: str) -> None:
        """Takes one attempt off: it was no guess. A delay that others have caused stays."""
        await self._unit.execute(
            "UPDATE throttles SET attempts = greatest(attempts - 1, 0) WHERE key = :key", {"key": throttle.key(value)}
        )
