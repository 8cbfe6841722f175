"""Leases: which replica does what right now, kept as rows, spread evenly, taken over when a replica dies.

A lease is a hint about load, not a lock: two replicas may think they hold it for a moment. What must not happen twice
is guarded where it happens (row locks, unique keys, the fencing token).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from libs.bus import metrics
from libs.db.database import Database
from libs.db.unit import Unit
from libs.observe.log import get_logger

log = get_logger(__name__)

# A dead replica's leases are taken over after both of these at most.
_TTL = 3.5
_LOOK_EVERY = 0.5
_QUERY_SECONDS = 2.0
# Given up locally this much before the database lets others take it.
_MARGIN = 0.5

_DECLARE = """
INSERT INTO leases (name, owner, token, expires_at)
SELECT name, '', 0, '-infinity' FROM unnest($1::text[]) AS name ON CONFLICT DO NOTHING"""
_JOIN = """
INSERT INTO leases (name, owner, token, expires_at) VALUES ($1, $2, 0, now() + $3::float * interval '1 second')
ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at"""
_RENEW = """
UPDATE leases SET expires_at = now() + $3::float * interval '1 second'
WHERE name = ANY ($1::text[]) AND owner = $2 RETURNING name"""
_MEMBERS = "SELECT owner FROM leases WHERE starts_with(name, $1) AND expires_at > now() ORDER BY owner"
_ACQUIRE = """
UPDATE leases SET owner = $2, token = token + 1, expires_at = now() + $3::float * interval '1 second'
WHERE name IN (
    SELECT name FROM leases
    WHERE name = ANY ($1::text[]) AND (expires_at <= now() OR owner = $2)
    ORDER BY name LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING name, token"""
_RELEASE = "UPDATE leases SET owner = '', expires_at = '-infinity' WHERE name = $1 AND owner = $2 AND token = $3"
_LEAVE = "DELETE FROM leases WHERE name = $1"
_FORGET = "DELETE FROM leases WHERE starts_with(name, $1) AND expires_at < now() - interval '1 hour'"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do `name`. token: larger than that of every earlier holder."""

    name: str
    token: int


OnGain = Callable[[Lease], Awaitable[None]]
OnLoss = Callable[[Lease], Awaitable[None]]


def quota(leases: int, members: Sequence[str], owner: str) -> int:
    """How many of the leases this member should hold: all of them spread, differing by one at most."""
    each, over = divmod(leases, len(members))
    return each + (1 if members.index(owner) < over else 0)


class Leases:
    """Holds this replica's share of a group's leases.

    on_gain starts the work of a lease; on_loss ends it and returns when it has ended. A lease that is given back (to a
    new replica, or at stop()) is renewed until on_loss returned, and then free at once. One that was lost (the database
    did not answer in time) may be taken by others while on_loss still runs.
    """

    def __init__(
        self, database: Database, group: str, names: Sequence[str], on_gain: OnGain, on_loss: OnLoss, owner: str = ""
    ) -> None:
        self._database = database
        self._group = group
        self._names = [f"{group}/{name}" for name in names]
        self._members = f"{group}:member/"
        self._owner = owner or uuid4().hex
        self._on_gain = on_gain
        self._on_loss = on_loss
        self._held: dict[str, Lease] = {}
        self._ending: dict[str, asyncio.Task[None]] = {}
        self._valid_until = 0.0
        self._declared = False
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def held(self) -> list[Lease]:
        """What this replica holds right now."""
        return list(self._held.values())

    def start(self) -> None:
        """Joins the group, in the background."""
        self._task = asyncio.create_task(self._run(), name=f"leases {self._group}")

    async def stop(self) -> None:
        """Ends all work, gives everything back and leaves: others take over at once."""
        self._stopping.set()
        if self._task is None:
            return
        await asyncio.gather(self._task, return_exceptions=True)
        for name in list(self._held):
            self._end(name)
        await asyncio.gather(*self._ending.values())
        await self._try("leave", self._leave)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self._try("renew", self._look)
            if time.monotonic() > self._valid_until:
                for name in list(self._held):
                    self._end(name)
            metrics.LEASES.labels(self._group).set(len(self._held))
            await self._pause()

    async def _try(self, what: str, action: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(_QUERY_SECONDS):
                await action()
        except Exception as error:
            log.warning("the database did not keep leases", group=self._group, action=what, error=repr(error))

    async def _look(self) -> None:
        asked_at = time.monotonic()
        async with self._database.system_unit() as unit:
            await self._join(unit)
            renewed = await self._renew(unit)
            members = [row["owner"] for row in await unit.fetch(_MEMBERS, self._members)]
            share = quota(len(self._names), members, self._owner)
            gained = await self._acquire(unit, share - len(renewed))
        self._valid_until = asked_at + _TTL - _MARGIN
        for name in set(self._held) - renewed:
            self._end(name)
        for name in sorted(self._held)[share:]:
            self._end(name)
        for lease in gained:
            self._held[lease.name] = lease
            log.info("lease gained", lease=lease.name, fencing=lease.token)
            await self._on_gain(lease)

    async def _join(self, unit: Unit) -> None:
        if not self._declared:
            await unit.fetch(_DECLARE, self._names)
            await unit.fetch(_FORGET, self._members)
            unit.after_commit(self._note_declared)
        await unit.fetch(_JOIN, self._members + self._owner, self._owner, _TTL)

    def _note_declared(self) -> None:
        self._declared = True

    async def _renew(self, unit: Unit) -> set[str]:
        """Those still ours among the held; what is ending is renewed with them, so that nobody starts beside it."""
        rows = await unit.fetch(_RENEW, [*self._held, *self._ending], self._owner, _TTL)
        return {row["name"] for row in rows} & set(self._held)

    async def _acquire(self, unit: Unit, most: int) -> list[Lease]:
        if most <= 0:
            return []
        wanted = [name for name in self._names if name not in self._held and name not in self._ending]
        rows = await unit.fetch(_ACQUIRE, wanted, self._owner, _TTL, most)
        return [Lease(row["name"], row["token"]) for row in rows]

    def _end(self, name: str) -> None:
        lease = self._held.pop(name)
        log.info("lease ends", lease=name, fencing=lease.token)
        self._ending[name] = asyncio.create_task(self._finish(lease))

    async def _finish(self, lease: Lease) -> None:
        try:
            await self._on_loss(lease)
        finally:
            del self._ending[lease.name]
        await self._try("release", lambda: self._release(lease))

    async def _release(self, lease: Lease) -> None:
        async with self._database.system_unit() as unit:
            await unit.fetch(_RELEASE, lease.name, self._owner, lease.token)

    async def _leave(self) -> None:
        async with self._database.system_unit() as unit:
            await unit.fetch(_LEAVE, self._members + self._owner)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_EVERY):
                await self._stopping.wait()
        except TimeoutError:
            return
