"""Settings that are a network or a rate, as FRONTDESK_* variables spell them."""

from ipaddress import ip_network
from typing import Annotated

from limits import RateLimitItem, parse
from pydantic import BeforeValidator

from libs.edge.clients import Network


def _networks(value: object) -> object:
    return tuple(ip_network(part.strip()) for part in value.split(",")) if isinstance(value, str) else value


def _rate(value: object) -> object:
    return parse(value) if isinstance(value, str) else value


# "10.0.0.0/8,::1/128"
Networks = Annotated[tuple[Network, ...], BeforeValidator(_networks)]
# "6000/minute"
Rate = Annotated[RateLimitItem, BeforeValidator(_rate)]
