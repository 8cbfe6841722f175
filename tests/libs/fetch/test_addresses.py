"""Which addresses count as public."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.fetch.addresses import is_public

_PRIVATE = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8",
        "::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "2001::/32", "::/96", "fec0::/10",
    )
]  # fmt: skip


@given(st.sampled_from(_PRIVATE), st.data())
def test_no_address_of_a_private_network_is_public(network: object, data: st.DataObject) -> None:
    first, last = int(network[0]), int(network[-1])  # type: ignore[index]
    kind = type(network[0])  # type: ignore[index]
    assert not is_public(str(kind(data.draw(st.integers(first, last)))))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_never_public(address: IPv4Address) -> None:
    for text in (
        f"::ffff:{address}",
        f"64:ff9b::{address}",
        f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::1",
    ):
        assert not is_public(text)


@given(st.ip_addresses())
def test_what_is_public_is_global_and_for_one_receiver(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert ip_address(str(address)).is_global
        assert not address.is_multicast
        assert not address.is_private
        assert not address.is_loopback
        assert not address.is_link_local


@given(st.text(max_size=60))
def test_anything_else_is_not(text: str) -> None:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        assert not is_public(text)


@pytest.mark.parametrize("text", ["8.8.8.8", "142.250.66.46", "2606:4700:4700::1111", "2a00:1450:4001:830::200e"])
def test_ordinary_addresses_are(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize("text", ["fe80::1%eth0", "169.254.169.254", "::ffff:169.254.169.254", "0.0.0.0", "::"])
def test_well_known_traps_are_not(text: str) -> None:
    assert not is_public(text)
