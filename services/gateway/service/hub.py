"""Live events: a ring per tenant, and the sockets that read from it.

A socket does not have a queue of its own. It has a position in its tenant's ring, so a thousand sockets hold each
event once, and one that reads too slowly is one whose position has left the ring.
"""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from uuid import UUID

from libs.observe.metrics import Counter, Gauge
from services.gateway.domain.cursor import Cursor
from services.gateway.domain.ring import Entry, Ring
from services.gateway.service.subscriber import RELOAD, SLOW, Subscriber

_sockets = Gauge("frontdesk_gateway_sockets", "Open WebSockets.")
_ring_events = Gauge("frontdesk_gateway_ring_events", "Events kept for sockets, in all rings.")
_ring_bytes = Gauge("frontdesk_gateway_ring_bytes", "Their payload bytes.")
_events = Counter("frontdesk_gateway_events_total", "Events taken from the stream.", ["type"])

UNKNOWN = "0"


@dataclass(frozen=True, slots=True)
class HubLimits:
    """Bounds of memory, and of sockets in this process."""

    ring_events: int
    ring_bytes: int
    per_teammate: int
    per_tenant: int


class Hub:
    """What the feed has told so far, and who listens."""

    def __init__(self, limits: HubLimits) -> None:
        self._limits = limits
        self._lost = True
        self._epoch = UNKNOWN
        self._sequence = 0
        # No ring has what came before it.
        self._floor = 0
        self._rings: OrderedDict[UUID, Ring] = OrderedDict()
        self._size = 0
        self._listeners: defaultdict[UUID, set[Subscriber]] = defaultdict(set)

    @property
    def cursor(self) -> Cursor:
        """Every event up to here has been taken from the stream. What is read after this is at least as new."""
        return Cursor(self._epoch, self._sequence)

    @property
    def lost(self) -> bool:
        """Whether there is no place in the stream to go on from."""
        return self._lost

    def forget(self) -> None:
        """Events were missed, or the stream was made anew: what is here leads nowhere."""
        self._lost = True

    def restart(self, epoch: str, floor: int, newest: int) -> None:
        """The feed goes on after floor. Who stands before it must reload, and open sockets must in any case: for them
        events begin after the newest there is now."""
        self._lost = False
        self._epoch, self._sequence, self._floor = epoch, floor, floor
        self._rings.clear()
        self._size = 0
        for subscriber in self.subscribers():
            subscriber.position = newest
            subscriber.demand(RELOAD)

    def advance(self, sequence: int) -> None:
        """The feed has passed this sequence."""
        self._sequence = max(self._sequence, sequence)

    def publish(self, tenant_id: UUID, kind: str, entry: Entry) -> None:
        """Takes the next event of a tenant and wakes its sockets."""
        _events.labels(kind).inc()
        ring = self._rings.get(tenant_id)
        if ring is None:
            ring = self._rings[tenant_id] = Ring(self._floor, self._limits.ring_events, self._limits.ring_bytes // 8)
        self._rings.move_to_end(tenant_id)
        before = ring.size
        ring.append(entry)
        self._size += ring.size - before
        self.advance(entry.sequence)
        self._shrink()
        for subscriber in self._listeners.get(tenant_id, ()):
            subscriber.wake()

    def can_resume(self, tenant_id: UUID, cursor: Cursor) -> bool:
        """Whether every event after the cursor is still here, or still to come."""
        ring = self._rings.get(tenant_id)
        floor = self._floor if ring is None else ring.floor
        return cursor.epoch == self._epoch and cursor.sequence >= floor

    def waiting(self, subscriber: Subscriber, limit: int) -> list[Entry]:
        """At most `limit` events after the subscriber's position, visible or not. One whose position has left the
        ring is ended; one that has everything moves up to the feed's own position."""
        ring = self._rings.get(subscriber.tenant_id)
        entries = [] if ring is None else ring.after(subscriber.position, limit)
        if ring is not None and subscriber.position < ring.floor:
            subscriber.end(*SLOW)
            return []
        if not entries:
            subscriber.position = max(subscriber.position, self._sequence)
        return entries

    def shows(self, subscriber: Subscriber, entry: Entry) -> bool:
        """Whether the subscriber may see the event, by what is known at this moment."""
        ring = self._rings.get(subscriber.tenant_id)
        return ring is not None and ring.shows(entry, subscriber.visibility)

    def room_for(self, tenant_id: UUID, teammate_id: UUID) -> bool:
        """Whether the teammate may open one more socket here."""
        listeners = self._listeners.get(tenant_id, set())
        own = sum(subscriber.teammate_id == teammate_id for subscriber in listeners)
        return own < self._limits.per_teammate and len(listeners) < self._limits.per_tenant

    def attach(self, subscriber: Subscriber) -> None:
        """The socket is open."""
        self._listeners[subscriber.tenant_id].add(subscriber)
        _sockets.inc()

    def detach(self, subscriber: Subscriber) -> None:
        """The socket is closed."""
        listeners = self._listeners[subscriber.tenant_id]
        if subscriber in listeners:
            listeners.discard(subscriber)
            _sockets.dec()
        if not listeners:
            del self._listeners[subscriber.tenant_id]

    def subscribers(self, tenant_id: UUID | None = None) -> list[Subscriber]:
        """Who listens: at one tenant, or at all."""
        if tenant_id is not None:
            return list(self._listeners.get(tenant_id, ()))
        return [subscriber for listeners in self._listeners.values() for subscriber in listeners]

    def measure(self) -> None:
        """Sets the gauges."""
        _ring_events.set(sum(len(ring) for ring in self._rings.values()))
        _ring_bytes.set(self._size)

    def _shrink(self) -> None:
        """Empties the rings that were quiet longest while all together are too large."""
        if self._size <= self._limits.ring_bytes:
            return
        for ring in list(self._rings.values())[:-1]:
            self._size -= ring.size
            ring.clear()
            if self._size <= self._limits.ring_bytes:
                return
