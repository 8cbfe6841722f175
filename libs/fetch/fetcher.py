"""Fetches a file from an address somebody else gave us.

Names are resolved here and the connection goes to the very address that was looked at, so that no second answer of the
resolver can lead elsewhere. Nothing is unpacked: what comes compressed is refused.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from libs.fetch.addresses import is_public

_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_SECONDS = 5.0
_LOOKUPS = 32
_HTTPS = 443
_LONGEST = 4000


class FetchError(Exception):
    """Why there is no file. code: "forbidden" (the address leads where nothing may be fetched), "too_large", "refused"
    (an answer that is no file), "unreachable" (perhaps later)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Unreached(FetchError):
    """The call certainly did not leave."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What a call was answered; a long body is cut."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was answered. The file was written only for status 200."""

    status: int
    size_bytes: int
    url: str


class Fetcher:
    """One for a process. allowed: "host:port" of addresses that may be loopback and plain http, in development."""

    def __init__(
        self, allowed: Iterable[str] = (), seconds: float = 60.0, context: ssl.SSLContext | None = None
    ) -> None:
        self._allowed = frozenset(allowed)
        self._seconds = seconds
        self._guarded = _Guarded(self._allowed)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context or ssl.create_default_context(),
            # Whoever calls bounds how many are under way, of each account for itself: a queue here would let one
            # stranger's slow server keep everybody else waiting.
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=self._guarded,
        )

    async def fetch(self, url: str, place: Path, most_bytes: int, headers: Mapping[str, str] | None = None) -> Fetched:
        """Writes what is there into `place`. headers go to the first host alone. Raises FetchError."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(url, place, most_bytes, dict(headers or {}))
        except TimeoutError as error:
            raise FetchError("unreachable", f"it took more than {self._seconds:.0f} seconds") from error
        except ValueError as error:
            # Of urllib, for an address or a redirect that is none.
            raise FetchError("forbidden", "no address") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            raise FetchError("unreachable", type(error).__name__) from error

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, most_bytes: int
    ) -> Exchanged:
        """One call of any method; redirects are not followed. Raises Unreached, or FetchError when the answer was lost.
        Whoever calls bounds the time."""
        try:
            self._check(url)
            target = _request_headers(url, {"Content-Length": str(len(body)), **headers})
            async with self._pool.stream(method, url, headers=target, content=body) as response:
                found = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
                return Exchanged(response.status, found, await _read(response.aiter_stream(), most_bytes))
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout, OSError) as error:
            raise Unreached("unreachable", type(error).__name__) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise FetchError("unreachable", type(error).__name__) from error
        except FetchError as error:
            raise Unreached(error.code, error.detail) from error

    async def objection(self, url: str) -> str:
        """Why this address is never asked; "" for one that may be, or whose name nobody can tell about now."""
        try:
            self._check(url)
            parts = urlsplit(url)
            await self._guarded.resolved(parts.hostname or "", parts.port or _HTTPS)
        except FetchError as error:
            return error.detail
        except (httpcore.TimeoutException, OSError):
            return ""
        return ""

    async def close(self) -> None:
        """Closes every connection."""
        await self._pool.aclose()
        self._guarded.close()

    async def _follow(self, url: str, place: Path, most_bytes: int, headers: dict[str, str]) -> Fetched:
        first = urlsplit(url).netloc
        for _ in range(_MOST_REDIRECTS + 1):
            self._check(url)
            sent = headers if urlsplit(url).netloc == first else {}
            target = _request_headers(url, sent)
            async with self._pool.stream("GET", url, headers=target) as response:
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status not in _REDIRECTS:
                    size = await _save(response, found, place, most_bytes) if response.status == 200 else 0
                    return Fetched(response.status, size, url)
            url = urljoin(url, found.get("location", ""))
        raise FetchError("refused", f"more than {_MOST_REDIRECTS} redirects")

    def _check(self, url: str) -> None:
        """Whether the address may be asked at all, before any name is looked up."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise FetchError("forbidden", "no address") from error
        if f"{parts.hostname}:{port}" in self._allowed and parts.scheme in {"http", "https"}:
            return
        if parts.scheme != "https" or port not in {None, _HTTPS} or not parts.hostname or parts.username is not None:
            raise FetchError("forbidden", "only https addresses without a port or a login are fetched")
        if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
            raise FetchError("forbidden", "the address is too long or has odd characters")


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to public addresses and to what is allowed by name."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()
        # Strangers choose how long a lookup takes: it has threads of its own, and the process keeps the others.
        self._lookups = ThreadPoolExecutor(_LOOKUPS, "fetch-lookup")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the base class names it
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to an address that was looked at."""
        for address in await self.resolved(host, port):
            try:
                return await self._inner.connect_tcp(address, port, _CONNECT_SECONDS)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        raise httpcore.ConnectError(f"{host} does not answer")

    async def sleep(self, seconds: float) -> None:
        """Between tries."""
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Lets its threads go."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def resolved(self, host: str, port: int) -> list[str]:
        """Where the host is. FetchError ("forbidden") where that is no place to go; OSError, ConnectTimeout."""
        found = await self._looked_up(host, port)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if f"{host}:{port}" in self._allowed:
            return addresses
        # One private address among public ones is somebody's try.
        if not addresses or not all(is_public(address) for address in addresses):
            raise FetchError("forbidden", f"{host} is not on the public Internet")
        return addresses

    async def _looked_up(self, host: str, port: int) -> list[Any]:
        look = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._lookups, look)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"nobody tells where {host} is") from error
        except UnicodeError as error:
            raise FetchError("forbidden", f"{host} can be no host's name") from error


def _request_headers(url: str, extra: Mapping[str, str]) -> list[tuple[str, str]]:
    own = {"Host": urlsplit(url).netloc, "Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Frontdesk/1"}
    return list({**own, **extra}.items())


async def _save(response: Any, headers: Mapping[str, str], place: Path, most_bytes: int) -> int:
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise FetchError("refused", "it came compressed although that was not asked for")
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > most_bytes:
        raise FetchError("too_large", f"it has {length} bytes")
    return await write(response.aiter_stream(), place, most_bytes)


async def _read(chunks: AsyncIterator[bytes], most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > most_bytes:
            break
    return bytes(body[:most_bytes])


async def write(chunks: AsyncIterator[bytes], place: Path, most_bytes: int) -> int:
    """Writes a stream into a file; how many bytes it had. Raises FetchError (too_large)."""
    size = 0
    file = await asyncio.to_thread(place.open, "wb")
    try:
        async for chunk in chunks:
            size += len(chunk)
            if size > most_bytes:
                raise FetchError("too_large", f"it has more than {most_bytes} bytes")
            await asyncio.to_thread(file.write, chunk)
    finally:
        await asyncio.to_thread(file.close)
    return size
