"""What connecting an account takes. Which credentials, each channel says itself: libs/channels, AccountNeeds."""

import base64
import re
from collections.abc import Mapping

from libs.channels.registry import CHANNELS
from libs.rpc.errors import InvalidArgumentError
from services.tenants.domain.text import one_line

ACTIVE, RECONNECT, DISCONNECTED = "active", "reconnect", "disconnected"
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{2,63}\Z")
_SECRET_LENGTH = 4096


def channel(value: str) -> str:
    """A channel's name."""
    if value not in CHANNELS:
        raise InvalidArgumentError(f"channel must be one of: {', '.join(sorted(CHANNELS))}.", field="channel")
    return value


def credentials(channel_name: str, given: Mapping[str, str]) -> dict[str, str]:
    """Exactly what the channel asks for, without the blanks and line ends that copying brings along."""
    needs = CHANNELS[channel_name].needs
    if missing := needs.required - given.keys():
        raise _wrong(f"{channel_name} needs {', '.join(sorted(missing))}.")
    if given.keys() - needs.required - needs.optional:
        allowed = ", ".join(sorted(needs.required | needs.optional)) or "none"
        raise _wrong(f"{channel_name} takes these credentials: {allowed}.")
    clean = {name: one_line(value, f"credentials.{name}", _SECRET_LENGTH) for name, value in sorted(given.items())}
    for name, least in needs.shortest.items():
        if len(clean.get(name, "")) < least:
            raise _wrong(f"{name} must have {least} characters at least, that nobody can guess.")
    return clean


def human_agent(clean: Mapping[str, str]) -> bool:
    """Whether the platform has approved people's answers after its first window."""
    return clean.get("human_agent") == "approved"


def provider_id(channel_name: str, value: str, account_id: str) -> str:
    """What the platform calls the account; channels of the desk itself are called by the account's id."""
    if not CHANNELS[channel_name].needs.provider_id:
        return account_id
    return one_line(value, "provider_id", 100)


def given_provider_id(value: str) -> str:
    """What somebody says the platform calls an account; "" leaves it to the platform."""
    return one_line(value, "provider_id", 100) if value else ""


def is_id(value: str) -> bool:
    """Whether an account may be called so."""
    return _ID.match(value) is not None


def given_id(value: str) -> str:
    """An account id somebody has chosen."""
    if not is_id(value):
        message = "account_id must be 3 to 64 lower-case letters, digits, - or _, beginning with a letter or digit."
        raise InvalidArgumentError(message, field="account_id")
    return value


def new_id(randomness: bytes) -> str:
    """An account id out of ten random bytes."""
    return "acc_" + base64.b32encode(randomness).decode().lower()


def _wrong(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(message, field="credentials")
