"""Who is calling: addresses and schemes, with proxies believed only where they are known."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Literal

Network = IPv4Network | IPv6Network
# Whoever hands a request over, where nobody but a proxy can.
PEER: Literal["peer"] = "peer"
Proxy = Network | Literal["peer"]

# What a browser's WebSocket offers: this, which is accepted, and its token, which is never sent back.
SUBPROTOCOL = "frontdesk"
_BEARER = "bearer."


def header(scope: Any, name: bytes) -> str:
    """A request header's first value, "" without one; name in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""


def bearer(scope: Any) -> str:
    """The access token of a request: Authorization, or for browsers' WebSockets the subprotocol "bearer.<token>"."""
    scheme, _, token = header(scope, b"authorization").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    offered = scope.get("subprotocols") or ()
    return next((one.removeprefix(_BEARER) for one in offered if one.startswith(_BEARER)), "")


def _hops(scope: Any) -> list[str]:
    """The addresses a request is said to have come through. Several headers are one list: some proxies add theirs as
    a line of its own below the client's."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [hop.strip() for line in lines for hop in line.split(",") if hop.strip()]


class Clients:
    """X-Forwarded-* is believed from the trusted proxies alone: anybody can write such a header. PEER is believed for
    the hop it adds itself, and for no other."""

    def __init__(self, trusted: Sequence[Proxy]) -> None:
        self._trusted = tuple(network for network in trusted if network != PEER)
        self._believes_peer = PEER in trusted
        self._is_trusted = lru_cache(4096)(self._look)

    def address(self, scope: Any) -> str:
        """The client's address: the last hop that is not a trusted proxy. What is no address is not believed."""
        peer: str = scope["client"][0] if scope.get("client") else ""
        hops = _hops(scope)
        believed = self.behind_proxy(scope)
        while hops and believed and _parsed(hops[-1]):
            peer = hops.pop()
            believed = self._is_trusted(peer)
        return peer

    def scheme(self, scope: Any) -> str:
        """ "http" or "https", as the client sees it."""
        seen: str = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
        told = header(scope, b"x-forwarded-proto")
        return told if told in ("http", "https") and self.behind_proxy(scope) else seen

    def behind_proxy(self, scope: Any) -> bool:
        """Whether a trusted proxy passed this on."""
        return bool(scope.get("client")) and (self._believes_peer or self._is_trusted(scope["client"][0]))

    def _look(self, text: str) -> bool:
        address = _parsed(text)
        return address is not None and any(address in network for network in self._trusted)


def neighbourhood(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that one IPv6 client may have all of."""
    parsed = _parsed(address)
    return str(IPv6Network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
