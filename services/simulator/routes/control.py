"""What every control endpoint has in common: who may call it, how it reads a body, how it says no."""

import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.simulator.domain.errors import PlatformError
from services.simulator.service.errors import ControlError, Refused

_MAX_BODY = 16 * 1024 * 1024
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

M = TypeVar("M", bound=BaseModel)
Handler = Callable[[Request], Awaitable[Any]]
Endpoint = Callable[[Request], Awaitable[Response]]


class AnyFields(BaseModel):
    """An object that is checked later, when it is known what for."""

    model_config = ConfigDict(extra="allow")


class TooLarge(ControlError):
    """More bytes than are taken."""

    status = 413
    code = "too_large"


class Guard:
    """Lets in who is on this machine, or knows the token when one is set."""

    def __init__(self, token: str) -> None:
        self._token = token

    def endpoint(self, handler: Handler, status: int = 200) -> Endpoint:
        """An HTTP endpoint of a handler that returns something JSON can hold, or a response of its own."""

        async def handle(request: Request) -> Response:
            try:
                self.check(request)
                result = await handler(request)
            except ControlError as error:
                return _problem(error.status, error.code, error.message)
            except PlatformError as error:
                return _problem(error.status, "platform_refused", error.message)
            except ValidationError as error:
                return _invalid(error)
            return result if isinstance(result, Response) else JSONResponse(result, status)

        return handle

    def check(self, request: Request) -> None:
        """Refused unless the caller may control the simulator."""
        if request.method in _CHANGING and request.headers.get("sec-fetch-site") == "cross-site":
            raise Refused("Pages of other sites may not control the simulator.")
        if self._token:
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), self._token.encode()):
                raise Refused("Send the simulator's token: Authorization: Bearer <FRONTDESK_SIMULATOR_TOKEN>.")
        elif not _is_local(request):
            raise Refused("Only this machine may control the simulator, unless FRONTDESK_SIMULATOR_TOKEN is set.")


async def read(request: Request, kind: type[M]) -> M:
    """The body as this model; an empty body is an empty object."""
    body = await read_bytes(request)
    try:
        value = json.loads(body) if body else {}
    except ValueError as error:
        raise ControlError(f"The body is not JSON: {error}") from None
    return kind.model_validate(value)


async def read_bytes(request: Request) -> bytes:
    """The raw body, up to 16 MB."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            raise TooLarge("The body may have 16 MB.")
    return bytes(body)


def number(request: Request, name: str, default: int, largest: int) -> int:
    """A whole number of the query, from 0 to largest."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) > largest:
        raise ControlError(f"{name} has to be a whole number from 0 to {largest}.")
    return int(text)


def _is_local(request: Request) -> bool:
    """Whether the caller is on this machine, and so is everybody it calls for, when it is a proxy."""
    peer = request.client.host if request.client is not None else ""
    passed_on = [item.strip() for item in request.headers.get("x-forwarded-for", "").split(",") if item.strip()]
    return all(_is_loopback(address) for address in (peer, *passed_on))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _invalid(error: ValidationError) -> Response:
    errors = [
        {"field": ".".join(str(part) for part in problem["loc"]), "message": problem["msg"]}
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return _problem(422, "invalid", "; ".join(f"{item['field']}: {item['message']}" for item in errors), errors)


def _problem(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    if errors is not None:
        body["errors"] = errors
    return JSONResponse(body, status, media_type="application/problem+json")
