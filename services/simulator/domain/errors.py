"""Errors as platforms' APIs answer them; those of LINE."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class PlatformError(Exception):
    """An error answer of any platform."""

    status: int
    message: str


@dataclass
class LineError(PlatformError):
    """An error answer: the status, the message, and which properties were wrong."""

    details: list[dict[str, str]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """As LINE writes it: without `details` when there are none."""
        details = {"details": self.details} if self.details else {}
        return {"message": self.message} | details | self.extra


def unauthorized() -> LineError:
    """No token, or not one of a registered account."""
    message = "Authentication failed. Confirm that the access token in the authorization header is valid."
    return LineError(401, message, headers={"WWW-Authenticate": 'Bearer realm="messaging-api"'})


def invalid_request(details: list[dict[str, str]]) -> LineError:
    """The body has these errors."""
    return LineError(400, f"The request body has {len(details)} error(s)", details)


def invalid_reply_token() -> LineError:
    """Used, too old, or never handed out."""
    return LineError(400, "Invalid reply token")


def rate_limited() -> LineError:
    """Too many calls in this second."""
    return LineError(429, "The API rate limit has been exceeded. Try again later.")


def quota_exceeded() -> LineError:
    """No pushes are left this month."""
    return LineError(429, "You have reached your monthly limit.")


def not_found() -> LineError:
    """No such thing, or it is not to be seen."""
    return LineError(404, "Not found")


def retry_key_accepted(request_id: str, sent_messages: list[dict[str, str]]) -> LineError:
    """A request with this retry key was carried out before."""
    return LineError(
        409,
        "The retry key is already accepted",
        extra={"sentMessages": sent_messages},
        headers={"X-Line-Accepted-Request-Id": request_id},
    )
