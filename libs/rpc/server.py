"""A gRPC server of one service."""

from collections.abc import Callable, Sequence
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer

from libs.auth.tokens import TokenVerifier
from libs.rpc.interceptors import ServerInterceptor

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
# How often callers may ask over an idle connection whether this side still lives.
KEEPALIVE_MS = 10_000
_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),
    # Callers look the name up again when a connection ends: so they find replicas that were added.
    ("grpc.max_connection_age_ms", 5 * 60_000),
    ("grpc.max_connection_age_grace_ms", 30_000),
    ("grpc.http2.min_ping_interval_without_data_ms", KEEPALIVE_MS // 2),
    ("grpc.keepalive_permit_without_calls", 1),
)
# add_XServicer_to_server and the servicer it adds.
Registration = tuple[Callable[[Any, Any], None], Any]


class RpcServer:
    """Listens on host:port; port 0 picks a free one, told by .address after start()."""

    name = "rpc"

    def __init__(self, listen: str, verifier: TokenVerifier, servicers: Sequence[Registration]) -> None:
        self._listen = listen
        self._verifier = verifier
        self._servicers = servicers
        self._server: grpc.aio.Server | None = None
        self._health = HealthServicer()
        self.address = listen

    async def start(self) -> None:
        """Binds and serves; OSError names the address when it is taken."""
        server = grpc.aio.server(interceptors=[ServerInterceptor(self._verifier)], options=_OPTIONS)
        for register, servicer in self._servicers:
            register(servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        try:
            port = server.add_insecure_port(self._listen)
        except RuntimeError as error:
            raise OSError(f"cannot listen on {self._listen}: is it taken?") from error
        self.address = f"{self._listen.rpartition(':')[0]}:{port}"
        await server.start()
        await self._health.set("", health_pb2.HealthCheckResponse.SERVING)
        self._server = server

    async def stop(self) -> None:
        """Refuses new calls, gives running ones five seconds."""
        if self._server is not None:
            await self._health.enter_graceful_shutdown()
            await self._server.stop(5)

    async def problem(self) -> str | None:
        """Why it does not serve, or None."""
        return None if self._server is not None else "not started"
