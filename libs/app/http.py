"""HTTP servers inside a process that may run several."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from libs.app.patience import PatientProtocol


class _Server(uvicorn.Server):
    """Signals belong to the process, not to one of its servers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpPart:
    """Serves an ASGI application on host:port; port 0 picks a free one, told by .port after start()."""

    name = "http"

    def __init__(
        self, application: Any, listen: str, shutdown_seconds: int = 5, protocol: Any = PatientProtocol
    ) -> None:
        self._listen = listen
        config = uvicorn.Config(
            application,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # Ours to trust and check, in libs that know which proxies stand in front.
            proxy_headers=False,
            http=protocol,
            ws="websockets-sansio",
            # Compressing the same event again for each socket would cost more than the bytes it saves.
            ws_per_message_deflate=False,
            ws_max_size=64 * 1024,
            timeout_graceful_shutdown=shutdown_seconds,
            timeout_keep_alive=75,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self) -> None:
        """Binds and serves; OSError names the address when it is taken."""
        listener = bind(self._listen)
        self.port = listener.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))

    async def stop(self) -> None:
        """Refuses new connections and finishes running requests."""
        self._server.should_exit = True
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def problem(self) -> str | None:
        """Why it does not serve, or None."""
        return None if self._server.started else "not started"


def bind(listen: str) -> socket.socket:
    """A listening TCP socket on host:port; OSError names the address when it is taken."""
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), int(port)))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {listen}: {error.strerror}") from error
    listener.listen(2048)
    listener.setblocking(False)
    return listener
