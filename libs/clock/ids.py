"""Identifiers that sort by the time they were made."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from libs.clock.clock import Clock

# Half of the 74 random bits' range is left for counting up within a millisecond.
_FIRST_BITS = 73
_STEP_BITS = 32
_TAIL_BITS = 62

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LATEST = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // _MILLISECOND


class _Sequence:
    """The random part of ids: new in each millisecond, then rising by random steps, so that ids sort as made."""

    def __init__(self) -> None:
        self._millis = -1
        self._tail = 0

    def next(self, millis: int) -> int:
        """The part of the next id of this millisecond."""
        if millis == self._millis:
            self._tail += 1 + secrets.randbits(_STEP_BITS)
        else:
            self._millis, self._tail = millis, secrets.randbits(_FIRST_BITS)
        return self._tail


_sequence = _Sequence()


def new_id(clock: Clock) -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, the rest random but rising within a process."""
    millis = (clock.now() - _EPOCH) // _MILLISECOND
    tail = _sequence.next(millis)
    high, low = tail >> _TAIL_BITS & 0xFFF, tail & (1 << _TAIL_BITS) - 1
    return UUID(int=millis << 80 | 0x7 << 76 | high << 64 | 0x2 << _TAIL_BITS | low)


def first_id(at: datetime) -> UUID:
    """The least id that could have been made at this moment: what sorts before it is older."""
    return UUID(int=max(0, (at - _EPOCH) // _MILLISECOND) << 80)


def time_of_id(value: UUID) -> datetime:
    """The moment inside a UUID of version 7, to the millisecond. One that nobody made tells some moment, too."""
    return _EPOCH + min(value.int >> 80, _LATEST) * _MILLISECOND
