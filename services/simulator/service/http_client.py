"""A small HTTP/1.1 client for webhooks: keep-alive connections over bare asyncio transports.

General clients cost more processor time per call than the server under test; this one leaves it to the server.
"""

import asyncio
import ssl
import time
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import httptools

# Servers close idle connections after a few seconds; one that idled longer than this is not used again.
_IDLE_SECONDS = 2.0
_KEPT_BODY = 2048


class CallFailed(Exception):
    """No answer came: could not connect, no answer in time, or the connection ended without one."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Answer:
    """Status and the beginning of the body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads."""

    host: str
    port: int
    tls: bool
    path: str
    authority: str


@lru_cache(maxsize=1024)
def target(url: str) -> Target:
    """Splits an http or https URL."""
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.hostname or "", parts.port or (443 if tls else 80), tls, path, parts.netloc)


class _Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.idle_since = 0.0
        self.open = True
        self._waiter: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(CallFailed("unclassified", f"not HTTP: {error}"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._fail(CallFailed("could_not_connect", "Connection closed without an answer"))

    def on_body(self, body: bytes) -> None:
        if len(self._body) < _KEPT_BODY:
            self._body += body[:_KEPT_BODY]

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), bytes(self._body))
        if not self._parser.should_keep_alive():
            self.close()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(answer)

    def request(self, data: bytes) -> asyncio.Future[Answer]:
        """Writes a request; the answer follows."""
        self._waiter = asyncio.get_running_loop().create_future()
        self._body = bytearray()
        if self.transport is not None:
            self.transport.write(data)
        return self._waiter

    def close(self) -> None:
        """Ends the connection at once, whatever is under way."""
        self.open = False
        if self.transport is not None:
            self.transport.abort()

    def _fail(self, error: CallFailed) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)


class HttpPool:
    """Connections to the servers that webhooks go to; at most `limit` calls at once, others wait their turn."""

    def __init__(self, limit: int = 256) -> None:
        self._idle: dict[tuple[str, int], deque[_Connection]] = {}
        self._places = asyncio.Semaphore(limit)

    async def post(self, url: str, headers: str, body: bytes, timeout_seconds: float) -> Answer:
        """POSTs body; headers are "Name: value\\r\\n" lines. Raises CallFailed when no answer comes in time."""
        place = target(url)
        head = f"POST {place.path} HTTP/1.1\r\nHost: {place.authority}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        async with self._places:
            connection: _Connection | None = None
            try:
                async with asyncio.timeout(timeout_seconds):
                    connection = self._reuse(place) or await self._connect(place)
                    answer = await connection.request(head.encode("latin-1") + body)
            except TimeoutError:
                raise CallFailed("request_timeout", f"No answer within {timeout_seconds:g} s") from None
            except OSError as error:
                raise CallFailed("could_not_connect", str(error)) from None
            else:
                self._keep(place, connection)
                return answer
            finally:
                if connection is not None and not connection.idle_since:
                    connection.close()

    async def close(self) -> None:
        """Ends every idle connection."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def _reuse(self, place: Target) -> _Connection | None:
        idle = self._idle.get((place.host, place.port))
        while idle:
            connection = idle.pop()
            if connection.open and time.monotonic() - connection.idle_since < _IDLE_SECONDS:
                connection.idle_since = 0.0
                return connection
            connection.close()
        return None

    def _keep(self, place: Target, connection: _Connection) -> None:
        if connection.open:
            connection.idle_since = time.monotonic()
            self._idle.setdefault((place.host, place.port), deque()).append(connection)

    @staticmethod
    async def _connect(place: Target) -> _Connection:
        context = ssl.create_default_context() if place.tls else None
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, place.host, place.port, ssl=context)
        return connection
