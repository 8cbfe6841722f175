"""Calls per second and messages per month."""

from datetime import datetime, timedelta, timezone

# The month of a quota turns at midnight in Japan.
_JAPAN = timezone(timedelta(hours=9))


class RateWindow:
    """Counts calls per endpoint in the current second."""

    def __init__(self) -> None:
        self._second = -1
        self._counts: dict[str, int] = {}

    def admit(self, endpoint: str, limit: int, monotonic_seconds: float) -> bool:
        """Whether this call is still within the limit; counts it if so."""
        if (second := int(monotonic_seconds)) != self._second:
            self._second, self._counts = second, {}
        count = self._counts.get(endpoint, 0)
        if count >= limit:
            return False
        self._counts[endpoint] = count + 1
        return True


class MonthlyUsage:
    """Counts pushed messages (one per recipient, however many objects) in the current month."""

    def __init__(self) -> None:
        self._month = ""
        self._count = 0

    def used(self, now: datetime) -> int:
        """How many were pushed since the month began."""
        return self._count if self._month == _month(now) else 0

    def add(self, recipients: int, now: datetime) -> None:
        """Counts a push that was accepted."""
        self._count = self.used(now) + recipients
        self._month = _month(now)


def _month(now: datetime) -> str:
    return now.astimezone(_JAPAN).strftime("%Y-%m")
