"""Listening to what the service announces, and announcing what delivery would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from google.protobuf.message import Message

from frontdesk.delivery.v1.events_pb2 import AccountStateChanged
from frontdesk.tenants.v1.events_pb2 import ChannelAccountChanged, SessionRevoked, TeammateChanged
from libs.bus.bus import Bus
from libs.bus.subjects import subject_of
from tests.services.tenants.shop import Shop
from tests.support.wait import eventually

_KINDS: dict[str, type[Message]] = {
    kind.DESCRIPTOR.full_name: kind for kind in (TeammateChanged, SessionRevoked, ChannelAccountChanged)
}


class Facts:
    """Facts of one tenant since listening began, in order."""

    def __init__(self, shop: Shop, bus: Bus) -> None:
        self._shop = shop
        self._bus = bus
        self._raw: list[tuple[str, bytes]] = []

    async def begin(self) -> None:
        """From now on; what happened before is published first."""
        await eventually(self._all_published)
        await self._bus.subscribe(f"events.{self._shop.id}.tenants.>", self._note)

    async def _all_published(self) -> bool:
        waiting = "SELECT 1 FROM tenants.outbox WHERE tenant_id = $1"
        return not await self._shop.calls.stack.database.fetch(waiting, self._shop.id)

    async def _note(self, message: object) -> None:
        self._raw.append((message.headers["Frontdesk-Type"], message.data))  # type: ignore[attr-defined]

    def all(self) -> list[Message]:
        """Everything heard."""
        return [_KINDS[name].FromString(payload) for name, payload in self._raw]

    def sessions(self) -> set[str]:
        """Sessions that were announced as over."""
        return {fact.session_id for fact in self.all() if isinstance(fact, SessionRevoked)}

    def teammates(self) -> list[TeammateChanged]:
        """Changes of teammates."""
        return [fact for fact in self.all() if isinstance(fact, TeammateChanged)]

    def accounts(self) -> list[ChannelAccountChanged]:
        """Changes of channel accounts."""
        return [fact for fact in self.all() if isinstance(fact, ChannelAccountChanged)]

    def account_states(self) -> list[tuple[str, int]]:
        """State and version of each change of a channel account."""
        return [(fact.state, fact.version) for fact in self.accounts()]

    async def tell(self, account_id: str, state: str, reason: str, at: datetime, msg_id: str) -> None:
        """As delivery announces what it found out about an account."""
        fact = AccountStateChanged(tenant_id=str(self._shop.id), account_id=account_id, state=state, reason=reason)
        fact.occurred_at.FromDatetime(at)
        await self.publish(fact, msg_id)

    async def publish(self, fact: Message, msg_id: str) -> None:
        """As another service tells something."""
        await self._bus.publish(subject_of(self._shop.id, fact), fact, msg_id, self._shop.id)


@asynccontextmanager
async def listening(shop: Shop) -> AsyncIterator[Facts]:
    """Facts of this tenant."""
    bus = Bus(shop.calls.stack.nats.url, "test")
    await bus.connect()
    try:
        facts = Facts(shop, bus)
        await facts.begin()
        yield facts
    finally:
        await bus.close()
