"""A kept-alive HTTP/1.1 connection to another process, one exchange after the other."""

import asyncio
from typing import Any

import httptools

_CHUNK = 64 * 1024

Pairs = list[tuple[bytes, bytes]]


class UpstreamError(Exception):
    """The other side broke off, or does not speak HTTP/1.1."""


class Upstream:
    """begin(), then read_head(), then read_body() until it gives nothing."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._method = ""
        self._parser: Any = None
        self._headers: Pairs = []
        self._chunks: list[bytes] = []
        self._head_complete = self._complete = False
        self.status = 0

    @property
    def usable(self) -> bool:
        """Still open, and nothing half-read on it."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    @property
    def reusable(self) -> bool:
        """Whether the exchange ended so that another may follow."""
        return self.usable and self._complete and self._method != "HEAD" and self._parser.should_keep_alive()

    async def begin(self, method: str, target: bytes, headers: Pairs) -> None:
        """Writes a request's head."""
        self._method, self._parser = method, httptools.HttpResponseParser(self)
        self._headers, self._chunks, self._head_complete, self._complete = [], [], False, False
        lines = [method.encode() + b" " + target + b" HTTP/1.1", *(name + b": " + value for name, value in headers)]
        await self.write(b"\r\n".join((*lines, b"", b"")))

    async def write(self, data: bytes) -> None:
        """Writes a piece of the request; waits while the other side does not read."""
        self._writer.write(data)
        await self._writer.drain()

    async def read_head(self) -> tuple[int, Pairs]:
        """Status and headers of the answer, names in lower case."""
        while not self._head_complete:
            await self._feed()
        return self.status, self._headers

    async def read_body(self) -> bytes:
        """What has come of the body; b"" at its end."""
        while not self._chunks and not self._complete:
            await self._feed()
        body = b"".join(self._chunks)
        self._chunks.clear()
        return body

    def close(self) -> None:
        """At once."""
        self._writer.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self.status = self._parser.get_status_code()
        if self.status < 200:
            # "100 Continue" and the like: the answer is still to come.
            self._headers = []
            return
        self._head_complete = True
        # To HEAD there is no body, whatever the headers say.
        self._complete = self._method == "HEAD"

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self._complete = self._head_complete

    async def _feed(self) -> None:
        data = await self._reader.read(_CHUNK)
        if not data:
            self._at_end()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            raise UpstreamError(f"not HTTP/1.1: {error}") from error

    def _at_end(self) -> None:
        """The end of the connection is the end of a body whose length was not told, and of nothing else."""
        told = any(name in (b"content-length", b"transfer-encoding") for name, _ in self._headers)
        if not self._head_complete or told:
            raise UpstreamError("it broke off")
        self._complete = True
