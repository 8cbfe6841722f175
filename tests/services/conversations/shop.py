"""A tenant of a test's own: its customers write, its people call, and what the service tells is kept."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from google.protobuf.message import Message
from nats.aio.msg import Msg

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from frontdesk.conversations.v1 import conversations_pb2 as pb
from frontdesk.conversations.v1 import conversations_pb2_grpc as stubs
from frontdesk.conversations.v1 import events_pb2 as events
from frontdesk.delivery.v1 import events_pb2 as delivery
from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.tokens import TeammateClaims
from libs.bus import subjects
from libs.bus.bus import Bus
from libs.bus.messages import Ack, Outgoing
from libs.bus.outbox import Outbox
from libs.channels.partition import partition_of_event
from libs.clock.clock import SystemClock
from libs.db.database import Database
from libs.rpc.client import Metadata, on_behalf
from libs.rpc.errors import FrontdeskError
from services.conversations.service.facts import Fact, FactsService
from services.conversations.service.inbound import InboundService
from tests.support.inbound import Customer, unique
from tests.support.stack import Stack
from tests.support.wait import eventually

F = TypeVar("F", bound=Message)
_numbers = itertools.count(1)


class Shop:
    """One tenant of a running conversations service."""

    def __init__(self, stack: Stack, bus: Bus) -> None:
        self.stack = stack
        self.bus = bus
        self.id = uuid4()
        self.account_id = unique("line")
        self.agent = self.teammate("cs_agent")
        self._issuer = stack.issuer()
        self._stub = stubs.ConversationsServiceStub(stack.channel("conversations"))
        self._told: list[Msg] = []
        self._opened: Database | None = None

    async def listen(self) -> None:
        """From now on facts are kept."""
        await self.bus.subscribe(f"events.{self.id}.conversations.>", self._hear)

    def customer(self, account_id: str = "", kind: str = "line_user", channel: str = "line") -> Customer:
        """Somebody new who may write."""
        return Customer(self.id, account_id or self.account_id, kind=kind, channel=channel)

    def teammate(self, role: str, *stores: str) -> TeammateClaims:
        """Somebody new who may call."""
        return TeammateClaims(uuid4(), role, ROLE_PERMISSIONS[role], 1, stores)

    def as_(self, teammate: TeammateClaims | None = None) -> Metadata:
        """Metadata of a call for this teammate, the shop's agent when none is named."""
        return on_behalf(self._issuer, "conversations", self.id, teammate or self.agent)

    async def publish(self, *published: InboundEvent, lane: str = "live", again: bool = False) -> None:
        """Puts events onto the bus as ingestion does. again: under message ids the broker never saw, as long after the
        first time."""
        outcomes = await self.bus.publish_many(
            [outgoing(event, lane, f"{event.dedup_key}:{next(_numbers)}" if again else "") for event in published]
        )
        assert all(isinstance(outcome, Ack) for outcome in outcomes), outcomes

    async def receive(self, *published: InboundEvent, lane: str = "live", again: bool = False) -> None:
        """publish(), and waits until the service has dealt with all of it: each contact then writes once more, to an
        account nobody looks at but in the same partition's order."""
        await self.publish(*published, lane=lane, again=again)
        await self.settled(*published, lane=lane)

    async def settled(self, *published: InboundEvent, lane: str = "live") -> None:
        """Waits until everything published before to the partitions of these events was dealt with."""
        marks = {partition_of_event(event): Customer(uuid4()) for event in published}
        for partition, customer in marks.items():
            mark = customer.wrote()
            subject = subjects.inbound(lane, "line", partition)
            await self.bus.publish_raw(Outgoing.of(subject, mark, mark.dedup_key, customer.tenant_id))
        await eventually(lambda: self._stored(customer.tenant_id for customer in marks.values()), what="marks stored")

    async def tell(self, *facts: Message) -> None:
        """Publishes facts of delivery and tenants."""
        for fact in facts:
            await self.bus.publish(subjects.subject_of(self.id, fact), fact, unique("fact"), self.id)

    async def store(self, *events: InboundEvent) -> None:
        """Events in one transaction, at once and without the bus."""
        await InboundService(self._database(), SystemClock(None), Outbox()).store(events)

    async def apply(self, *facts: Fact) -> None:
        """Facts in one transaction, at once and without the bus."""
        await FactsService(self._database(), SystemClock(None), Outbox()).apply(facts)

    def _database(self) -> Database:
        if self._opened is None:
            self._opened = self.stack.database.open("conversations")
        return self._opened

    def facts(self, kind: type[F]) -> list[F]:
        """What the service told of this kind, in order."""
        name = kind.DESCRIPTOR.full_name
        return [kind.FromString(told.data) for told in self._told if (told.headers or {})[subjects.TYPE] == name]

    async def told(self, kind: type[F], count: int) -> list[F]:
        """The same once there are so many, and not more."""
        found = await eventually(lambda: len(self.facts(kind)) >= count and self.facts(kind), what=f"{count} {kind}")
        assert isinstance(found, list)
        assert len(found) == count
        return found

    async def all_told(self) -> None:
        """Waits until facts() has every fact that was written so far."""

        async def nothing_waits() -> bool:
            return not await self.stack.database.fetch("SELECT 1 FROM conversations.outbox LIMIT 1")

        await eventually(nothing_waits, what="everything told")
        mine = f"events.{self.id}.conversations.>"
        stored = (await self.bus.jetstream.stream_info("EVENTS", subjects_filter=mine)).state.subjects or {}
        await eventually(lambda: len(self._told) >= sum(stored.values()), what="everything heard")

    async def told_states(self, message_id: str, count: int = 1) -> list[pb.Message]:
        """What was told of changes of a message, once it was so often."""

        def found() -> list[pb.Message]:
            told = [fact.message for fact in self.facts(events.MessageChanged)]
            return [message for message in told if message.id == message_id]

        await eventually(lambda: len(found()) >= count, what=f"{count} changes")
        return found()

    async def inbox(self, teammate: TeammateClaims | None = None, **wanted: Any) -> list[pb.Conversation]:
        """One page of the inbox."""
        return list((await self.page(teammate, **wanted)).conversations)

    async def page(self, teammate: TeammateClaims | None = None, **wanted: Any) -> pb.ListConversationsResponse:
        """The same with its token."""
        request = pb.ListConversationsRequest(**wanted)
        answer: pb.ListConversationsResponse = await self._stub.ListConversations(request, metadata=self.as_(teammate))
        return answer

    async def only(self, teammate: TeammateClaims | None = None) -> pb.Conversation:
        """The one conversation there is."""
        (found,) = await self.inbox(teammate)
        return found

    async def get(self, conversation_id: str, teammate: TeammateClaims | None = None) -> pb.Conversation:
        """One conversation."""
        request = pb.GetConversationRequest(conversation_id=conversation_id)
        answer = await self._stub.GetConversation(request, metadata=self.as_(teammate))
        found: pb.Conversation = answer.conversation
        return found

    async def thread(
        self, conversation_id: str, teammate: TeammateClaims | None = None, **wanted: Any
    ) -> pb.ListMessagesResponse:
        """One page of messages, newest first."""
        request = pb.ListMessagesRequest(conversation_id=conversation_id, **wanted)
        answer: pb.ListMessagesResponse = await self._stub.ListMessages(request, metadata=self.as_(teammate))
        return answer

    async def texts(self, conversation_id: str) -> list[str]:
        """What the thread says, oldest first."""
        return [message.text for message in (await self.thread(conversation_id)).messages][::-1]

    async def send(
        self, conversation_id: str, text: str = "hello", key: str = "", teammate: TeammateClaims | None = None
    ) -> pb.SendMessageResponse:
        """An answer."""
        request = pb.SendMessageRequest(
            conversation_id=conversation_id, type="text", text=text, idempotency_key=key or unique("key")
        )
        answer: pb.SendMessageResponse = await self._stub.SendMessage(request, metadata=self.as_(teammate))
        return answer

    async def send_more(self, conversation_id: str, kind: str, key: str = "", **fields: Any) -> pb.SendMessageResponse:
        """An answer of any kind. fields: of SendMessageRequest."""
        request = pb.SendMessageRequest(
            conversation_id=conversation_id, type=kind, idempotency_key=key or unique("key"), **fields
        )
        answer: pb.SendMessageResponse = await self._stub.SendMessage(request, metadata=self.as_())
        return answer

    async def ads(self, teammate: TeammateClaims | None = None) -> list[pb.AdSource]:
        """The newest ads."""
        answer = await self._stub.ListAdSources(pb.ListAdSourcesRequest(), metadata=self.as_(teammate))
        return list(answer.sources)

    async def retry(
        self,
        message: pb.Message,
        key: str = "",
        teammate: TeammateClaims | None = None,
        conversation_id: str = "",
        message_id: str = "",
    ) -> pb.Message:
        """A new attempt at a message. The ids stand in for the message's."""
        request = pb.RetryMessageRequest(
            conversation_id=conversation_id or message.conversation_id,
            message_id=message_id or message.id,
            idempotency_key=key or unique("key"),
        )
        answer = await self._stub.RetryMessage(request, metadata=self.as_(teammate))
        found: pb.Message = answer.message
        return found

    async def take_over(self, conversation_id: str, teammate: TeammateClaims | None = None) -> pb.Conversation:
        """Into the caller's processing list."""
        request = pb.TakeOverConversationRequest(conversation_id=conversation_id)
        answer = await self._stub.TakeOverConversation(request, metadata=self.as_(teammate))
        found: pb.Conversation = answer.conversation
        return found

    async def open(self, conversation_id: str, teammate: TeammateClaims | None = None) -> pb.Conversation:
        """Looks at it."""
        request = pb.OpenConversationRequest(conversation_id=conversation_id)
        answer = await self._stub.OpenConversation(request, metadata=self.as_(teammate))
        found: pb.Conversation = answer.conversation
        return found

    async def unread(self, teammate: TeammateClaims | None = None) -> int:
        """How many conversations are unread."""
        answer = await self._stub.CountUnread(pb.CountUnreadRequest(), metadata=self.as_(teammate))
        return int(answer.conversations)

    async def history(
        self, conversation_id: str, teammate: TeammateClaims | None = None, **wanted: Any
    ) -> pb.ListHistoryResponse:
        """One page of the history, newest first."""
        request = pb.ListHistoryRequest(conversation_id=conversation_id, **wanted)
        answer: pb.ListHistoryResponse = await self._stub.ListHistory(request, metadata=self.as_(teammate))
        return answer

    async def sql(self, statement: str, *args: object) -> list[Any]:
        """A statement as the superuser; $1 is the tenant."""
        return await self.stack.database.fetch(statement, self.id, *args)

    async def change(self, conversation_id: str, **columns: object) -> None:
        """Sets columns of a conversation that no RPC sets yet."""
        assignments = ", ".join(f"{name} = ${number}" for number, name in enumerate(columns, 3))
        statement = f"UPDATE conversations.conversations SET {assignments} WHERE tenant_id = $1 AND id = $2"
        await self.sql(statement, UUID(conversation_id), *columns.values())

    async def close_conversation(self, conversation_id: str) -> None:
        """As closing will do it: the conversation and its case."""
        await self.change(conversation_id, status="closed")
        statement = "UPDATE conversations.cases SET closed_at = now() WHERE tenant_id = $1 AND conversation_id = $2"
        await self.sql(statement, UUID(conversation_id))

    async def _hear(self, message: Msg) -> None:
        self._told.append(message)

    async def _stored(self, tenants: Iterator[UUID] | Sequence[UUID]) -> bool:
        wanted = list(tenants)
        rows = await self.stack.database.fetch(
            "SELECT count(DISTINCT tenant_id) AS n FROM conversations.messages WHERE tenant_id = ANY ($1)", wanted
        )
        return bool(rows[0]["n"] == len(wanted))


def outgoing(event: InboundEvent, lane: str = "live", msg_id: str = "") -> Outgoing:
    """An event as ingestion publishes it."""
    subject = subjects.inbound(lane, event.channel, partition_of_event(event))
    return Outgoing.of(subject, event, msg_id or event.dedup_key, UUID(event.tenant_id))


def attempt(message: pb.Message, state: str, of: int = 1, **fields: Any) -> delivery.AttemptChanged:
    """What delivery tells of an attempt at a message."""
    return delivery.AttemptChanged(
        tenant_id=message.tenant_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        attempt=of,
        state=state,
        **fields,
    )


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[FrontdeskError]]:
    """The call inside is refused with this code."""
    with pytest.raises(FrontdeskError) as error:
        yield error
    assert error.value.code == code, error.value


Stored = events.MessageStored
Changed = events.MessageChanged
RowChanged = events.ConversationChanged
Requested = events.DeliveryRequested
Seen = events.ContactSeen
MediaRequested = events.MediaRequested
MediaDropped = events.MediaDropped
Confirmed = events.AttemptConfirmed
ReadByStaff = events.ReadByStaff
