"""Who waits for news right now, and what wakes them: facts of conversations, as they pass on the bus.

Only facts of tenants somebody waits at are heard at all, so that a desk without open widgets pays nothing for this.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from uuid import UUID

from google.protobuf.message import DecodeError
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from frontdesk.conversations.v1 import events_pb2 as events
from libs.bus.bus import Bus
from libs.bus.errors import BusUnavailableError
from libs.bus.subjects import event_subject, parse_event
from libs.observe.log import get_logger
from services.ingestion.service.widget.people import Person

Fact = events.MessageStored | events.MessageChanged

_log = get_logger(__name__)
# Either has the message and its conversation.
_HEARD: dict[str, type[events.MessageStored] | type[events.MessageChanged]] = {
    "message_stored": events.MessageStored,
    "message_changed": events.MessageChanged,
}
_FLUSH_SECONDS = 1


class Listener:
    """Somebody who waits. conversation_id: "" until they have one; then their own first message tells it."""

    def __init__(self, person: Person) -> None:
        self.tenant_id = UUID(person.account.tenant_id)
        self.conversation_id = ""
        self._account_id = person.account.account_id
        self._owner = f"{person.owner}."
        self._woken = asyncio.Event()

    def hear(self, fact: Fact) -> None:
        """Wakes up if it is about their thread."""
        if fact.conversation.account_id != self._account_id:
            return
        mine = fact.conversation.id == self.conversation_id
        if mine or fact.message.provider_message_id.startswith(self._owner):
            self.wake()

    def wake(self) -> None:
        """There may be news."""
        self._woken.set()

    async def woken(self, seconds: float) -> bool:
        """Waits to be woken, at most so long; whether it was."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await self._woken.wait()
                self._woken.clear()
                return True
        return False


class Ears:
    """Everybody who waits at this replica. A part of the service: stopping it sends everybody home."""

    name = "ears"

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._listeners: defaultdict[UUID, set[Listener]] = defaultdict(set)
        self._subscriptions: dict[UUID, list[Subscription]] = {}
        self._lock = asyncio.Lock()
        self.stopping = False
        bus.connection.on_up.append(self._on_up)

    async def start(self) -> None:
        """Begins to take listeners."""
        self.stopping = False

    async def stop(self) -> None:
        """Wakes everybody, for the last time."""
        self.stopping = True
        for listener in [one for listeners in self._listeners.values() for one in listeners]:
            listener.wake()

    async def problem(self) -> str | None:
        """None: without the bus, news come with the next question."""
        return None

    @contextlib.asynccontextmanager
    async def listening(self, person: Person) -> AsyncIterator[Listener]:
        """Somebody waits inside the block. What is told after it was entered is heard."""
        listener = Listener(person)
        self._listeners[listener.tenant_id].add(listener)
        try:
            await self._tune(listener.tenant_id)
            yield listener
        finally:
            self._listeners[listener.tenant_id].discard(listener)
            await asyncio.shield(self._tune(listener.tenant_id))

    async def _tune(self, tenant_id: UUID) -> None:
        """Listens to a tenant's facts while somebody waits there."""
        async with self._lock:
            wanted = bool(self._listeners.get(tenant_id))
            if wanted and tenant_id not in self._subscriptions:
                await self._subscribe(tenant_id)
            elif not wanted:
                self._listeners.pop(tenant_id, None)
                for subscription in self._subscriptions.pop(tenant_id, ()):
                    with contextlib.suppress(NatsError):
                        await subscription.unsubscribe()

    async def _subscribe(self, tenant_id: UUID) -> None:
        try:
            client = self._bus.connection.client
            await self._subscribe_on(client, tenant_id)
            # Only then is it certain that nothing told from now on is missed.
            await client.flush(_FLUSH_SECONDS)
        except (BusUnavailableError, NatsError, TimeoutError) as error:
            _log.warning("news are not heard live", error=repr(error))

    async def _on_up(self, client: Client) -> None:
        """A new connection knows of no subscription."""
        async with self._lock:
            self._subscriptions.clear()
            for tenant_id in list(self._listeners):
                await self._subscribe_on(client, tenant_id)
                for listener in self._listeners[tenant_id]:
                    listener.wake()

    async def _subscribe_on(self, client: Client, tenant_id: UUID) -> None:
        subjects = [event_subject(tenant_id, "conversations", name) for name in _HEARD]
        self._subscriptions[tenant_id] = [await client.subscribe(subject, cb=self._hear) for subject in subjects]

    async def _hear(self, message: Msg) -> None:
        subject = parse_event(message.subject)
        listeners = self._listeners.get(subject.tenant_id)
        if not listeners:
            return
        try:
            fact = _HEARD[subject.name].FromString(message.data)
        except DecodeError as error:
            _log.error("a fact cannot be read", subject=message.subject, error=str(error))
            return
        for listener in listeners:
            listener.hear(fact)
