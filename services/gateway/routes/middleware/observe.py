"""Around everything the public address serves: metrics, trace, and no exception without an answer."""

import time
from typing import Any

from opentelemetry.trace import SpanKind

from libs.edge.clients import header
from libs.observe.log import current_tenant, get_logger
from libs.observe.metrics import Counter, Histogram
from libs.observe.tracing import extract, span
from services.gateway.routes.problems import plain_response

_log = get_logger(__name__)
_requests = Counter("frontdesk_http_requests_total", "HTTP requests answered.", ["route", "method", "status"])
_seconds = Histogram("frontdesk_http_seconds", "Time to answer an HTTP request.", ["route"])

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observe:
    """The label "route" is a template, never an address: clients choose addresses."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        scope.setdefault("state", {})
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        watched = _Watched(send)
        started = time.perf_counter()
        try:
            with span(f"HTTP {scope['method']}", extract(_trace(scope)), SpanKind.SERVER):
                current_tenant.set("")
                await self._application(scope, receive, watched.send)
        except Exception:
            _log.exception("request failed", method=scope["method"], route=route_of(scope))
            if not watched.status:
                await plain_response(500)(scope, receive, watched.send)
            elif not watched.complete:
                raise
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            _requests.labels(route_of(scope), method, watched.status or 499).inc()
            _seconds.labels(route_of(scope)).observe(time.perf_counter() - started)


class _Watched:
    def __init__(self, send: Any) -> None:
        self._send = send
        self.status = 0
        self.complete = False

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
        await self._send(message)


def route_of(scope: Any) -> str:
    """The template the request matched: "/api/v1/conversations/{conversation_id}"."""
    label: str = scope["state"].get("route") or getattr(scope.get("route"), "path_format", "") or "(none)"
    return label


def _trace(scope: Any) -> dict[str, str]:
    return {name: header(scope, name.encode()) for name in ("traceparent", "tracestate")}
