"""The services behind the gateway: their stubs, and whether they are there."""

from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from libs.auth.tokens import TokenIssuer
from libs.rpc.client import channel
from libs.rpc.errors import FrontdeskError


class Backend:
    """A channel to one service, opened when the gateway starts. needed: the gateway is not ready without it."""

    def __init__(self, name: str, address: str, issuer: TokenIssuer, needed: bool = True) -> None:
        self.name = name
        self._address = address
        self._issuer = issuer
        self._needed = needed
        self._channel: grpc.aio.Channel | None = None
        self._stubs: dict[type, Any] = {}

    async def start(self) -> None:
        """Connections are made when first needed, and again when they break."""
        self._channel = channel(self._address, self.name, self._issuer)
        self._stubs = {}

    async def stop(self) -> None:
        """Closes the channel; running calls get two seconds."""
        if self._channel is not None:
            await self._channel.close(2)

    async def problem(self) -> str | None:
        """What its health service says, None when it serves, or is not needed to."""
        if not self._needed:
            return None
        try:
            answer = await self.stub(health_pb2_grpc.HealthStub).Check(health_pb2.HealthCheckRequest(), timeout=1.5)
        except FrontdeskError:
            return f"does not answer at {self._address}"
        return None if answer.status == health_pb2.HealthCheckResponse.SERVING else "is stopping"

    def stub(self, kind: type) -> Any:
        """The generated stub of this class on the open channel."""
        if kind not in self._stubs:
            if self._channel is None:
                raise RuntimeError(f"{self.name} was not started")
            self._stubs[kind] = kind(self._channel)
        return self._stubs[kind]
