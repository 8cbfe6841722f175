"""The HTTP edge: bare ASGI, for this is the way every message takes."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from opentelemetry.trace import SpanKind

from libs.accounts.directory import AccountsAwayError
from libs.app.ops import OpsApp
from libs.channels.registry import CHANNELS
from libs.clock.clock import Clock
from libs.observe.log import get_logger
from libs.observe.metrics import Counter, Histogram
from libs.observe.tracing import extract, span
from libs.rpc.errors import FrontdeskError, InvalidArgumentError, NotFoundError, UnavailableError
from services.ingestion.routes.bodies import Bodies, MethodNotAllowedError
from services.ingestion.routes.meta import PREFIX as META
from services.ingestion.service.apps import is_checked
from services.ingestion.service.webhooks import Call, RawHeaders, WebhookService

_TRACE_HEADERS = frozenset({b"traceparent", b"tracestate"})
_PATH = re.compile(r"/webhooks/([a-z]+)(?:/([A-Za-z0-9._-]{1,100}))?/?\Z")

_TEXT, _PROBLEM = b"text/plain; charset=utf-8", b"application/problem+json"

_log = get_logger(__name__)
_seconds = Histogram(
    "frontdesk_webhook_seconds",
    "Time to answer a webhook call.",
    ["channel"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0),
)
_calls = Counter("frontdesk_webhook_calls_total", "Webhook calls, by answer.", ["channel", "status"])


class WebhookApp:
    """ASGI application for /webhooks/<channel>, /webhooks/<channel>/<account>, /livez and /readyz."""

    def __init__(
        self,
        webhooks: WebhookService,
        clock: Clock,
        max_body: int,
        channels: frozenset[str],
        bodies: Bodies | None = None,
    ) -> None:
        self._webhooks = webhooks
        self._clock = clock
        self._max_body = max_body
        self._channels = channels
        self._bodies = bodies or Bodies()
        # Answers /livez and /readyz; set once the service that it tells of exists.
        self.ops = OpsApp([])
        # Answers what Meta asks in people's names.
        self.meta: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            return
        if scope["path"] in {"/livez", "/readyz"}:
            await self.ops(scope, receive, send)
            return
        if self.meta is not None and scope["path"].startswith(META):
            await self.meta(scope, receive, send)
            return
        match = _PATH.match(scope["path"])
        channel = match[1] if match and match[1] in self._channels else "unknown"
        with _seconds.labels(channel).time(), span("webhook", extract(_trace(scope["headers"])), SpanKind.SERVER):
            status, kind, body = await self._answer(scope, receive, match)
        _calls.labels(channel, str(status)).inc()
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if status == 405:
            headers.append((b"allow", b"POST"))
        if kind == _TEXT:
            headers.append((b"x-content-type-options", b"nosniff"))
        if status == 408:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any, receive: Any, match: re.Match[str] | None) -> tuple[int, bytes, bytes]:
        try:
            name, account_id = self._address(match)
            if scope["method"] == "GET" and is_checked(CHANNELS[name]):
                return 200, _TEXT, await self._challenge(scope, name, account_id)
            if scope["method"] != "POST":
                raise MethodNotAllowedError("Send webhooks by POST.")
            received_at = self._clock.now()
            body = await self._bodies.read(receive, self._max_body)
            await self._webhooks.receive(Call(name, account_id, scope["headers"], body, received_at))
        except FrontdeskError as error:
            return error.http_status, _PROBLEM, _problem(error.http_status, error.code, error.message)
        except Exception:
            _log.exception("webhook call failed")
            return 503, _PROBLEM, _problem(503, "unavailable", "Nothing can be stored right now. Send this again.")
        return 200, b"application/json", b"{}"

    def _address(self, match: re.Match[str] | None) -> tuple[str, str]:
        """Channel and account id of the address; "" for the one of all accounts, where the channel has such."""
        if match is None or match[1] not in self._channels or match[1] not in CHANNELS:
            raise NotFoundError("Webhooks are at /webhooks/<channel>/<account id>.")
        if match[2] is None and not CHANNELS[match[1]].shared_address:
            raise NotFoundError("Webhooks of this channel are at /webhooks/<channel>/<account id>.")
        return match[1], match[2] or ""

    async def _challenge(self, scope: Any, name: str, account_id: str) -> bytes:
        try:
            query = dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=20))
        except ValueError as error:
            raise InvalidArgumentError("The query is not that of a check.") from error
        try:
            return (await self._webhooks.challenge(name, account_id, query)).encode()
        except AccountsAwayError as error:
            raise UnavailableError("The address cannot be checked right now. Try again.") from error


def _trace(headers: RawHeaders) -> dict[str, str]:
    return {name.decode(): value.decode("latin-1") for name, value in headers if name in _TRACE_HEADERS}


def _problem(status: int, code: str, detail: str) -> bytes:
    return json.dumps({"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}).encode()
