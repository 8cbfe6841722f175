"""Pure rules of ingestion: how much of a forger's noise is kept, and which lane an event takes."""

from dataclasses import dataclass, field


@dataclass
class Budget:
    """How many refused calls of each source are kept: a burst, then a steady trickle. The rest is only counted."""

    burst: float = 20.0
    per_second: float = 1 / 30
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def spend(self, source: str, now: float) -> bool:
        """Whether one more of this source may be kept at this moment (seconds)."""
        left, since = self._left.get(source, (self.burst, now))
        left = min(self.burst, left + max(0.0, now - since) * self.per_second)
        if len(self._left) > 10_000:
            self._left.clear()
        self._left[source] = (left - 1 if left >= 1 else left, now)
        return left >= 1


@dataclass
class Quotas:
    """Counts each account's messages of the day (UTC) as this process sees them; who is over the quota waits in the
    bulk lane."""

    _day: int = 0
    _counts: dict[str, int] = field(default_factory=dict)

    def lane(self, account_id: str, quota: int, messages: int, now: float) -> str:
        """ "live", or "bulk" for an account over its quota; 0 is no quota."""
        day = int(now // 86400)
        # A call of yesterday that had to wait must not begin the day anew.
        if day > self._day:
            self._day, self._counts = day, {}
        self._counts[account_id] = self._counts.get(account_id, 0) + messages
        return "bulk" if quota and self._counts[account_id] > quota else "live"
