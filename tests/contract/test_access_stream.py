"""Every fact of the protos, against the sockets of those who may not hear of it: whatever is added is tried, too."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from websockets.asyncio.client import ClientConnection, connect

from frontdesk.conversations.v1 import conversations_pb2, events_pb2
from frontdesk.delivery.v1 import events_pb2 as delivery_events
from frontdesk.ingestion.v1 import events_pb2 as ingestion_events
from frontdesk.tenants.v1 import events_pb2 as tenants_events
from libs.bus.bus import Bus
from libs.bus.subjects import subject_of
from services.gateway.domain.present.events import SHOWN
from tests.contract.protos import facts
from tests.contract.world import PEOPLE, STRANGER, World
from tests.support.wait import PATIENCE_SECONDS

# Between services. A new fact is either shown (services/gateway/domain/present/events.py) or named here.
_KEPT_INSIDE: set[type[Message]] = {
    events_pb2.DeliveryRequested,
    events_pb2.ContactSeen,
    events_pb2.MediaRequested,
    events_pb2.MediaDropped,
    events_pb2.AttemptConfirmed,
    events_pb2.ReadByStaff,
    delivery_events.MediaFetched,
    delivery_events.AttemptChanged,
    delivery_events.ProfileFetched,
    tenants_events.SessionRevoked,
    ingestion_events.LedgerReplayed,
    ingestion_events.DataDeletionDone,
}
_FACTS = [pytest.param(kind, id=kind.DESCRIPTOR.full_name) for kind in facts()]

pytestmark = pytest.mark.promise(5)


def test_every_fact_is_either_shown_or_kept_inside() -> None:
    assert {fact.DESCRIPTOR.full_name for fact in facts()} == SHOWN.keys() | {
        kind.DESCRIPTOR.full_name for kind in _KEPT_INSIDE
    }


@pytest.mark.parametrize("kind", _FACTS)
async def test_a_fact_reaches_only_who_may_hear_of_it(world: World, kind: type[Message]) -> None:
    shown = SHOWN.get(kind.DESCRIPTOR.full_name)
    fact = _filled(world, kind)
    async with _sockets(world) as sockets, _bus(world) as bus:
        await bus.publish(subject_of(world.tenant_id, fact), fact, str(uuid4()), world.tenant_id)
        heard = {email: await _until_the_end(world, bus, email, socket) for email, socket in sockets.items()}
    admitted = {email for email, frames in heard.items() if frames}
    if shown is None:
        assert admitted == set()
    elif shown.conversation is None:
        assert admitted == set(PEOPLE.values())
    else:
        # It is bound to nobody: salespeople and their managers do not see it.
        assert admitted == {PEOPLE[role] for role in ("admin", "supervisor", "cs_manager", "cs_agent")}
    assert {frame["type"] for frames in heard.values() for frame in frames} <= {shown.type if shown else ""}
    assert "a secret" not in json.dumps(heard)


def _filled(world: World, kind: type[Message]) -> Message:
    """With real ids and, where services tell each other secrets, one."""
    made: Any = kind()
    names = {field.name for field in kind.DESCRIPTOR.fields}
    if "conversation" in names:
        made.conversation.CopyFrom(_conversation(world))
    if "message" in names:
        made.message.CopyFrom(
            conversations_pb2.Message(
                id=str(uuid4()), conversation_id=made.conversation.id, direction=conversations_pb2.DIRECTION_INBOUND
            )
        )
    values = {"tenant_id": str(world.tenant_id), "teammate_id": str(uuid4()), "session_id": str(uuid4())}
    for name in names & {*values, "account_id", "reply_token", "state", "text"}:
        setattr(made, name, values.get(name, "a secret" if name in ("reply_token", "text") else "active"))
    filled: Message = made
    return filled


def _conversation(world: World) -> conversations_pb2.Conversation:
    return conversations_pb2.Conversation(
        id=str(uuid4()),
        tenant_id=str(world.tenant_id),
        status=conversations_pb2.STATUS_OPEN,
        handler=conversations_pb2.HANDLER_PERSON,
    )


@asynccontextmanager
async def _bus(world: World) -> AsyncIterator[Bus]:
    bus = Bus(world.stack.nats.url, "test")
    await bus.connect()
    yield bus
    await bus.close()


@asynccontextmanager
async def _sockets(world: World) -> AsyncIterator[dict[str, ClientConnection]]:
    """Everybody's, after the greeting."""
    url = f"{world.stack.url.replace('http', 'ws', 1)}/api/v1/stream"
    async with AsyncExitStack() as stack:
        opened = {}
        for email in [*PEOPLE.values(), STRANGER]:
            headers = world.headers(email)
            opened[email] = await stack.enter_async_context(connect(url, additional_headers=headers, proxy=None))
            assert json.loads(await opened[email].recv())["type"] == "hello"
        yield opened


async def _until_the_end(world: World, bus: Bus, email: str, socket: ClientConnection) -> list[dict[str, Any]]:
    """What comes before a last event that this very teammate may see."""
    me = world.sessions[email]
    last = tenants_events.ChannelAccountChanged(tenant_id=me["tenant"]["id"], account_id=f"end-{email}")
    subject = f"events.{me['tenant']['id']}.tenants.channel_account_changed"
    await bus.publish(subject, last, str(uuid4()))
    heard: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            frame = json.loads(await socket.recv())
            if frame.get("data", {}).get("id") == f"end-{email}":
                return heard
            if frame["type"] != "ping" and not str(frame["data"].get("id", "")).startswith("end-"):
                heard.append(frame)
