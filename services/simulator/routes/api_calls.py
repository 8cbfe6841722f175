"""The way of every call to a platform's API once it is known whose it is: faults, limits, the use case, the log."""

import asyncio
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from services.simulator.domain.account import Account
from services.simulator.domain.errors import PlatformError
from services.simulator.domain.faults import FaultRule
from services.simulator.routes.connection import NoAnswer
from services.simulator.service.api import Bytes
from services.simulator.service.calls import ApiCall, Outcome
from services.simulator.service.simulator import Simulator

_OUTCOMES: dict[str, Outcome] = {"drop": "dropped", "lost_answer": "answer_lost"}


class Dialect(Protocol):
    """How one platform says no. prefix: what its addresses begin with here."""

    prefix: str

    def headers(self, request_id: str) -> dict[str, str]:
        """What every answer carries."""

    def error(self, error: PlatformError, request_id: str) -> Response:
        """An error as the platform answers it."""

    def failure(self, fault: FaultRule) -> PlatformError:
        """What a fault asks for."""

    def rate_limited(self, account: Account) -> PlatformError:
        """Too many calls in this second."""


@dataclass(slots=True, frozen=True)
class Call:
    """An authenticated call. name: how faults and limits know the endpoint; chat_id: whom it is about."""

    account: Account
    name: str
    request_id: str
    chat_id: str | None
    retry_key: str | None
    use: Callable[[], Any]


class ApiCalls:
    """Answers calls, or fails to, and writes them down."""

    def __init__(self, simulator: Simulator, dialect: Dialect) -> None:
        self._simulator = simulator
        self._dialect = dialect

    async def serve(self, http: HttpRequest, call: Call) -> Response:
        """The answer; the connection is cut where a fault says so."""
        began = time.monotonic()
        fault = call.account.faults.pick(call.name, call.chat_id)
        response = await self._answer(call, fault)
        outcome = _OUTCOMES.get(fault.action, "answered") if fault is not None else "answered"
        self._log(http, call, fault, response.status_code, outcome, began)
        return response if outcome == "answered" else NoAnswer()

    async def _answer(self, call: Call, fault: FaultRule | None) -> Response:
        """Carries the call out, or not, as the fault says, with the fault's delay before or after."""
        if fault is None:
            return await self._carry_out(call)
        wait = fault.seconds(call.account.faults.random)
        if fault.delay_first:
            await asyncio.sleep(wait)
        failing = fault.action in ("status", "drop")
        if not failing or fault.accepted:
            response = await self._carry_out(call)
        if failing:
            response = self._dialect.error(self._dialect.failure(fault), call.request_id)
        if not fault.delay_first:
            await asyncio.sleep(wait)
        return response

    async def _carry_out(self, call: Call) -> Response:
        account = call.account
        try:
            if not account.rates.admit(call.name, account.settings.rate_per_second, time.monotonic()):
                raise self._dialect.rate_limited(account)
            answer = call.use()
            if inspect.isawaitable(answer):
                answer = await answer
        except PlatformError as error:
            return self._dialect.error(error, call.request_id)
        headers = self._dialect.headers(call.request_id)
        if isinstance(answer, Bytes):
            return Response(answer.data, media_type=answer.media_type, headers=headers)
        return JSONResponse(answer.body, headers=headers)

    def _log(
        self, http: HttpRequest, call: Call, fault: FaultRule | None, status: int, outcome: Outcome, began: float
    ) -> None:
        entry = ApiCall(
            at=int(self._simulator.clock.now().timestamp() * 1000),
            account_id=call.account.account_id,
            method=http.method,
            path=http.url.path.removeprefix(self._dialect.prefix),
            status=status,
            request_id=call.request_id,
            retry_key=call.retry_key,
            chat_id=call.chat_id,
            fault=fault.action if fault is not None else None,
            outcome=outcome,
            took_ms=round((time.monotonic() - began) * 1000),
        )
        self._simulator.calls.add(entry)
        self._simulator.hub.publish("call", entry.account_id, call.chat_id or "", entry.as_json)


async def read_up_to(http: HttpRequest, most: int) -> bytes:
    """The body, up to just more than a platform takes."""
    body = bytearray()
    async for chunk in http.stream():
        if len(body) <= most:
            body += chunk
    return bytes(body)
