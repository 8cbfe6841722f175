"""/webhooks/meta/data-deletion and /webhooks/meta/deauthorize: what Meta posts in a person's name, and the page on
which that person sees what became of it."""

import json
import re
from datetime import datetime
from html import escape
from typing import Any

from libs.edge.clients import header
from libs.observe.log import get_logger
from libs.rpc.errors import FrontdeskError, NotFoundError
from services.ingestion.routes.bodies import Bodies
from services.ingestion.service.platform_requests import DEAUTHORIZED, DELETION, PlatformRequests

PREFIX = "/webhooks/meta/"
_POSTED = {f"{PREFIX}data-deletion": DELETION, f"{PREFIX}deauthorize": DEAUTHORIZED}
_PAGE = re.compile(re.escape(PREFIX) + r"data-deletion/([0-9]{1,12}-[0-9a-f]{24})\Z")
_MOST = 64 * 1024
_log = get_logger(__name__)

# Title; what became of it.
_WORDS = {
    "zh-TW": (
        "資料刪除要求",
        "我們在 {at} 收到這項要求，並已完成：這裡沒有以您的 Meta 帳號識別碼儲存的資料，您給予的存取權杖也已失效。"
        "若您曾寫訊息給商店，請直接請該商店刪除您的對話。",
    ),
    "zh-CN": (
        "数据删除请求",
        "我们于 {at} 收到此请求，并已完成：这里没有以您的 Meta 账号标识存储的数据，您授予的访问令牌也已失效。"
        "若您曾给商店发过消息，请直接请该商店删除您的对话。",
    ),
    "en": (
        "Data deletion request",
        "We received this request on {at} and it is done: nothing is stored here under your Meta user id, and the"
        " access you gave has ended. If you wrote to a shop, ask that shop to delete your conversation.",
    ),
}


class MetaApp:
    """ASGI application below PREFIX."""

    def __init__(self, requests: PlatformRequests, bodies: Bodies | None = None) -> None:
        self._requests = requests
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
        kind = _POSTED.get(scope["path"])
        if scope["method"] == "POST" and kind:
            told = await self._requests.take(kind, await self._bodies.read(receive, _MOST))
            return 200, b"application/json", json.dumps(told).encode()
        page = _PAGE.match(scope["path"])
        if scope["method"] != "GET" or page is None:
            raise NotFoundError("There is nothing here.")
        at = self._requests.received_at(page[1])
        return 200, b"text/html; charset=utf-8", _page(_language(header(scope, b"accept-language")), at)


def _page(language: str, at: datetime) -> bytes:
    title, text = _WORDS[language]
    told = escape(text.format(at=f"{at:%Y-%m-%d %H:%M} UTC"))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = f"<h1>{title}</h1><p>{told}</p>"
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'.encode()


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
