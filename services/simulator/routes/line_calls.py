"""Calls to LINE's API: who calls, and how LINE says no."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from services.simulator.domain.account import Account
from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.errors import LineError, PlatformError, not_found, rate_limited, unauthorized
from services.simulator.domain.faults import FaultRule
from services.simulator.domain.validation import MAX_BODY
from services.simulator.routes.api_calls import ApiCalls, Call, read_up_to
from services.simulator.service.api import Request, Use
from services.simulator.service.simulator import Simulator

_MESSAGES = {
    401: unauthorized().message,
    404: not_found().message,
    429: rate_limited().message,
    500: "The server had an internal error. Try again later.",
}


class LineDialect:
    """LINE's statuses, bodies and headers."""

    prefix = "/line"

    def headers(self, request_id: str) -> dict[str, str]:
        """Every answer names its request."""
        return {"x-line-request-id": request_id}

    def error(self, error: PlatformError, request_id: str) -> Response:
        """{message, details}"""
        if not isinstance(error, LineError):
            return JSONResponse({"message": error.message}, error.status, self.headers(request_id))
        return JSONResponse(error.body, error.status, self.headers(request_id) | error.headers)

    def failure(self, fault: FaultRule) -> LineError:
        """The status a fault names, with what LINE says then."""
        status = fault.status or 500
        retry_after = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        return LineError(status, fault.message or _MESSAGES.get(status, "Error"), headers=retry_after)

    def rate_limited(self, account: Account) -> LineError:
        """429"""
        return rate_limited()


class LineCalls:
    """Makes HTTP endpoints of use cases."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._dialect = LineDialect()
        self._calls = ApiCalls(simulator, self._dialect)

    def endpoint(self, name: str, use: Use) -> Callable[[HttpRequest], Awaitable[Response]]:
        """An endpoint; faults and rate limits know it by this name."""

        async def handle(http: HttpRequest) -> Response:
            request_id = self._simulator.ids.request_id()
            try:
                request = await self._request(http, request_id)
            except LineError as error:
                return self._dialect.error(error, request_id)
            chat_id = request.chat_id or self._simulator.messaging.chat_of(request)
            call = Call(request.account, name, request_id, chat_id, request.retry_key, lambda: use(request))
            return await self._calls.serve(http, call)

        return handle

    async def _request(self, http: HttpRequest, request_id: str) -> Request:
        account = self._authenticate(http)
        headers = http.headers
        return Request(
            account,
            request_id,
            http.path_params,
            await read_up_to(http, MAX_BODY),
            headers.get("content-type", ""),
            headers.get("x-line-retry-key"),
        )

    def _authenticate(self, http: HttpRequest) -> LineAccount:
        scheme, _, token = http.headers.get("authorization", "").partition(" ")
        account = self._simulator.accounts.by_token(token.strip()) if scheme.lower() == "bearer" else None
        if account is None or account.settings.token_revoked:
            raise unauthorized()
        return account
