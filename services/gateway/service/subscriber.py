"""One open socket, as the hub and the events see it."""

import asyncio
from uuid import UUID

from libs.auth.visibility import Visibility
from services.gateway.service.access import Access
from services.gateway.service.principals import SignedIn

# What a socket may be asked to do before it goes on.
RECHECK = "recheck"
RELOAD = "reload"
PING = "ping"

# Close codes and their reasons.
UNAUTHORIZED = (4401, "The session has ended, or its access token has. Come back with a new one.")
SLOW = (4408, "Too far behind. Come back with your cursor.")
TOO_MANY = (4429, "Too many open streams, or too many messages on this one.")
LATER = (1013, "The desk cannot tell who you are right now. Try again in a moment.")
RESTARTING = (1012, "The server is restarting. Come back with your cursor.")


class Subscriber:
    """position: the last sequence it was shown, or was not to be shown. live_from: where replay ends."""

    def __init__(self, access: Access, who: SignedIn, position: int, live_from: int) -> None:
        self.access = access
        self.visibility: Visibility = who.claims.visibility
        self.position = position
        self.live_from = live_from
        self.ended: tuple[int, str] | None = None
        self.next_ping = 0.0
        self.next_check = 0.0
        # Client messages since the last look at the clock.
        self.received = 0
        self._demands: set[str] = set()
        self._woken = asyncio.Event()

    @property
    def tenant_id(self) -> UUID:
        """Whose events it gets."""
        return self.access.tenant_id

    @property
    def teammate_id(self) -> UUID:
        """Who listens."""
        return self.access.teammate_id

    @property
    def session_id(self) -> str:
        """The session that opened it."""
        return self.access.session_id

    @property
    def may_send(self) -> bool:
        """It is known what the teammate may see."""
        return self.ended is None and RECHECK not in self._demands

    @property
    def undisturbed(self) -> bool:
        """Nothing has to happen before the next event."""
        return self.may_send and RELOAD not in self._demands

    def wake(self) -> None:
        """There may be something to send."""
        self._woken.set()

    async def woken(self) -> None:
        """Waits for the next wake()."""
        await self._woken.wait()
        self._woken.clear()

    def demand(self, what: str) -> None:
        """Asks for RECHECK, RELOAD or PING."""
        self._demands.add(what)
        self.wake()

    def postpone(self, what: str) -> None:
        """Asks again at the next wake(), whenever that is."""
        self._demands.add(what)

    def take_demand(self, what: str) -> bool:
        """Whether this was asked for; it is not asked for any more."""
        asked = what in self._demands
        self._demands.discard(what)
        return asked

    def end(self, code: int, reason: str) -> None:
        """Closes the socket; the first reason counts."""
        self.ended = self.ended or (code, reason)
        self.wake()
