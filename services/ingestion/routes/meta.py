"""/webhooks/meta/data-deletion and /webhooks/meta/deauthorize: what Meta posts in a person's name, and the page on
which that person sees what became of it."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from libs.edge.clients import header
from libs.observe.log import get_logger
from libs.rpc.errors import FrontdeskError, NotFoundError
from services.ingestion.models import DeletionRow
from services.ingestion.routes.bodies import Bodies
from services.ingestion.service.deletions import DeletionService
from services.ingestion.service.platform_requests import PlatformRequests

PREFIX = "/webhooks/meta/"
_DELETION, _DEAUTHORIZE = f"{PREFIX}data-deletion", f"{PREFIX}deauthorize"
_OF_ACCOUNT = re.compile(re.escape(_DELETION) + r"/([A-Za-z0-9._-]{1,100})\Z")
_PAGE = re.compile(re.escape(_DELETION) + r"/([0-9a-f]{24})\Z")
_MOST = 64 * 1024
# Meta wants to know within these.
_DUE = timedelta(days=30)
_log = get_logger(__name__)

# Title; while it is open; once it is done.
_WORDS = {
    "zh-TW": (
        "資料刪除要求",
        "我們在 {at} 收到這項要求，正在處理，最遲會在 {due} 完成。",
        "我們在 {at} 收到這項要求，已於 {done} 完成：與您有關的資料已刪除。",
    ),
    "zh-CN": (
        "数据删除请求",
        "我们于 {at} 收到此请求，正在处理，最迟会在 {due} 完成。",
        "我们于 {at} 收到此请求，已于 {done} 完成：与您有关的数据已删除。",
    ),
    "en": (
        "Data deletion request",
        "We received this request on {at}. It is being dealt with and will be done by {due}.",
        "We received this request on {at}; it was done on {done}: the data about you has been deleted.",
    ),
}


class MetaApp:
    """ASGI application below PREFIX."""

    def __init__(self, requests: PlatformRequests, deletions: DeletionService, bodies: Bodies | None = None) -> None:
        self._requests = requests
        self._deletions = deletions
        self._bodies = bodies or Bodies()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        try:
            status, kind, body = await self._answer(scope, receive)
        except FrontdeskError as error:
            status, kind = error.http_status, b"application/problem+json"
            problem = {"type": "about:blank", "title": error.code, "status": status, "code": error.code}
            body = json.dumps({**problem, "detail": error.message}).encode()
        except Exception:
            _log.exception("a platform's request failed")
            status, kind, body = 503, b"application/problem+json", b'{"status": 503, "code": "unavailable"}'
        headers = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any, receive: Any) -> tuple[int, bytes, bytes]:
        if scope["method"] == "POST":
            return 200, b"application/json", json.dumps(await self._take(scope["path"], receive)).encode()
        page = _PAGE.match(scope["path"])
        if scope["method"] != "GET" or page is None:
            raise _nothing()
        row = await self._deletions.get(page[1])
        return 200, b"text/html; charset=utf-8", _page(_language(header(scope, b"accept-language")), row)

    async def _take(self, path: str, receive: Any) -> dict[str, str]:
        of_account = _OF_ACCOUNT.match(path)
        if path not in {_DELETION, _DEAUTHORIZE} and of_account is None:
            raise _nothing()
        form = await self._bodies.read(receive, _MOST)
        if path == _DEAUTHORIZE:
            await self._requests.deauthorize(form)
            return {}
        return await self._requests.delete(form, of_account[1] if of_account else "")


def _nothing() -> NotFoundError:
    return NotFoundError("There is nothing here.")


def _page(language: str, row: DeletionRow) -> bytes:
    title, still_open, done = _WORDS[language]
    text = done if row.done_at else still_open
    told = text.format(
        at=_day(row.received_at), due=_day(row.received_at + _DUE), done=_day(row.done_at or row.received_at)
    )
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = f"<h1>{title}</h1><p>{escape(told)}</p>"
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'.encode()


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d} (UTC)"


def _language(accepted: str) -> str:
    """The first one there is, of a browser's wishes in their order."""
    for wish in accepted.split(","):
        tag = wish.partition(";")[0].strip().lower()
        if tag in {"zh-cn", "zh-sg"} or tag.startswith("zh-hans"):
            return "zh-CN"
        if tag.startswith("zh"):
            return "zh-TW"
        if tag.startswith("en"):
            return "en"
    return "zh-TW"
