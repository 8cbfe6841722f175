"""The server's one interceptor: identity, permission, trace, deadline, errors, metrics; it fails closed."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
from opentelemetry.trace import SpanKind

from libs.auth.tokens import Caller, InvalidTokenError, TokenVerifier
from libs.db.errors import is_transient
from libs.observe.log import current_tenant, get_logger
from libs.observe.metrics import Counter, Histogram
from libs.observe.tracing import extract, span
from libs.rpc.access import check_access
from libs.rpc.context import set_caller
from libs.rpc.errors import FrontdeskError, IdentityRefusedError, UnavailableError

ERROR_TRAILER = "frontdesk-error"
_HEALTH = "/grpc.health.v1.Health/"

_log = get_logger(__name__)
_seconds = Histogram("frontdesk_rpc_seconds", "Time to answer an RPC.", ["method"])
_answers = Counter("frontdesk_rpc_answers_total", "RPCs answered, by outcome.", ["method", "code"])

Behaviour = Callable[[Any, grpc.aio.ServicerContext[Any, Any]], Awaitable[Any]]


class ServerInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Wraps every unary RPC but the health service's."""

    def __init__(self, verifier: TokenVerifier) -> None:
        self._verifier = verifier

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        """Called by grpc for each call."""
        handler = await continuation(handler_call_details)
        method: str = handler_call_details.method
        if handler is None or method.startswith(_HEALTH):
            return handler
        if handler.unary_unary is None:
            raise NotImplementedError(f"{method}: only unary RPCs are served")
        return grpc.unary_unary_rpc_method_handler(
            self._wrap(method, handler.unary_unary),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _wrap(self, method: str, behaviour: Behaviour) -> Behaviour:
        async def serve(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            started = time.perf_counter()
            metadata = {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
            code = "OK"
            try:
                with span(method, extract(metadata), SpanKind.SERVER):
                    self._admit(method, metadata)
                    return await behaviour(request, context)
            except FrontdeskError as error:
                code = error.status.name
                await _abort(context, error)
            except Exception as error:
                known = _translate(method, error)
                code = known.status.name
                await _abort(context, known)
            finally:
                _seconds.labels(method).observe(time.perf_counter() - started)
                _answers.labels(method, code).inc()

        return serve

    def _admit(self, method: str, metadata: dict[str, str]) -> None:
        caller = self._identify(metadata)
        check_access(method, caller)
        set_caller(caller)
        current_tenant.set(str(caller.tenant_id or ""))

    def _identify(self, metadata: dict[str, str]) -> Caller:
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise IdentityRefusedError("This call carries no identity.")
        try:
            return self._verifier.verify(token)
        except InvalidTokenError as error:
            raise IdentityRefusedError(f"This call's identity is not accepted: {error}.") from error


def _translate(method: str, error: Exception) -> FrontdeskError:
    if is_transient(error):
        _log.warning("dependency away", method=method, error=repr(error))
        return UnavailableError("The service is briefly unavailable. Try again in a moment.")
    _log.exception("rpc failed", method=method)
    return FrontdeskError("Something went wrong on our side. It has been logged; try again.")


async def _abort(context: grpc.aio.ServicerContext[Any, Any], error: FrontdeskError) -> None:
    trailer = ((ERROR_TRAILER, error.to_json()),)
    await context.abort(error.status, _ascii(error.message), trailing_metadata=trailer)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
