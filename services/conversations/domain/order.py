"""Where a message stands in its thread."""

from datetime import UTC, datetime, timedelta

# How far ahead of ours a platform's clock may run before its word on time is not taken.
_AHEAD = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def sort_key(at: datetime, sequence: int) -> str:
    """Text that sorts by time in milliseconds, then by arrival."""
    return f"{max(0, (at - _EPOCH) // _MILLISECOND):014d}-{sequence:013d}"


def inbound_time(occurred_at: datetime, received_at: datetime) -> datetime:
    """When a customer's message is taken to be written: the platform's time, unless that lies in the future."""
    return received_at if occurred_at > received_at + _AHEAD else occurred_at


def outbound_time(now: datetime, last_sort_key: str) -> datetime:
    """When an answer is taken to be written: now, but never before the newest message its writer saw."""
    if not last_sort_key:
        return now
    return max(now, _EPOCH + int(last_sort_key.partition("-")[0]) * _MILLISECOND)
