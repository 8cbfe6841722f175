"""Request bodies: bounded, JSON, and here in full before anything works on them."""

import asyncio
from collections.abc import Callable
from typing import Any

from libs.edge.clients import header
from services.gateway.routes.problems import plain_response

_SECONDS = 30.0
# Of a body that is too large this much is read all the same: a connection cut while the client still writes would
# take the answer with it.
_DISCARDED_BYTES = 16 * 1024 * 1024


class BodyGate:
    """Answers 413, 415 and 408 itself; a body that is counted as it comes needs no content-length. raw: requests whose
    bodies are let through, for a route that bounds them itself."""

    def __init__(self, application: Any, most_bytes: int, raw: Callable[[Any], bool]) -> None:
        self._application = application
        self._most_bytes = most_bytes
        self._raw = raw

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        bodiless = not header(scope, b"content-length") and not header(scope, b"transfer-encoding")
        if bodiless or self._raw(scope):
            await self._application(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            return
        if isinstance(body, int):
            # What is still on its way must not be taken for the next request.
            await plain_response(body, {"Connection": "close"})(scope, receive, send)
        elif body and not _is_json(header(scope, b"content-type")):
            await plain_response(415)(scope, receive, send)
        else:
            await self._application(scope, _Replay(body, receive), send)

    async def _read(self, receive: Any) -> bytes | int | None:
        """The body; the status that refuses it; None when the client is gone."""
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._collect(receive)
        except TimeoutError:
            return 408

    async def _collect(self, receive: Any) -> bytes | int | None:
        chunks, size, more = [], 0, True
        while more and size <= _DISCARDED_BYTES:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            more = message.get("more_body", False)
            if size <= self._most_bytes:
                chunks.append(chunk)
            else:
                chunks.clear()
        return b"".join(chunks) if size <= self._most_bytes else 413


class _Replay:
    """Gives the body once, then what comes after it."""

    def __init__(self, body: bytes, receive: Any) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Any:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
