"""Who asks, and whether too often: before anything else looks at a request."""

from typing import Any

from libs.edge.clients import Clients, bearer, neighbourhood
from libs.edge.limits import Quota, Verdict
from libs.observe.log import current_tenant
from libs.rpc.errors import TooManyRequestsError, UnauthenticatedError
from services.gateway.routes.problems import error_response
from services.gateway.service.access import Access
from services.gateway.service.desk import Desk

# Whoever supervises this process asks often, and learns what is remembered anyway.
_UNLIMITED = frozenset({"/livez", "/readyz"})


class Admission:
    """Leaves in scope["state"]: address, and access (what a valid token proves) or refused (why it is not)."""

    def __init__(self, application: Any, desk: Desk, clients: Clients) -> None:
        self._application = application
        self._desk = desk
        self._clients = clients

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        if scope["path"] in _UNLIMITED:
            await self._application(scope, receive, send)
            return
        state = scope["state"]
        state["address"] = self._clients.address(scope)
        if token := bearer(scope):
            try:
                state["access"] = self._desk.tokens.verify(token)
                current_tenant.set(str(state["access"].tenant_id))
            except UnauthenticatedError as error:
                state["refused"] = error
        verdict = await self._desk.limiter.hit(self._quotas(state.get("access"), state["address"]))
        if not verdict.allowed:
            await error_response(_too_many(verdict))(scope, receive, _with_headers(send, verdict))
            return
        await self._application(scope, receive, _with_headers(send, verdict))

    def _quotas(self, access: Access | None, address: str) -> list[Quota]:
        settings = self._desk.settings
        if access is None:
            return [Quota(f"address/{neighbourhood(address)}", settings.rate_limit_address)]
        return [
            Quota(f"session/{access.session_id}", settings.rate_limit_session),
            Quota(f"tenant/{access.tenant_id}", settings.rate_limit_tenant),
        ]


def _too_many(verdict: Verdict) -> TooManyRequestsError:
    seconds = verdict.reset_seconds
    return TooManyRequestsError(
        f"More than {verdict.limit} requests. Come back in {seconds} seconds.", retry_after_seconds=seconds
    )


def _with_headers(send: Any, verdict: Verdict) -> Any:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *verdict.headers()]}
        await send(message)

    return sending
