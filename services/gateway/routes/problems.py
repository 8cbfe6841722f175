"""Every error of the API leaves as problem+json."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from libs.observe.log import get_logger
from libs.rpc.errors import FrontdeskError
from services.gateway.domain.present.problems import CONTENT_TYPE, FieldError, Problem, of_error, plain

_log = get_logger(__name__)

_OUR_FAULT = "Something went wrong on our side. It has been logged; try again."
_PLAIN = {
    400: plain(400, "Malformed body", "The body is not valid JSON.", "malformed_body"),
    404: plain(404, "Not found", "There is nothing at this address.", "not_found"),
    405: plain(405, "Method not allowed", "This address does not take this method.", "method_not_allowed"),
    408: plain(408, "Request timeout", "The body took too long to arrive.", "request_timeout"),
    413: plain(413, "Content too large", "The body is larger than this address takes.", "body_too_large"),
    415: plain(415, "Unsupported media type", "Send the body as application/json.", "unsupported_media_type"),
    500: plain(500, "Internal error", _OUR_FAULT, "internal"),
    502: plain(502, "Bad gateway", "The service behind this address did not answer. Try again.", "bad_gateway"),
}


def install(application: FastAPI) -> None:
    """Makes every exception of the API's code an answer."""
    application.add_exception_handler(FrontdeskError, _on_error)
    application.add_exception_handler(RequestValidationError, _on_invalid)
    application.add_exception_handler(HTTPException, _on_http)
    application.add_exception_handler(Exception, _on_fault)


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP answer a problem is."""
    body = problem.model_dump_json(exclude_none=True)
    extra = dict(headers or {})
    if problem.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    if problem.retry_after_seconds is not None:
        extra["Retry-After"] = str(problem.retry_after_seconds)
    return Response(body, problem.status, extra, CONTENT_TYPE)


def plain_response(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The answer for a status that explains itself."""
    return response(_PLAIN[status], headers)


def error_response(error: FrontdeskError) -> Response:
    """The answer for an error of ours."""
    if error.http_status >= 500:
        _log.warning("request not served", code=error.code, error=error.message)
    return response(of_error(error))


async def _on_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, FrontdeskError)
    return error_response(error)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return plain_response(405, {"Allow": ", ".join(_allowed(request))})
    return plain_response(error.status_code if error.status_code in _PLAIN else 500)


async def _on_fault(_request: Request, _error: Exception) -> Response:
    # Raised once more after it is answered; what stands around the whole application logs it.
    return plain_response(500)


async def _on_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return invalid_response(error.errors())


def invalid_response(problems: Sequence[Mapping[str, Any]]) -> Response:
    """The answer for input that does not fit: pydantic's findings, as fields and messages."""
    if any(problem["type"] == "json_invalid" for problem in problems):
        return plain_response(400)
    if any(problem["loc"][0] == "path" for problem in problems):
        return plain_response(404)
    errors = [FieldError(field=_field(problem["loc"]), message=_sentence(problem)) for problem in problems]
    detail = "; ".join(f"{error.field}: {error.message}" if error.field else error.message for error in errors)
    return response(plain(422, "Invalid argument", detail, "invalid_argument", errors))


def _field(location: Sequence[Any]) -> str:
    return ".".join(str(part) for part in location[1:] if part != "[key]")


def _sentence(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "string_pattern_mismatch":
        return "has characters or a form that are not allowed"
    if problem["type"] == "missing":
        return "is missing"
    return re.sub(r"^(Input|String|Value|List|Dictionary) ", "", str(problem["msg"]))


def _allowed(request: Request) -> list[str]:
    """Every method the address takes: routes with one path and different methods are separate."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(dict(request.scope))[0] is not Match.NONE:
            methods |= route.methods
    return sorted(methods)
