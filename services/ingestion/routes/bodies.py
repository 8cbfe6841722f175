"""Request bodies and methods: what an address takes from anybody. Bodies are bounded each, unfinished ones together."""

import asyncio
from collections.abc import Callable
from typing import Any

from libs.rpc.errors import InvalidArgumentError, UnavailableError

# Anybody may begin a body and not end it: it is waited for this long, and unfinished ones may hold this much together.
BODY_SECONDS = 10.0
UNFINISHED_BYTES = 64 * 1024 * 1024
# What a body may have before it counts: whoever holds all there is to hold keeps only large ones out, and the server
# has as much of each connection in its own hands anyway.
UNCOUNTED_BYTES = 64 * 1024


class MethodNotAllowedError(InvalidArgumentError):
    """The address takes another method."""

    code = "method_not_allowed"
    http_status = 405


class BodyTooLargeError(InvalidArgumentError):
    """Longer than anything this address takes."""

    code = "body_too_large"
    http_status = 413


class BodyTooSlowError(InvalidArgumentError):
    """A platform sends a body at once, a browser steadily."""

    code = "body_too_slow"
    http_status = 408


class Bodies:
    """Reads them."""

    def __init__(
        self, seconds: float = BODY_SECONDS, unfinished: int = UNFINISHED_BYTES, uncounted: int = UNCOUNTED_BYTES
    ) -> None:
        self._seconds = seconds
        self._most_unfinished = unfinished
        self._uncounted = uncounted
        self._unfinished = 0

    async def read(self, receive: Any, most: int, seen: Callable[[bytes], None] | None = None) -> bytes:
        """A whole body of at most so many bytes; each piece is shown to `seen` as it comes, which may raise. Raises
        BodyTooLargeError, BodyTooSlowError, UnavailableError."""
        chunks: list[bytes] = []
        held = size = 0
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    chunk, more = await _chunk(receive)
                    chunks.append(chunk)
                    size += len(chunk)
                    if size > most:
                        raise BodyTooLargeError(f"The body may have at most {most} bytes.")
                    if seen is not None:
                        seen(chunk)
                    if not more:
                        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
                    more_held = max(0, size - self._uncounted) - held
                    held += more_held
                    self._hold(more_held)
        except TimeoutError as error:
            raise BodyTooSlowError("The body took too long to arrive.") from error
        finally:
            self._unfinished -= held

    def _hold(self, size: int) -> None:
        self._unfinished += size
        if size and self._unfinished > self._most_unfinished:
            raise UnavailableError("Too many large bodies are on their way. Send this again.")


async def _chunk(receive: Any) -> tuple[bytes, bool]:
    """The next piece of the body, and whether more follows."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise InvalidArgumentError("The body ended early.")
    return message.get("body", b""), message.get("more_body", False)
