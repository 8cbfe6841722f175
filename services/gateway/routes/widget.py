"""The script that shops put onto their pages. What it calls below /widget/v1 is the ingestion service's."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import Response

from libs.edge.clients import header
from services.gateway.routes.problems import plain_response

SCRIPT_PATH = "/widget/v1/widget.js"
# Its address never changes, so browsers ask for a new one now and then, and shops get improvements by themselves.
_CACHING = "public, max-age=300, stale-while-revalidate=86400"
_HEADERS = {
    "Cache-Control": _CACHING,
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True)
class _Script:
    stamp: int
    body: bytes
    gzipped: bytes
    etag: str


class WidgetScript:
    """ASGI application that serves folder/widget.js as the last build left it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "widget.js"
        self._known: _Script | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Any) -> Response:
        if scope["path"] != SCRIPT_PATH:
            return plain_response(404)
        if scope["method"] not in ("GET", "HEAD"):
            return plain_response(405, {"Allow": "GET, HEAD"})
        script = self._read()
        if script is None:
            return plain_response(404, {"Access-Control-Allow-Origin": "*"})
        headers = {**_HEADERS, "ETag": script.etag}
        if script.etag in [tag.strip().removeprefix("W/") for tag in header(scope, b"if-none-match").split(",")]:
            return Response(None, 304, headers)
        body = script.body
        if "gzip" in header(scope, b"accept-encoding"):
            body, headers["Content-Encoding"] = script.gzipped, "gzip"
        headers |= {"Content-Length": str(len(body)), "Content-Type": "text/javascript; charset=utf-8"}
        return Response(b"" if scope["method"] == "HEAD" else body, 200, headers)

    def _read(self) -> _Script | None:
        """The file, read again when it is another than before; None before the first build."""
        stamp = self._file.stat().st_mtime_ns if self._file.is_file() else None
        if stamp is None:
            return None
        if self._known is None or self._known.stamp != stamp:
            body = self._file.read_bytes()
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            self._known = _Script(stamp, body, gzip.compress(body, 9, mtime=0), etag)
        return self._known
