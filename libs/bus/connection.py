"""One lasting connection to NATS.

The client library can reconnect by itself, but ends for good on an authorization error and may hang half-connected
after others. So each connection is a new client here, and who needs one is told when it changes.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError

from libs.app.tasks import end
from libs.bus.errors import BusUnavailableError
from libs.observe.log import get_logger

log = get_logger(__name__)

T = TypeVar("T")
OnUp = Callable[[Client], Awaitable[None]]
OnDown = Callable[[], None]

_FIRST_DELAY = 0.05
_LONGEST_DELAY = 1.0
_LOOK_EVERY = 0.5
_REPORT_EVERY = 10


class Connection:
    """Dials until it is closed, with jittered, growing pauses; logs every failure, authorization loudest."""

    def __init__(self, url: str, name: str) -> None:
        self._servers = [part.strip() for part in url.split(",")]
        self._name = name
        self._client: Client | None = None
        self._lost = asyncio.Event()
        self._up = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._closing = False
        self._last_error: Exception | None = None
        self.on_up: list[OnUp] = []
        self.on_down: list[OnDown] = []

    @property
    def client(self) -> Client:
        """The connected client; BusUnavailableError while there is none."""
        client = self._client
        if client is None or not client.is_connected:
            raise BusUnavailableError(self.problem())
        return client

    def problem(self) -> str:
        """Why there is no connection; "" while there is one."""
        if self._client is not None and self._client.is_connected:
            return ""
        return f"NATS is not connected: {self._last_error or 'the connection was lost'}"

    async def open(self, wait: float) -> bool:
        """Starts dialling; True once connected, False when that took longer than wait (it goes on regardless)."""
        if self._keeper is None:
            self._closing = False
            self._keeper = asyncio.create_task(self._keep())
        return await self.connected(wait)

    async def connected(self, wait: float) -> bool:
        """Whether there is a connection, waiting this many seconds for one."""
        try:
            async with asyncio.timeout(wait):
                await self._up.wait()
        except TimeoutError:
            return False
        return True

    async def while_up(self, work: Coroutine[Any, Any, T]) -> T:
        """Awaits work that waits for the broker; BusUnavailableError as soon as the connection is lost instead of
        whenever the work would have given up."""
        task, lost = asyncio.create_task(work), asyncio.create_task(self._lost.wait())
        try:
            await asyncio.wait((task, lost), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise BusUnavailableError(self.problem() or "the connection to NATS was lost")
            return task.result()
        finally:
            task.cancel()
            lost.cancel()

    async def close(self) -> None:
        """Lets running callbacks finish, sends what is buffered, and closes."""
        self._closing = True
        await end(self._keeper)
        self._keeper = None
        client, self._client = self._client, None
        self._up.clear()
        if client is not None and client.is_connected:
            await client.drain()

    async def _keep(self) -> None:
        failures = 0
        while not self._closing:
            try:
                await self._connect()
                failures = 0
                await self._until_lost()
            except (OSError, NatsError, TimeoutError, BusUnavailableError) as error:
                failures += 1
                self._report(error, failures)
            self._down()
            delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(failures, 10))
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, guards nothing

    async def _connect(self) -> None:
        client = Client()
        self._lost.clear()
        await client.connect(
            servers=self._servers,
            name=self._name,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=2,
            ping_interval=3,
            max_outstanding_pings=2,
            drain_timeout=5,
            # Nothing is buffered for later: who publishes while the broker is away must know at once.
            pending_size=8 * 1024 * 1024,
            error_cb=self._on_error,
            closed_cb=self._on_closed,
        )
        self._client = client
        for callback in self.on_up:
            await callback(client)
        self._up.set()
        log.info("connected to NATS", server=_address(client))

    async def _until_lost(self) -> None:
        # The client calls back when it closes, except when closing itself fails; so look now and then as well.
        while self._client is not None and self._client.is_connected:
            try:
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._lost.wait()
            except TimeoutError:
                continue
            break
        log.warning("lost the connection to NATS", error=str(self._last_error or ""))

    def _down(self) -> None:
        client, self._client = self._client, None
        self._up.clear()
        self._lost.set()
        if client is None:
            return
        for callback in self.on_down:
            callback()

    def _report(self, error: Exception, failures: int) -> None:
        # With one address the client only says that none is left; what it met came through _on_error before.
        error = self._last_error = self._last_error if isinstance(error, NoServersError) and self._last_error else error
        if failures % _REPORT_EVERY != 1:
            return
        if "authorization" in str(error).lower() or "authentication" in str(error).lower():
            log.error("NATS refuses the login in FRONTDESK_NATS_URL", error=str(error))
        else:
            log.warning("cannot connect to NATS and keeps trying", error=repr(error))

    async def _on_error(self, error: Exception) -> None:
        self._last_error = error
        if self._up.is_set():
            log.warning("NATS reported an error", error=repr(error))

    async def _on_closed(self) -> None:
        self._lost.set()


def _address(client: Client) -> str:
    url = client.connected_url
    # Not netloc, which holds the login.
    return f"{url.hostname}:{url.port}" if url else ""
