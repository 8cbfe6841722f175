"""The platform's time of an event, as far as it can be believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from libs.clock.stamps import EPOCH, timestamp

_MILLISECOND = timedelta(milliseconds=1)
# No channel of ours is older. Later than tomorrow, a message would sit on top of every list for ever.
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_EARLIEST_MS = (_EARLIEST - EPOCH) // _MILLISECOND
_AHEAD_MS = timedelta(days=1) // _MILLISECOND


def believable(milliseconds: Any, received_at: datetime) -> bool:
    """Whether an event can have happened then: not before there were channels, not later than tomorrow."""
    latest = (received_at - EPOCH) // _MILLISECOND + _AHEAD_MS
    # bool is an int, too.
    return type(milliseconds) is int and _EARLIEST_MS <= milliseconds <= latest


def provider_time(milliseconds: Any, received_at: datetime) -> Timestamp:
    """Milliseconds since 1970 as the platform gave them; received_at for anything that cannot be true."""
    if not believable(milliseconds, received_at):
        return timestamp(received_at)
    seconds, rest = divmod(milliseconds, 1000)
    return Timestamp(seconds=seconds, nanos=rest * 1_000_000)
