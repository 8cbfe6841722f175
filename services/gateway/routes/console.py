"""The console's files, as its build left them."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import Response

from libs.edge.clients import header
from services.gateway.routes.middleware.headers import everywhere
from services.gateway.routes.problems import plain_response

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_IMMUTABLE = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Frontdesk</title>
<h1>The console is not built</h1>
<p>Run <code>make console</code> and load this page again. The API works without it.</p>
"""


@dataclass(frozen=True)
class _Asset:
    body: bytes
    gzipped: bytes | None
    kind: str
    etag: str
    caching: str


class Console:
    """Only files that were there when it was built are served, so no path leads out of the folder. Navigations to
    other addresses get index.html: the console finds its own way."""

    def __init__(self, folder: Path, secure: bool) -> None:
        self._folder = folder
        self._headers = [*everywhere(secure), (b"content-security-policy", _policy(secure).encode())]
        self._assets: dict[str, _Asset] = {}
        self._stamp: int | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        answer = self._answer(scope)
        answer.raw_headers.extend(self._headers)
        await answer(scope, receive, send)

    def _answer(self, scope: Any) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return plain_response(405, {"Allow": "GET, HEAD"})
        self._reload()
        asset = self._assets.get(scope["path"])
        if asset is None and _is_navigation(scope):
            asset = self._assets.get("/")
            if asset is None:
                return Response(_NOT_BUILT, 503, {"Cache-Control": "no-store"}, "text/html")
        return plain_response(404) if asset is None else _file(asset, scope)

    def _reload(self) -> None:
        """Reads the folder when its index.html is another than before: a build writes that last."""
        index = self._folder / "index.html"
        stamp = index.stat().st_mtime_ns if index.is_file() else None
        if stamp != self._stamp:
            self._assets = _read(self._folder) if stamp is not None else {}
            self._stamp = stamp


def _read(folder: Path) -> dict[str, _Asset]:
    assets = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in name.split("/")):
            assets[f"/{name}"] = _asset(path.read_bytes(), name)
    assets["/"] = assets["/index.html"]
    return assets


def _asset(body: bytes, name: str) -> _Asset:
    suffix = Path(name).suffix
    kind = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    gzipped = gzip.compress(body, 9, mtime=0) if kind.startswith((*_COMPRESSED, "text/javascript")) else None
    return _Asset(
        body=body,
        gzipped=gzipped if gzipped and len(gzipped) < len(body) else None,
        kind=kind,
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        caching=_IMMUTABLE if name.startswith("assets/") else "no-cache",
    )


def _file(asset: _Asset, scope: Any) -> Response:
    headers = {"ETag": asset.etag, "Cache-Control": asset.caching, "Vary": "Accept-Encoding"}
    if asset.etag in [tag.strip().removeprefix("W/") for tag in header(scope, b"if-none-match").split(",")]:
        return Response(status_code=304, headers=headers)
    body = asset.body
    if asset.gzipped is not None and "gzip" in header(scope, b"accept-encoding"):
        body, headers["Content-Encoding"] = asset.gzipped, "gzip"
    # Response writes no body for HEAD by itself; the length stays that of the file.
    headers["Content-Length"] = str(len(body))
    headers["Content-Type"] = asset.kind
    return Response(b"" if scope["method"] == "HEAD" else body, headers=headers)


def _is_navigation(scope: Any) -> bool:
    mode = header(scope, b"sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in header(scope, b"accept")


def _policy(secure: bool) -> str:
    """The console runs its own files alone; pictures come from platforms and from blobs it makes itself."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            # The component library adds rules of its own to the page.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' https: data: blob:",
            "media-src 'self' https: blob:",
            f"connect-src 'self' {'wss:' if secure else 'ws: wss:'}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
