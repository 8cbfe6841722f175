"""Growing delays for those who try too often."""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Throttle:
    """After `free` attempts each further one must wait: first, twice that, ... up to longest. Counting starts anew
    when nobody has tried for `forget`."""

    scope: str
    free: int
    first: timedelta
    longest: timedelta
    forget: timedelta

    def key(self, value: str) -> bytes:
        """What is stored instead of the address or IP itself."""
        return hashlib.sha256(f"{self.scope}\0{value}".encode(errors="replace")).digest()

    def delay(self, attempts: int) -> timedelta:
        """How long to wait after this many attempts."""
        if attempts < self.free:
            return timedelta()
        return min(self.longest, self.first * (1 << min(attempts - self.free, 30)))


_MINUTE = timedelta(minutes=1)

# The longest delay of an address is short, for a stranger can cause it, too: 288 guesses a day remain.
SIGN_IN_EMAIL = Throttle("sign_in_email", 5, timedelta(seconds=2), 5 * _MINUTE, timedelta(hours=6))
# A whole office may sit behind one IP. Successes are taken off again.
SIGN_IN_IP = Throttle("sign_in_ip", 100, timedelta(seconds=2), 15 * _MINUTE, timedelta(hours=1))
RESET_EMAIL = Throttle("reset_email", 3, _MINUTE, timedelta(hours=1), timedelta(hours=6))
RESET_IP = Throttle("reset_ip", 20, _MINUTE, timedelta(hours=1), timedelta(hours=1))
# Mails to whom a team chooses, with words it chooses: a team grows by dozens, and nobody is invited again and again.
INVITE_EMAIL = Throttle("invite_email", 5, _MINUTE, timedelta(hours=1), timedelta(hours=6))
INVITE_TENANT = Throttle("invite_tenant", 200, _MINUTE, timedelta(hours=1), timedelta(hours=6))


def network(client_ip: str) -> str:
    """What counts as one origin: an IPv4 address, or the /64 an IPv6 host has to itself; "" for nonsense."""
    try:
        address = ipaddress.ip_address(client_ip.strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))
