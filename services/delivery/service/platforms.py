"""The one place that talks to platforms over HTTP."""

import asyncio
import time
from collections.abc import Mapping

import httpx

from libs.channels.wire import Answer, HttpRequest, NoAnswer
from libs.observe.log import get_logger
from libs.observe.metrics import Histogram
from libs.observe.tracing import span

_MOST_BYTES = 1024 * 1024
# Compressed, a small answer could unfold to any size.
_PLAIN = {"Accept-Encoding": "identity"}

_log = get_logger(__name__)
_seconds = Histogram("frontdesk_platform_seconds", "Time a platform took to answer.", ["host", "operation", "result"])


class Platforms:
    """Carries requests that channels built. hosts: a channel's host name → base address. timeout: seconds for a whole
    call, however slowly its bytes trickle; half of them to connect."""

    def __init__(self, hosts: Mapping[str, str], timeout: float, connections: int) -> None:
        self._hosts = hosts
        self._timeout = timeout
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        each = httpx.Timeout(timeout, connect=timeout / 2, pool=timeout / 2)
        self._client = httpx.AsyncClient(timeout=each, limits=limits, follow_redirects=False, trust_env=False)

    async def call(self, request: HttpRequest, seconds: float | None = None) -> Answer | NoAnswer:
        """The answer, or why there is none. Never raises for what a platform or the network does. seconds: less
        patience than usual."""
        started = time.perf_counter()
        with span(f"{request.host} {request.operation}"):
            result = await self._call(request, seconds or self._timeout)
        label = f"{result.status // 100}xx" if isinstance(result, Answer) else result.value
        _seconds.labels(request.host, request.operation, label).observe(time.perf_counter() - started)
        return result

    async def close(self) -> None:
        """Closes every connection."""
        await self._client.aclose()

    async def _call(self, request: HttpRequest, seconds: float) -> Answer | NoAnswer:
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return NoAnswer.NEVER_SENT
        except (httpx.HTTPError, TimeoutError):
            return NoAnswer.LOST
        except Exception:
            # A mistake of ours. Whether anything left is not known, and a lane must not stumble over it for ever.
            _log.exception("a call to a platform failed", host=request.host, operation=request.operation)
            return NoAnswer.LOST

    async def _exchange(self, request: HttpRequest) -> Answer:
        url = self._hosts[request.host].rstrip("/") + request.path
        headers = _PLAIN | dict(request.headers)
        async with self._client.stream(request.method, url, headers=headers, content=request.body or None) as response:
            return Answer(response.status_code, dict(response.headers), await _bounded(response))


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _MOST_BYTES:
            break
    return bytes(body[:_MOST_BYTES])
