"""Identifiers that sort by the time they were made."""

import os
from datetime import UTC, datetime
from uuid import UUID

from libs.clock.clock import Clock


def new_id(clock: Clock) -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, the rest random."""
    millis = int(clock.now().timestamp() * 1000)
    value = (millis & 0xFFFFFFFFFFFF) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def time_of_id(value: UUID) -> datetime:
    """The moment inside a UUID of version 7, to the millisecond."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC)
