"""Meta's times: milliseconds, seconds, both as texts or with a point, and ISO 8601."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from libs.channels.times import believable, provider_time

# As milliseconds this is 1973, as seconds the year 5138: below it, a number counts seconds.
_FEWEST_MILLISECONDS = 10**11
_MOST_DIGITS = 17


def milliseconds(value: Any) -> int | None:
    """Milliseconds since 1970 of a time as Meta writes it; None for anything else.

    >>> milliseconds("1527459824"), milliseconds(1492414608982.0), milliseconds("2021-09-08T06:34:04+0000")
    (1527459824000, 1492414608982, 1631082844000)
    """
    if isinstance(value, str):
        return _of_text(value)
    if type(value) is float:
        # The comparison is false for NaN and for what is too large.
        return _scaled(int(value)) if 0 <= value < 10.0**_MOST_DIGITS else None
    return _scaled(value) if type(value) is int else None


def event_time(candidates: Iterable[Any], received_at: datetime) -> Timestamp:
    """The first of these times that can be true; received_at without one."""
    read = (milliseconds(candidate) for candidate in candidates)
    return provider_time(next((at for at in read if believable(at, received_at)), None), received_at)


def _of_text(text: str) -> int | None:
    if text.isascii() and text.isdigit():
        return _scaled(int(text)) if len(text) <= _MOST_DIGITS else None
    try:
        at = datetime.fromisoformat(text)
        return int(at.timestamp() * 1000) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _scaled(number: int) -> int:
    return number if number >= _FEWEST_MILLISECONDS else number * 1000
