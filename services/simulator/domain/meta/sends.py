"""What a call that sends asks for, read from its JSON."""

import json
from dataclasses import dataclass, field
from typing import Any

from services.simulator.domain.meta.errors import GraphError, invalid_parameter

MAX_BODY = 3 * 1024 * 1024


@dataclass(slots=True)
class Attached:
    """Something the platform has to fetch before it can show it."""

    kind: str
    url: str


@dataclass(slots=True)
class Sending:
    """A message, or an action, that passed every check of its form."""

    recipient: str
    # The message as the customer's phone shows it; None for an action.
    message: dict[str, Any] | None = None
    # mark_seen, typing_on, typing_off; WhatsApp: read, or typing_on, which also reads.
    action: str = ""
    # The message that an action, or a quoting message, is about.
    about: str = ""
    reference: str = ""
    # Messenger's and Instagram's permission to be late.
    tag: str = ""
    attached: list[Attached] = field(default_factory=list)
    # What the customer reads.
    shown: str | None = None
    # Messenger's messages that are allowed late as templates only.
    utility: bool = False
    # (name, language) of a template.
    template: tuple[str, str] | None = None


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """The call's JSON object."""
    if len(body) > MAX_BODY:
        raise GraphError(413, "The request is too large.", 1)
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise invalid_parameter("Send JSON: Content-Type: application/json")
    try:
        value = json.loads(body)
    except ValueError:
        raise invalid_parameter("The body is not JSON") from None
    return object_of(value, "the body")


def recipient_of(body: bytes) -> str:
    """Whom a message on Messenger or Instagram is for; "" where it does not say, or is no JSON."""
    try:
        identifier = json.loads(body)["recipient"]["id"]
    except (ValueError, KeyError, TypeError):
        return ""
    return identifier if isinstance(identifier, str) else ""


def only(value: dict[str, Any], *names: str, where: str = "the call") -> None:
    """No other parameters than these."""
    for name in value:
        if name not in names:
            raise invalid_parameter(f"Unexpected key {name!r} on param {where}")


def text_of(value: Any, name: str, longest: int | None = None) -> str:
    """A text with something in it."""
    if not isinstance(value, str) or not value:
        raise invalid_parameter(f"Param {name} must be a non-empty string")
    if longest is not None and len(value) > longest:
        raise invalid_parameter(f"Length of param {name} must be less than or equal to {longest}", 2018109)
    return value


def object_of(value: Any, name: str) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise invalid_parameter(f"Param {name} must be a JSON object")
    return value


def objects_of(value: Any, name: str) -> list[dict[str, Any]]:
    """A JSON array of objects; [] where nothing was given."""
    if value is not None and not isinstance(value, list):
        raise invalid_parameter(f"Param {name} must be an array")
    return [object_of(item, f"{name}[]") for item in value or []]


def address_of(value: Any, name: str) -> str:
    """A URL that can be fetched."""
    address = text_of(value, name, 4096)
    if not address.startswith(("https://", "http://")):
        raise invalid_parameter(f"Param {name} must be a URL")
    return address
