"""The one place that talks to platforms over HTTP."""

import asyncio
import time
from collections.abc import Mapping

import aiohttp
import yarl

from libs.channels.wire import Answer, HttpRequest, NoAnswer
from libs.fetch.fetcher import Fetcher, FetchError, Unreached
from libs.observe.log import get_logger
from libs.observe.metrics import Histogram
from libs.observe.tracing import span

_MOST_BYTES = 1024 * 1024
# Compressed, a small answer could unfold to any size.
_PLAIN = {"Accept-Encoding": "identity", "User-Agent": "Frontdesk/1"}
# Shorter than platforms keep one open: a call on a connection that is being closed counts as lost.
_KEEP_SECONDS = 10.0

_FOREIGN = "foreign"

_log = get_logger(__name__)
_seconds = Histogram("frontdesk_platform_seconds", "Time a platform took to answer.", ["host", "operation", "result"])


class Platforms:
    """Carries requests that channels built. hosts: a channel's host name → base address. timeout: seconds for a whole
    call, however slowly its bytes trickle; half of them to connect. foreign: calls addresses that somebody gave us."""

    def __init__(
        self, hosts: Mapping[str, str], timeout: float, connections: int, foreign: Fetcher | None = None
    ) -> None:
        self._hosts = {name: address.rstrip("/") for name, address in hosts.items()}
        self._timeout = timeout
        self._connections = connections
        self._foreign = foreign or Fetcher()
        self._client: aiohttp.ClientSession | None = None

    async def call(self, request: HttpRequest, seconds: float | None = None) -> Answer | NoAnswer:
        """The answer, or why there is none. Never raises for what a platform or the network does. seconds: less
        patience than usual."""
        started = time.perf_counter()
        with span(f"{request.host} {request.operation}"):
            result = await self._call(request, seconds or self._timeout)
        label = f"{result.status // 100}xx" if isinstance(result, Answer) else result.value
        _seconds.labels(request.host, request.operation, label).observe(time.perf_counter() - started)
        return result

    async def objection(self, url: str) -> str:
        """Why an address that somebody gave us is never called; "" where nothing speaks against it."""
        return await self._foreign.objection(url)

    async def close(self) -> None:
        """Closes every connection."""
        await self._foreign.close()
        if self._client is not None:
            await self._client.close()

    async def _call(self, request: HttpRequest, seconds: float) -> Answer | NoAnswer:
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request)
        except Unreached as error:
            return NoAnswer.FORBIDDEN if error.code == "forbidden" else NoAnswer.NEVER_SENT
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return NoAnswer.NEVER_SENT
        except (aiohttp.ClientError, FetchError, TimeoutError, OSError):
            return NoAnswer.LOST
        except Exception:
            # A mistake of ours. Whether anything left is not known, and a lane must not stumble over it for ever.
            _log.exception("a call to a platform failed", host=request.host, operation=request.operation)
            return NoAnswer.LOST

    async def _exchange(self, request: HttpRequest) -> Answer:
        headers = _PLAIN | dict(request.headers)
        if request.host == _FOREIGN:
            found = await self._foreign.exchange(request.method, request.path, headers, request.body, _MOST_BYTES)
            return Answer(found.status, found.headers, found.body)
        # As the channel wrote it, character by character.
        url = yarl.URL(self._hosts[request.host] + request.path, encoded=True)
        call = self._session().request(
            request.method, url, headers=headers, data=request.body or None, allow_redirects=False
        )
        async with call as response:
            return Answer(response.status, dict(response.headers), await _bounded(response))

    def _session(self) -> aiohttp.ClientSession:
        """Made with the first call: it belongs to the running loop."""
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEEP_SECONDS),
                timeout=aiohttp.ClientTimeout(total=None, connect=self._timeout / 2),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._client


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MOST_BYTES:
            response.close()
            break
    return bytes(body[:_MOST_BYTES])
