"""Errors that cross services: each carries its status and a message a person can act on.

Services subclass these with their own code; the server's interceptor turns them into a gRPC status with a
"frontdesk-error" trailer, the client's turns that back, and the gateway makes problem+json (RFC 9457) of it.
"""

import json
from typing import Any

import grpc

Status = grpc.StatusCode


class FrontdeskError(Exception):
    """code: stable, snake_case. message: for people. fields: details for programs, JSON values."""

    code = "internal"
    status = Status.INTERNAL
    http_status = 500

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields

    def to_json(self) -> str:
        """What travels in the trailer."""
        body = {"code": self.code, "message": self.message, "fields": self.fields, "http": self.http_status}
        return json.dumps(body)


class InvalidArgumentError(FrontdeskError):
    """The request is wrong whatever the state. field: the parameter, as the client spelt it."""

    code = "invalid_argument"
    status = Status.INVALID_ARGUMENT
    http_status = 422


class UnauthenticatedError(FrontdeskError):
    """Nobody, or nobody any more."""

    code = "unauthenticated"
    status = Status.UNAUTHENTICATED
    http_status = 401


class IdentityRefusedError(FrontdeskError):
    """The calling service did not prove who it is. For whoever it called for that is an outage, not a sign-out."""

    code = "identity_refused"
    status = Status.UNAUTHENTICATED
    http_status = 503


class PermissionDeniedError(FrontdeskError):
    """Known, but not allowed."""

    code = "permission_denied"
    status = Status.PERMISSION_DENIED
    http_status = 403


class NotFoundError(FrontdeskError):
    """Not there, or not visible to the caller: the two are never told apart."""

    code = "not_found"
    status = Status.NOT_FOUND
    http_status = 404


class ConflictError(FrontdeskError):
    """Clashes with what is already stored."""

    code = "already_exists"
    status = Status.ALREADY_EXISTS
    http_status = 409


class FailedPreconditionError(FrontdeskError):
    """Right in itself, but not in the present state."""

    code = "failed_precondition"
    status = Status.FAILED_PRECONDITION
    http_status = 409


class TooManyRequestsError(FrontdeskError):
    """Try again after fields["retry_after_seconds"]."""

    code = "too_many_requests"
    status = Status.RESOURCE_EXHAUSTED
    http_status = 429


class UnavailableError(FrontdeskError):
    """Not now: a dependency is away. Trying again is safe."""

    code = "unavailable"
    status = Status.UNAVAILABLE
    http_status = 503


_BY_STATUS: dict[grpc.StatusCode, type[FrontdeskError]] = {
    error.status: error
    for error in (
        InvalidArgumentError,
        UnauthenticatedError,
        PermissionDeniedError,
        NotFoundError,
        ConflictError,
        FailedPreconditionError,
        TooManyRequestsError,
        UnavailableError,
    )
}


def from_status(status: grpc.StatusCode, trailer: str | None) -> FrontdeskError:
    """The error a server answered with, as the client raises it.

    Our servers explain every error in the trailer. What comes without one is the transport's: its details name
    addresses and are for logs, not for people.
    """
    if trailer is None:
        return UnavailableError("The service did not answer. Try again in a moment.")
    kind = _BY_STATUS.get(status, FrontdeskError)
    body = json.loads(trailer)
    error = kind(body["message"], **body["fields"])
    error.code, error.http_status = body["code"], body["http"]
    return error
