"""The one place that talks to platforms over HTTP."""

import time
from collections.abc import Mapping

import httpx

from libs.channels.wire import Answer, HttpRequest, NoAnswer
from libs.observe.metrics import Histogram
from libs.observe.tracing import span

_MOST_BYTES = 1024 * 1024

_seconds = Histogram("frontdesk_platform_seconds", "Time a platform took to answer.", ["host", "operation", "result"])


class Platforms:
    """Carries requests that channels built. hosts: a channel's host name → base address."""

    def __init__(self, hosts: Mapping[str, str], timeout: float, connections: int) -> None:
        self._hosts = hosts
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.AsyncClient(timeout=timeout, limits=limits, follow_redirects=False, trust_env=False)

    async def call(self, request: HttpRequest) -> Answer | NoAnswer:
        """The answer, or why there is none. Never raises for what a platform or the network does."""
        started = time.perf_counter()
        with span(f"{request.host} {request.operation}"):
            result = await self._call(request)
        label = f"{result.status // 100}xx" if isinstance(result, Answer) else result.value
        _seconds.labels(request.host, request.operation, label).observe(time.perf_counter() - started)
        return result

    async def close(self) -> None:
        """Closes every connection."""
        await self._client.aclose()

    async def _call(self, request: HttpRequest) -> Answer | NoAnswer:
        url = self._hosts[request.host].rstrip("/") + request.path
        try:
            async with self._client.stream(
                request.method, url, headers=dict(request.headers), content=request.body or None
            ) as response:
                body = await _bounded(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return NoAnswer.NEVER_SENT
        except httpx.HTTPError:
            return NoAnswer.LOST
        return Answer(response.status_code, dict(response.headers), body)


async def _bounded(response: httpx.Response) -> bytes:
    chunks, size = [], 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        chunks.append(chunk)
        if size > _MOST_BYTES:
            break
    return b"".join(chunks)[:_MOST_BYTES]
