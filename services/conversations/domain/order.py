"""Where a message stands in its thread."""

from datetime import UTC, datetime, timedelta

# How far ahead of ours a platform's clock may run before its word on time is not taken.
_AHEAD = timedelta(minutes=1)


def sort_key(at: datetime, sequence: int) -> str:
    """Text that sorts by time in milliseconds, then by arrival."""
    return f"{max(0, int(at.timestamp() * 1000)):014d}-{sequence:010d}"


def inbound_time(occurred_at: datetime, received_at: datetime) -> datetime:
    """When a customer's message is taken to be written: the platform's time, unless that lies in the future."""
    return received_at if occurred_at > received_at + _AHEAD else occurred_at


def outbound_time(now: datetime, last_sort_key: str) -> datetime:
    """When an answer is taken to be written: now, but never before the newest message its writer saw."""
    if not last_sort_key:
        return now
    newest = datetime.fromtimestamp(int(last_sort_key.partition("-")[0]) / 1000, UTC)
    return max(now, newest)
