"""The way of every call to LINE's API: authentication, faults, limits, the use case, the log."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from services.simulator.domain.accounts import LineAccount
from services.simulator.domain.errors import LineError, not_found, rate_limited, unauthorized
from services.simulator.domain.faults import FaultRule
from services.simulator.domain.validation import MAX_BODY
from services.simulator.routes.connection import NoAnswer
from services.simulator.service.api import Bytes, Request, Use
from services.simulator.service.calls import ApiCall, Outcome
from services.simulator.service.simulator import Simulator

_OUTCOMES: dict[str, Outcome] = {"drop": "dropped", "lost_answer": "answer_lost"}
_MESSAGES = {
    401: unauthorized().message,
    404: not_found().message,
    429: rate_limited().message,
    500: "The server had an internal error. Try again later.",
}


class LineCalls:
    """Makes HTTP endpoints of use cases."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def endpoint(self, name: str, use: Use) -> Callable[[HttpRequest], Awaitable[Response]]:
        """An endpoint; faults and rate limits know it by this name."""

        async def handle(http: HttpRequest) -> Response:
            began = time.monotonic()
            request_id = self._simulator.ids.request_id()
            try:
                request = await self._request(http, request_id)
            except LineError as error:
                return _error(error, request_id)
            chat_id = request.chat_id or self._simulator.messaging.chat_of(request)
            fault = request.account.faults.pick(name, chat_id)
            response = await _answer(request, name, fault, use)
            outcome = _OUTCOMES.get(fault.action, "answered") if fault is not None else "answered"
            self._log(http, request, chat_id, fault, response.status_code, outcome, began)
            return response if outcome == "answered" else NoAnswer()

        return handle

    async def _request(self, http: HttpRequest, request_id: str) -> Request:
        account = self._authenticate(http)
        headers = http.headers
        return Request(
            account,
            request_id,
            http.path_params,
            await _read(http),
            headers.get("content-type", ""),
            headers.get("x-line-retry-key"),
        )

    def _authenticate(self, http: HttpRequest) -> LineAccount:
        scheme, _, token = http.headers.get("authorization", "").partition(" ")
        account = self._simulator.accounts.by_token(token.strip()) if scheme.lower() == "bearer" else None
        if account is None or account.settings.token_revoked:
            raise unauthorized()
        return account

    def _log(
        self,
        http: HttpRequest,
        request: Request,
        chat_id: str | None,
        fault: FaultRule | None,
        status: int,
        outcome: Outcome,
        began: float,
    ) -> None:
        call = ApiCall(
            at=int(self._simulator.clock.now().timestamp() * 1000),
            account_id=request.account.account_id,
            method=http.method,
            path=http.url.path.removeprefix("/line"),
            status=status,
            request_id=request.request_id,
            retry_key=request.retry_key,
            chat_id=chat_id,
            fault=fault.action if fault is not None else None,
            outcome=outcome,
            took_ms=round((time.monotonic() - began) * 1000),
        )
        self._simulator.calls.add(call)
        self._simulator.hub.publish("call", call.account_id, chat_id or "", call.as_json)


async def _answer(request: Request, name: str, fault: FaultRule | None, use: Use) -> Response:
    """Carries the call out, or not, as the fault says, with the fault's delay before or after."""
    if fault is None:
        return await _carry_out(request, name, use)
    wait = fault.seconds(request.account.faults.random)
    if fault.delay_first:
        await asyncio.sleep(wait)
    failing = fault.action in ("status", "drop")
    if not failing or fault.accepted:
        response = await _carry_out(request, name, use)
    if failing:
        response = _error(_failure(fault), request.request_id)
    if not fault.delay_first:
        await asyncio.sleep(wait)
    return response


async def _carry_out(request: Request, name: str, use: Use) -> Response:
    account = request.account
    try:
        if not account.rates.admit(name, account.settings.rate_per_second, time.monotonic()):
            raise rate_limited()
        answer: Any = use(request)
        if inspect.isawaitable(answer):
            answer = await answer
    except LineError as error:
        return _error(error, request.request_id)
    headers = {"x-line-request-id": request.request_id}
    if isinstance(answer, Bytes):
        return Response(answer.data, media_type=answer.media_type, headers=headers)
    return JSONResponse(answer.body, headers=headers)


async def _read(http: HttpRequest) -> bytes:
    """The body, up to just more than LINE takes."""
    body = bytearray()
    async for chunk in http.stream():
        if len(body) <= MAX_BODY:
            body += chunk
    return bytes(body)


def _error(error: LineError, request_id: str) -> Response:
    return JSONResponse(error.body, error.status, {"x-line-request-id": request_id} | error.headers)


def _failure(fault: FaultRule) -> LineError:
    status = fault.status or 500
    retry_after = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    return LineError(status, fault.message or _MESSAGES.get(status, "Error"), headers=retry_after)
