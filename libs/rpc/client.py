"""Channels to other services: identity, trace and deadline on every call; errors come back as their classes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import grpc

from libs.auth.tokens import TeammateClaims, TokenIssuer
from libs.observe.tracing import inject
from libs.rpc.errors import from_status
from libs.rpc.interceptors import ERROR_TRAILER
from libs.rpc.server import KEEPALIVE_MS, MAX_MESSAGE_BYTES

DEFAULT_TIMEOUT_SECONDS = 10.0
_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),
    # A name may stand for many replicas: spread over all of them, and notice within seconds when one is cut off.
    ("grpc.lb_policy_name", "round_robin"),
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", 3_000),
    ("grpc.keepalive_permit_without_calls", 1),
)

Metadata = tuple[tuple[str, str], ...]


def channel(address: str, audience: str, issuer: TokenIssuer) -> grpc.aio.Channel:
    """A channel to one service. Calls go out in the issuer's own name unless metadata from on_behalf is given."""
    interceptors: Any = [_ClientInterceptor(audience, issuer)]
    return grpc.aio.insecure_channel(address, options=_OPTIONS, interceptors=interceptors)


def on_behalf(issuer: TokenIssuer, audience: str, tenant_id: UUID, teammate: TeammateClaims | None = None) -> Metadata:
    """Metadata for a call made for a tenant, and for a teammate of it where one is given."""
    return (("authorization", f"Bearer {issuer.issue(audience, tenant_id, teammate)}"),)


class _ClientInterceptor(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[type-arg]
    def __init__(self, audience: str, issuer: TokenIssuer) -> None:
        self._audience = audience
        self._issuer = issuer

    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        details = grpc.aio.ClientCallDetails(
            method=client_call_details.method,
            timeout=client_call_details.timeout or DEFAULT_TIMEOUT_SECONDS,
            metadata=self._metadata(tuple(client_call_details.metadata or ())),
            credentials=client_call_details.credentials,
            wait_for_ready=client_call_details.wait_for_ready,
        )
        call = await continuation(details, request)
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            pairs: Any = error.trailing_metadata() or ()
            trailer = dict(pairs).get(ERROR_TRAILER)
            text = trailer if isinstance(trailer, str) else None
            raise from_status(error.code(), text) from error

    def _metadata(self, given: Sequence[tuple[str, str]]) -> grpc.aio.Metadata:
        headers = dict(given)
        if "authorization" not in headers:
            headers["authorization"] = f"Bearer {self._issuer.issue(self._audience)}"
        inject(headers)
        return grpc.aio.Metadata(*headers.items())
