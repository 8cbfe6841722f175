"""How fast this process sends: as its platforms ask for it. With several processes each keeps the pace by itself; what
they send too fast together, a platform refuses, and then everybody pauses (turn.py)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable

from libs.channels.limits import Limits
from services.delivery.models import Lane

# To one contact, at once: people answer in several short messages, and platforms mean the average.
CONTACT_BURST = 10
# Of one account, at once: a tenth of a second's worth.
_ACCOUNT_BURST_SECONDS = 0.1
_MOST = 20_000


class Bucket:
    """Lets things happen so often, by name: one each `interval` seconds, `burst` of them at once."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        # When each would be even: what is later than now was taken in advance.
        self._even: dict[Hashable, float] = {}

    def wait(self, name: Hashable, interval: float, burst: float) -> float:
        """Seconds until the next one; 0 for now."""
        return max(0.0, self._even.get(name, 0.0) - (burst - 1) * interval - self._now())

    def take(self, name: Hashable, interval: float) -> None:
        """It happened."""
        now = self._now()
        if len(self._even) >= _MOST:
            self._even = {each: even for each, even in self._even.items() if even > now}
        self._even[name] = max(now, self._even.get(name, 0.0)) + interval


class Pace:
    """Of contacts and accounts. now: seconds, from anywhere, that never go back."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sleep = sleep
        self._contacts = Bucket(now)
        self._accounts = Bucket(now)

    def contact_wait(self, lane: Lane, limits: Limits) -> float:
        """Seconds until the contact may be written to; 0 for now."""
        return self._contacts.wait(_contact(lane), limits.contact_seconds, CONTACT_BURST)

    async def account_turn(self, account_id: str, limits: Limits) -> None:
        """Waits while the account is too fast. Lanes that wait together overshoot by one message each, at most."""
        interval = 1 / limits.calls_per_second
        burst = max(1.0, limits.calls_per_second * _ACCOUNT_BURST_SECONDS)
        if (seconds := self._accounts.wait(account_id, interval, burst)) > 0:
            await self._sleep(seconds)

    def took(self, lane: Lane, limits: Limits) -> None:
        """A message goes out."""
        self._accounts.take(lane.account_id, 1 / limits.calls_per_second)
        if limits.contact_seconds:
            self._contacts.take(_contact(lane), limits.contact_seconds)


def _contact(lane: Lane) -> Hashable:
    return lane.account_id, lane.contact_id
