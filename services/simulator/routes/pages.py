"""The phone and the mailbox: static pages that use the control API, and a health answer.

The pages' addresses are relative, so that they also work below another path behind a proxy.
"""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# Whose phones there are.
CHANNELS = ("line", "facebook", "instagram", "whatsapp")
Endpoint = Callable[[Request], Awaitable[Response]]

_PAGES = Path(__file__).with_name("static")
# Where a proxy says we are; anything else might lead to another site.
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")
PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-cache",
}


class _Assets(StaticFiles):
    """Scripts, styles and translations."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with the pages' headers."""
        response = await super().get_response(path, scope)
        response.headers.update(PAGE_HEADERS)
        return response


def page_routes() -> list[BaseRoute]:
    """Pages, their assets, /livez and /readyz."""
    return [
        Route("/", _redirect("/phone")),
        Route("/phone", _page("accounts.html")),
        Route("/phone/", _redirect("/phone")),
        *(Route(f"/phone/{channel}/{{account_id}}", _page("phone.html")) for channel in CHANNELS),
        Route("/mailbox", _page("mailbox.html")),
        Route("/mailbox/", _redirect("/mailbox")),
        Mount("/assets", _Assets(directory=_PAGES)),
        Route("/livez", _ok),
        Route("/readyz", _ok),
    ]


def _page(name: str) -> Endpoint:
    async def show(_request: Request) -> Response:
        return FileResponse(_PAGES / name, media_type="text/html", headers=PAGE_HEADERS)

    return show


def _redirect(where: str) -> Endpoint:
    async def go(request: Request) -> Response:
        prefix = request.headers.get("x-forwarded-prefix", "")
        return RedirectResponse(f"{prefix if _PREFIX.fullmatch(prefix) else ''}{where}")

    return go


async def _ok(_request: Request) -> Response:
    return PlainTextResponse("ok\n")
