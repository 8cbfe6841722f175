"""Settings that are proxies or a rate, as FRONTDESK_* variables spell them."""

from ipaddress import ip_network
from typing import Annotated

from limits import RateLimitItem, parse
from pydantic import BeforeValidator

from libs.edge.clients import PEER, Proxy


def _proxies(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",")]
    return tuple(part if part == PEER else ip_network(part) for part in parts)


def _rate(value: object) -> object:
    return parse(value) if isinstance(value, str) else value


# "peer,10.0.0.0/8,::1/128"
Proxies = Annotated[tuple[Proxy, ...], BeforeValidator(_proxies)]
# "6000/minute"
Rate = Annotated[RateLimitItem, BeforeValidator(_rate)]
