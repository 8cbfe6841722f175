"""Passing requests on to another process: bytes and headers as they came."""

import asyncio
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from libs.edge.clients import Clients, header
from libs.observe.log import get_logger
from services.gateway.routes.problems import plain_response
from services.gateway.routes.upstream import Pairs, Upstream, UpstreamError

_log = get_logger(__name__)

# They speak of one connection, not of the message (RFC 9110, 7.6.1); Expect is answered by our own server.
_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    b"upgrade expect".split()
)
_FORWARDED = frozenset((b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-prefix"))
# A client may not have these dropped by naming them in "Connection": without its length, a body would be read as the
# next request, with headers that nobody here has looked at.
_OF_THE_MESSAGE = frozenset((b"content-length", b"host"))
_CONNECT_SECONDS = 2.0
_HEAD_SECONDS = 60.0
_IDLE_MOST = 32
_IDLE_SECONDS = 30.0


class Proxy:
    """An ASGI application, for HTTP alone, that answers with what another HTTP server says.

    address: "http://host:port". scope["root_path"], where there is one, is told it as X-Forwarded-Prefix.
    """

    def __init__(self, address: str, clients: Clients) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._clients = clients
        self._idle: deque[tuple[float, Upstream]] = deque()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        try:
            upstream = await self._connect()
            exchange = _Exchange(upstream, scope, receive, send)
            await exchange.run(self._headers(scope))
        except (OSError, TimeoutError, UpstreamError) as error:
            _log.warning("a request passed on was not answered", port=self._port, error=repr(error))
            await plain_response(502)(scope, receive, send)
            return
        self._keep(exchange)

    async def _connect(self) -> Upstream:
        now = asyncio.get_running_loop().time()
        while self._idle:
            since, upstream = self._idle.pop()
            if upstream.usable and now - since < _IDLE_SECONDS:
                return upstream
            upstream.close()
        async with asyncio.timeout(_CONNECT_SECONDS):
            return Upstream(*await asyncio.open_connection(self._host, self._port))

    def _keep(self, exchange: "_Exchange") -> None:
        if exchange.uploaded and exchange.upstream.reusable and len(self._idle) < _IDLE_MOST:
            self._idle.append((asyncio.get_running_loop().time(), exchange.upstream))
        else:
            exchange.upstream.close()

    def _headers(self, scope: Any) -> Pairs:
        """The client's own, and who the client is. What it says of proxies counts when it is a known proxy."""
        dropped = _HOP_BY_HOP | _FORWARDED | _named_by_connection(scope["headers"])
        headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
        forwarded = {
            b"x-forwarded-for": self._clients.address(scope),
            b"x-forwarded-proto": self._clients.scheme(scope),
            b"x-forwarded-host": header(scope, b"host"),
            b"x-forwarded-prefix": scope.get("root_path", ""),
        }
        return [*headers, *((name, text.encode("latin-1")) for name, text in forwarded.items() if text)]


class _Exchange:
    """One request and its answer. Until the answer has begun, its errors are the caller's to answer."""

    def __init__(self, upstream: Upstream, scope: Any, receive: Any, send: Any) -> None:
        self.upstream = upstream
        self.uploaded = False
        self._gone = False
        self._scope = scope
        self._receive = receive
        self._send = send
        self._chunked = not header(scope, b"content-length") and bool(header(scope, b"transfer-encoding"))

    async def run(self, headers: Pairs) -> None:
        """Uploads and downloads at once: an answer may come before the whole request has gone."""
        if self._chunked:
            headers = [*headers, (b"transfer-encoding", b"chunked")]
        uploading = None
        try:
            await self.upstream.begin(self._scope["method"], _target(self._scope), headers)
            uploading = asyncio.create_task(self._upload())
            async with asyncio.timeout(_HEAD_SECONDS):
                status, answered = await self.upstream.read_head()
            await self._download(status, answered)
        except BaseException:
            self.upstream.close()
            raise
        finally:
            if uploading is not None:
                uploading.cancel()

    async def _download(self, status: int, headers: Pairs) -> None:
        try:
            await self._send({"type": "http.response.start", "status": status, "headers": _kept(headers)})
            while body := await self.upstream.read_body():
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
        except (OSError, UpstreamError) as error:
            if self._gone:
                return
            # The answer has begun: all that is left is to break off as well.
            raise RuntimeError("the answer passed on broke off") from error
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _upload(self) -> None:
        """The body; then waits for the client to go away, because then nobody needs the answer."""
        try:
            while True:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    self._gone = True
                    self.upstream.close()
                    return
                await self._pass_on(message.get("body", b""), last=not message.get("more_body", False))
        except OSError:
            # The other side reads no further; what it answers tells why.
            return

    async def _pass_on(self, body: bytes, last: bool) -> None:
        if body:
            await self.upstream.write(b"%x\r\n%b\r\n" % (len(body), body) if self._chunked else body)
        if last and not self.uploaded:
            if self._chunked:
                await self.upstream.write(b"0\r\n\r\n")
            self.uploaded = True


def _target(scope: Any) -> bytes:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


def _kept(headers: Pairs) -> Pairs:
    """Our own server writes the date."""
    return [(name, value) for name, value in headers if name not in _HOP_BY_HOP and name != b"date"]


def _named_by_connection(headers: Pairs) -> frozenset[bytes]:
    values = [value for name, value in headers if name == b"connection"]
    return frozenset(part.strip().lower() for value in values for part in value.split(b",")) - _OF_THE_MESSAGE
