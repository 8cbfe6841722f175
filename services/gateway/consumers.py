"""The gateway's one reader of facts: into the hub for sockets, and at once into what is known of sessions."""

import asyncio
from functools import partial
from uuid import UUID

from google.protobuf.message import DecodeError
from google.protobuf.message import Message as ProtoMessage
from nats.errors import Error as NatsError

from frontdesk.tenants.v1 import events_pb2 as tenants_pb2
from libs.app.tasks import end
from libs.bus.errors import BusError, FeedGapError
from libs.bus.feed import EventFeed, FeedEvent
from libs.bus.subjects import TYPE, parse_event
from libs.observe.log import get_logger
from services.gateway.domain.cursor import Cursor
from services.gateway.domain.present.events import SHOWN, Shown, bindings, frame
from services.gateway.domain.present.media import MediaLinks
from services.gateway.domain.ring import Entry
from services.gateway.service.hub import Hub
from services.gateway.service.live import Live

_log = get_logger(__name__)

_PAUSE_SECONDS = 0.5


class FeedPart:
    """Follows the stream of events for as long as the gateway runs."""

    name = "feed"

    def __init__(self, feed: EventFeed, hub: Hub, live: Live, replay_events: int, links: MediaLinks) -> None:
        self._feed = feed
        self._links = links
        self._hub = hub
        self._live = live
        self._replay_events = replay_events
        self._task: asyncio.Task[None] | None = None
        self._problem: str | None = "has not reached the stream yet"

    async def start(self) -> None:
        """Begins to read; while the broker is away it goes on trying."""
        self._task = asyncio.create_task(self._run(), name="event feed")

    async def stop(self) -> None:
        """Stops reading."""
        await end(self._task)

    async def problem(self) -> str | None:
        """Why live updates do not flow."""
        return self._problem

    async def _run(self) -> None:
        while True:
            try:
                await self._begin()
                await self._follow()
            except FeedGapError as gap:
                _log.warning("events were missed; clients are told to reload", error=str(gap))
                self._hub.forget()
            except (BusError, NatsError, OSError, TimeoutError) as error:
                self._problem = f"cannot read the stream: {error}"
            except Exception:
                self._problem = "failed; see the log"
                _log.exception("event feed failed")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _begin(self) -> None:
        """Unless there is a place to go on from: a little before the end, for clients of a replica that stopped."""
        if self._hub.lost:
            position = await self._feed.position()
            floor = max(position.first - 1, position.last - self._replay_events, 0)
            self._hub.restart(position.epoch, floor, position.last)
            self._live.anything_changed()

    async def _follow(self) -> None:
        place = self._hub.cursor
        async for batch in self._feed.batches(place.sequence, place.epoch):
            self._problem = None
            for event in batch:
                self._take(event)

    def _take(self, event: FeedEvent) -> None:
        try:
            self._tell(event)
        except (DecodeError, ValueError) as error:
            # Nothing a retry would change; whoever published it has to mend it.
            _log.error("event cannot be read", subject=event.subject, sequence=event.sequence, error=str(error))
        self._hub.advance(event.sequence)

    def _tell(self, event: FeedEvent) -> None:
        name = event.headers.get(TYPE, "")
        tenant_id = parse_event(event.subject).tenant_id
        if name == tenants_pb2.SessionRevoked.DESCRIPTOR.full_name:
            self._live.session_revoked(tenants_pb2.SessionRevoked.FromString(event.payload).session_id)
        if shown := SHOWN.get(name):
            fact = shown.proto.FromString(event.payload)
            if isinstance(fact, tenants_pb2.TeammateChanged):
                self._live.teammate_changed(tenant_id, UUID(fact.teammate_id))
            self._hub.publish(tenant_id, shown.type, self._entry(event, shown, fact, tenant_id))

    def _entry(self, event: FeedEvent, shown: Shown, fact: ProtoMessage, tenant_id: UUID) -> Entry:
        render = partial(_render, shown, fact, Cursor(self._hub.cursor.epoch, event.sequence), self._links)
        size = len(event.payload)
        if shown.conversation is None:
            return Entry(event.sequence, render, size, published_at=event.stored_at)
        row = shown.conversation(fact)
        if row.tenant_id != str(tenant_id):
            raise ValueError(f"it is about tenant {row.tenant_id}")
        return Entry(
            event.sequence,
            render,
            size,
            conversation_id=row.id,
            bindings=bindings(row),
            published_at=event.stored_at,
        )


def _render(shown: Shown, fact: ProtoMessage, cursor: Cursor, links: MediaLinks) -> str:
    try:
        return frame(shown, fact, cursor, links)
    except (ValueError, KeyError) as error:
        # One event that nobody can be shown must not end every socket that comes to it.
        _log.error("event cannot be shown", type=shown.type, cursor=str(cursor), error=str(error))
        return ""
