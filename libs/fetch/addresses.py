"""Which addresses of the Internet are anybody's, and which lead into networks of ours."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# IPv4 addresses inside of IPv6 ones: what a translator on the way makes of them is not what was looked at.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


def is_public(text: str) -> bool:
    """Whether an address, as a resolver gives it, belongs to the public Internet. False for anything odd."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return _public_v6(address)
    return _public(address)


def _public_v6(address: IPv6Address) -> bool:
    inner = address.ipv4_mapped or address.sixtofour or address.teredo
    if inner is not None or any(address in network for network in _TRANSLATED):
        return False
    return _public(address) and not address.is_site_local


def _public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
