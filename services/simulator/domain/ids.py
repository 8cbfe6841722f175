"""Identifiers in the shapes LINE gives them. Randomness is passed in, so that tests can fix it."""

import hashlib
import uuid
from collections.abc import Callable

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Ten bits at a time: a load run makes thousands a second.
_PAIRS = [first + second for first in _CROCKFORD for second in _CROCKFORD]
_POOL_BYTES = 4096

RandomBytes = Callable[[int], bytes]


class Ids:
    """Makes every identifier of one simulator; message ids only ever grow."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        self._source = random_bytes
        self._pool, self._used = b"", 0
        self._last_message_id = 0

    def message_id(self, now_ms: int) -> str:
        """A decimal number of 18 digits, unique over all accounts."""
        self._last_message_id = max(self._last_message_id + 1, now_ms * 100_000)
        return str(self._last_message_id)

    def saw_message_id(self, message_id: str) -> None:
        """Never hands out this one, or a smaller one, again; for state read back from a journal."""
        if message_id.isascii() and message_id.isdigit():
            self._last_message_id = max(self._last_message_id, int(message_id))

    def event_id(self, now_ms: int) -> str:
        """A ULID: 48 bits of milliseconds, 80 random bits, in Crockford's base 32."""
        number = (now_ms << 80) | int.from_bytes(self._random(10), "big")
        return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])

    def token(self) -> str:
        """A reply token: 32 hexadecimal digits."""
        return self._random(16).hex()

    def quote_token(self) -> str:
        """What a later message names to quote this one."""
        return self._random(24).hex()

    def request_id(self) -> str:
        """What X-Line-Request-Id carries."""
        return str(uuid.UUID(bytes=self._random(16), version=4))

    def _random(self, count: int) -> bytes:
        start = self._used
        if start + count > len(self._pool):
            self._pool, start = self._source(_POOL_BYTES), 0
        self._used = start + count
        return self._pool[start : self._used]


def user_id(*parts: str) -> str:
    """The same LINE user id for the same words, every time."""
    return "U" + _digest(parts)


def group_id(*parts: str) -> str:
    """The same LINE group id for the same words, every time."""
    return "C" + _digest(parts)


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]
