"""/widget/v1/<account id>/…: JSON for the widget on pages of shops, which are other origins than the desk.

No cookie takes part, so any origin may call; whoever calls brings a token.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from libs.edge.clients import Clients, bearer, header
from libs.observe.log import get_logger
from libs.observe.metrics import Counter
from libs.rpc.errors import FrontdeskError, InvalidArgumentError, NotFoundError
from services.ingestion.routes.bodies import Bodies, MethodNotAllowedError
from services.ingestion.service.widget.widget import IMAGE_BYTES, WidgetService

PREFIX = "/widget/v1"
_PATH = re.compile(r"/widget/v1/([A-Za-z0-9._-]{1,100})/(config|sessions|messages|news|forms|images)\Z")
_JSON_BYTES = 128 * 1024
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
]
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type"),
    (b"access-control-max-age", b"86400"),
]
_log = get_logger(__name__)
_calls = Counter("frontdesk_widget_calls_total", "Calls of widgets, by answer.", ["call", "status"])


class _Call:
    """One request, as the handlers need it."""

    def __init__(
        self, scope: Any, receive: Any, account_id: str, address: str, bodies: Bodies, widget: WidgetService
    ) -> None:
        self._widget = widget
        self._announced = header(scope, b"content-length")
        self.account_id = account_id
        self.address = address
        self.token = bearer(scope)
        self.receive = receive
        self._query = scope["query_string"]
        self._bodies = bodies

    def parameter(self, name: str) -> str:
        """The last value of a query parameter, "" without one."""
        try:
            found: dict[str, list[str]] = parse_qs(self._query[:4000].decode("latin-1"), max_num_fields=10)
        except ValueError as error:
            raise InvalidArgumentError("The query has too many parameters.") from error
        return found.get(name, [""])[-1]

    async def body(self, most: int = _JSON_BYTES) -> bytes:
        """All of it, if the client's address may still send as much. Who does not say how much may send the most."""
        announced = self._announced
        size = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 16 else most
        await self._widget.may_send(self.address, min(size, most))
        return await self._bodies.read(self.receive, most)


class WidgetApp:
    """ASGI application for everything below /widget/v1 but the script."""

    def __init__(self, widget: WidgetService, clients: Clients) -> None:
        self._widget = widget
        self._clients = clients
        # A picture may take its time from a phone.
        self._bodies = Bodies(seconds=60.0)
        self._handlers: dict[tuple[str, str], Callable[[_Call], Awaitable[tuple[int, Any]]]] = {
            ("GET", "config"): self._config,
            ("POST", "sessions"): self._sessions,
            ("GET", "messages"): self._messages,
            ("POST", "messages"): self._send,
            ("GET", "news"): self._news,
            ("POST", "forms"): self._forms,
            ("POST", "images"): self._images,
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            return
        match = _PATH.match(scope["path"])
        if scope["method"] == "OPTIONS":
            await _answer(send, 204, None, _PREFLIGHT)
            return
        status, answer, headers = await self._handled(scope, receive, match)
        _calls.labels(match[2] if match else "unknown", str(status)).inc()
        await _answer(send, status, answer, headers)

    async def _handled(
        self, scope: Any, receive: Any, match: re.Match[str] | None
    ) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        try:
            if match is None:
                raise NotFoundError("There is nothing at this address.")
            handler = self._handlers.get((scope["method"], match[2]))
            if handler is None:
                raise MethodNotAllowedError("This address does not take this method.")
            call = _Call(scope, receive, match[1], self._clients.address(scope), self._bodies, self._widget)
            return *await handler(call), []
        except FrontdeskError as error:
            return error.http_status, _problem(error), _headers(error)
        except Exception:
            _log.exception("a widget's call failed", call=match[2] if match else "")
            return 500, _problem(FrontdeskError("Something went wrong on our side. Try again.")), []

    async def _config(self, call: _Call) -> tuple[int, Any]:
        return 200, await self._widget.config(call.account_id, call.address)

    async def _sessions(self, call: _Call) -> tuple[int, Any]:
        body = _object(await call.body())
        kept = body.get("visitor_token")
        kept = kept if isinstance(kept, str) else ""
        return 200, await self._widget.session(call.account_id, call.address, call.token, kept)

    async def _messages(self, call: _Call) -> tuple[int, Any]:
        token = call.parameter("page_token")
        return 200, await self._widget.messages(call.account_id, call.address, call.token, token)

    async def _send(self, call: _Call) -> tuple[int, Any]:
        body = await call.body()
        return 201, await self._widget.send(call.account_id, call.address, call.token, body)

    async def _news(self, call: _Call) -> tuple[int, Any]:
        cursor = call.parameter("cursor")
        news = asyncio.ensure_future(self._widget.news(call.account_id, call.address, call.token, cursor))
        gone = asyncio.ensure_future(_gone(call.receive))
        try:
            await asyncio.wait((news, gone), return_when=asyncio.FIRST_COMPLETED)
            if not news.done():
                return 499, {}
            return 200, news.result()
        finally:
            for task in (news, gone):
                task.cancel()
            await asyncio.gather(news, gone, return_exceptions=True)

    async def _forms(self, call: _Call) -> tuple[int, Any]:
        body = await call.body()
        return 201, await self._widget.form(call.account_id, call.address, call.token, body)

    async def _images(self, call: _Call) -> tuple[int, Any]:
        person = await self._widget.may_upload(call.account_id, call.address, call.token)
        return 201, await self._widget.image(person, await call.body(IMAGE_BYTES))


async def _gone(receive: Any) -> None:
    """Waits until the browser no longer does."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidArgumentError("The body is not valid JSON.") from error
    return found if isinstance(found, dict) else {}


def _problem(error: FrontdeskError) -> dict[str, Any]:
    shown = {name: value for name, value in error.fields.items() if name in ("field", "retry_after_seconds")}
    return {
        "type": "about:blank",
        "title": error.code.replace("_", " ").capitalize(),
        "status": error.http_status,
        "code": error.code,
        "detail": error.message,
        **shown,
    }


def _headers(error: FrontdeskError) -> list[tuple[bytes, bytes]]:
    headers = [(b"content-type", b"application/problem+json")]
    if seconds := error.fields.get("retry_after_seconds"):
        headers.append((b"retry-after", str(seconds).encode()))
    if error.http_status in (408, 413):
        headers.append((b"connection", b"close"))
    return headers


async def _answer(send: Any, status: int, answer: Any, headers: list[tuple[bytes, bytes]]) -> None:
    body = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
    all_headers = [*_CORS, *headers]
    if answer is not None and not any(name == b"content-type" for name, _ in headers):
        all_headers.append((b"content-type", b"application/json"))
    if status != 204:
        all_headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})
