"""Files under signed addresses: /media/<token> for browsers, /media/customer/<token> for those of the shop's customers,
/media/public/<token>[/<name>] for platforms."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from libs.clock.clock import Clock
from libs.edge.clients import header
from libs.media.types import type_of_name
from libs.observe.log import get_logger
from libs.storage.addresses import BROWSER_PATH, CUSTOMER_PATH, PUBLIC_PATH, BrowserAddress, MediaAddresses
from libs.storage.store import MediaStore, StorageError, Stored
from services.gateway.routes.problems import plain_response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PUBLIC_SECONDS = 3600
# Whatever a file holds, it runs no script, loads nothing and is not part of this site.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Accept-Ranges": "bytes",
}
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _File:
    key: str
    file_name: str
    cache: str
    policy: str


class Media:
    """ASGI application for everything below /media."""

    def __init__(self, addresses: MediaAddresses, store: MediaStore, clock: Clock) -> None:
        self._addresses = addresses
        self._store = store
        self._clock = clock

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Any) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            return plain_response(405, {"Allow": "GET, HEAD"})
        file = self._file(scope["path"])
        if file is None:
            return plain_response(404)
        try:
            stored = await self._store.stat(file.key)
        except StorageError as error:
            _log.warning("a file cannot be served", error=str(error))
            return plain_response(502)
        return plain_response(404) if stored is None else self._serve(scope, file, stored)

    def _file(self, path: str) -> _File | None:
        """What an address proves; None for a wrong one, or one whose time is over."""
        if path.startswith(f"{PUBLIC_PATH}/"):
            token, _, name = path.removeprefix(f"{PUBLIC_PATH}/").partition("/")
            key = self._addresses.read_public(token)
            # Shown on pages of others: the shop's own site.
            return (key and _File(key, name, f"public, max-age={_PUBLIC_SECONDS}", "cross-origin")) or None
        if path.startswith(f"{CUSTOMER_PATH}/"):
            return self._timed(self._addresses.read_customer(path.removeprefix(f"{CUSTOMER_PATH}/")), "cross-origin")
        return self._timed(self._addresses.read_browser(path.removeprefix(f"{BROWSER_PATH}/")), "same-origin")

    def _timed(self, found: BrowserAddress | None, policy: str) -> _File | None:
        if found is None:
            return None
        left = max(0, int(found.expires_at - self._clock.now().timestamp()))
        return _File(found.key, found.file_name, f"private, max-age={left}, immutable", policy)

    def _serve(self, scope: Any, file: _File, stored: Stored) -> Response:
        tag = f'"{stored.e_tag}"'
        headers = {**_SAFE, **_content_headers(file), "ETag": tag}
        if tag in header(scope, b"if-none-match"):
            return Response(None, 304, headers)
        size = stored.size_bytes
        wanted = _range(scope, tag, size)
        if wanted == (0, 0) and size:
            return Response(None, 416, {**headers, "Content-Range": f"bytes */{size}"})
        start, end = wanted or (0, size)
        headers["Content-Length"] = str(end - start)
        if wanted:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        if scope["method"] == "HEAD":
            return Response(None, 206 if wanted else 200, headers)
        return StreamingResponse(self._bytes(file.key, start, end), 206 if wanted else 200, headers)

    async def _bytes(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        async for chunk in self._store.stream(key, start, end):
            yield chunk


def _content_headers(file: _File) -> dict[str, str]:
    kind = type_of_name(file.key)
    name = file.file_name or file.key.rpartition("/")[2]
    shown = "inline" if kind.inline else "attachment"
    return {
        "Content-Type": kind.content_type,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": file.cache,
        "Cross-Origin-Resource-Policy": file.policy,
    }


def _range(scope: Any, tag: str, size: int) -> tuple[int, int] | None:
    """The one range asked for, from first to behind the last byte; (0, 0) for one that is not there; None for the
    whole, and for what may be answered with it: several ranges, another file's."""
    found = _RANGE.fullmatch(header(scope, b"range").strip())
    condition = header(scope, b"if-range")
    if found is None or not any(found.groups()) or (condition and condition != tag):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else (0, 0)
