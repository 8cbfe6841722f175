"""Errors as the Graph API answers them."""

from dataclasses import dataclass
from typing import Any

from services.simulator.domain.errors import PlatformError


@dataclass
class GraphError(PlatformError):
    """{error: {message, type, code, error_subcode, error_data, fbtrace_id}}"""

    code: int
    subcode: int | None = None
    kind: str = "OAuthException"
    # WhatsApp says more in error_data.details.
    details: str | None = None

    def body(self, trace_id: str) -> dict[str, Any]:
        """As Meta writes it: without what there is nothing to say in."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details is not None:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": error | {"fbtrace_id": trace_id}}


def invalid_parameter(message: str, subcode: int | None = None) -> GraphError:
    """A parameter is missing, unknown or wrong."""
    return GraphError(400, f"(#100) {message}", 100, subcode)


def unknown_object(identifier: str) -> GraphError:
    """No such node, or not one the token may see."""
    message = (
        f"Unsupported request. Object with ID '{identifier}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation"
    )
    return GraphError(400, message, 100, 33, "GraphMethodException")


def token_missing() -> GraphError:
    """No token at all."""
    return GraphError(400, "An active access token must be used to query information about the current user.", 2500)


def token_invalid() -> GraphError:
    """A token nobody ever issued."""
    return GraphError(401, "Invalid OAuth access token - Cannot parse access token", 190)


def token_expired() -> GraphError:
    """A token that was good once."""
    return GraphError(401, "Error validating access token: Session has expired.", 190, 463)


def token_revoked() -> GraphError:
    """A token whose person took the permission back."""
    return GraphError(401, "Error validating access token: The user has not authorized application.", 190, 458)


def rate_limited(channel: str) -> GraphError:
    """Too many calls in this second."""
    if channel == "whatsapp":
        return whatsapp_error(130429, "Rate limit hit", "Message failed to send because there were too many messages")
    return GraphError(400, "(#613) Calls to this api have exceeded the rate limit.", 613)


def whatsapp_error(code: int, title: str, details: str) -> GraphError:
    """An error of the messages endpoint of WhatsApp; title is also what a failed status says."""
    return GraphError(400, f"(#{code}) {title}", code, details=details)


# What a failure that a fault asks for by code alone says.
MESSAGES = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "(#4) Application request limit reached",
    10: "(#10) Application does not have permission for this action",
    190: "Error validating access token: Session has expired.",
    551: "(#551) This person isn't available right now.",
    613: "(#613) Calls to this api have exceeded the rate limit.",
    80007: "(#80007) There have been too many calls to this WhatsApp Business account.",
    130429: "(#130429) Rate limit hit",
    130472: "(#130472) User's number is part of an experiment",
    131000: "(#131000) Something went wrong",
    131016: "(#131016) Service unavailable",
    131026: "(#131026) Message undeliverable",
    131047: "(#131047) Re-engagement message",
    131048: "(#131048) Spam rate limit hit",
    131049: "(#131049) This message was not delivered to maintain healthy ecosystem engagement.",
    131050: "(#131050) User has stopped receiving marketing messages",
    131053: "(#131053) Media upload error",
    131056: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
}
_CODES = {400: 100, 401: 190, 403: 10, 404: 100, 429: 4, 500: 1, 503: 2}


def failure(status: int, code: int | None, subcode: int | None, message: str | None) -> GraphError:
    """What a fault answers."""
    code = _CODES.get(status, 1) if code is None else code
    kind = "OAuthException" if status < 500 else "FacebookApiException"
    return GraphError(status, message or MESSAGES.get(code, f"(#{code}) Error"), code, subcode, kind)
