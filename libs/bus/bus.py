"""The bus: publish facts, and listen to them as they pass. consumer.py reads them from the streams."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from google.protobuf.message import Message
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from libs.bus.connection import Connection
from libs.bus.errors import BusError, StreamMismatchError
from libs.bus.messages import Ack, Outcome, Outgoing
from libs.bus.publisher import Publisher
from libs.bus.sender import Sender
from libs.bus.settings import BusSettings
from libs.bus.streams import ensure_streams
from libs.observe.log import get_logger

log = get_logger(__name__)

_STREAMS_PAUSE = 1.0
_API_SECONDS = 3.0

OnMessage = Callable[[Msg], Awaitable[None]]


class Bus:
    """One connection to NATS, shared by everything in the process that talks over it.

    url: one address or several, separated by commas; name: shown in the broker's monitoring; settings: what the streams
    shall be like. Without them missing streams are made, but none is changed: for guests, as the command line is.
    """

    def __init__(self, url: str, name: str = "frontdesk", settings: BusSettings | None = None) -> None:
        self.connection = Connection(url, name)
        self._settings = settings
        self._publisher = Publisher(Sender(self.connection, on_no_stream=self._recheck_streams))
        self._subscriptions: list[_Subscription] = []
        self._streams_problem = "the streams were not checked yet"
        self._checker: asyncio.Task[None] | None = None
        self.connection.on_up.append(self._prepare)

    async def connect(self, wait: float = 5.0) -> bool:
        """Connects, and keeps connecting until close(). False when there is no connection after wait seconds: a
        service can start all the same, its publishes raise BusUnavailableError until the broker is there."""
        return await self.connection.open(wait)

    async def close(self) -> None:
        """Lets running callbacks end, sends what is buffered, closes. Stop consumers first."""
        if self._checker is not None:
            self._checker.cancel()
        await self.connection.close()

    @property
    def jetstream(self) -> JetStreamContext:
        """JetStream's management API; BusUnavailableError while the broker is away."""
        return self.connection.client.jetstream(timeout=_API_SECONDS)

    def problem(self) -> str:
        """What is wrong with the bus, for readiness; "" when nothing is."""
        return self.connection.problem() or self._streams_problem

    async def publish(
        self,
        subject: str,
        message: Message,
        msg_id: str,
        tenant_id: UUID | None = None,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 - one timer per message is cheaper than a scope
    ) -> Ack:
        """Stores a protobuf message in the subject's stream, once for each msg_id within the duplicate window, and
        waits for the broker's word at most timeout seconds. Raises BusUnavailableError (unknown whether it was
        stored: publish again with the same id), PublishRejectedError or MessageTooLargeError (never will be)."""
        return await self._publisher.publish(Outgoing.of(subject, message, msg_id, tenant_id), timeout)

    async def publish_raw(self, message: Outgoing, *, timeout: float = 5.0) -> Ack:  # noqa: ASYNC109
        """publish() for a message that is already made."""
        return await self._publisher.publish(message, timeout)

    async def publish_many(
        self,
        messages: Sequence[Outgoing],
        *,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> list[Outcome]:
        """Publishes all of them, in order, waiting for the acknowledgements together. Answers for each with its Ack
        or the BusError that befell it; raises nothing of the kind itself."""
        return await self._publisher.publish_many(messages, timeout)

    async def subscribe(self, subject: str, handler: OnMessage) -> None:
        """Calls handler for each message as it passes, until close(); those of a time without connection are missed."""
        subscription = _Subscription(subject, handler)
        self._subscriptions.append(subscription)
        if not self.connection.problem():
            await subscription.open(self.connection.client)

    async def _prepare(self, client: Client) -> None:
        for subscription in self._subscriptions:
            await subscription.open(client)
        await self._check_streams()
        if self._streams_problem:
            self._recheck_streams()

    def _recheck_streams(self) -> None:
        """Some stream is not there: keeps trying in the background until all are."""
        if self._checker is None or self._checker.done():
            self._streams_problem = self._streams_problem or "a stream was missing"
            self._checker = asyncio.create_task(self._check_until_right())

    async def _check_until_right(self) -> None:
        while self._streams_problem:
            await asyncio.sleep(_STREAMS_PAUSE)
            await self._check_streams()

    async def _check_streams(self) -> None:
        try:
            await ensure_streams(self.jetstream, self._settings or BusSettings(), change=self._settings is not None)
            self._streams_problem = ""
        except (NatsError, BusError, TimeoutError) as error:
            # Publishing may well work; readiness tells that something is off.
            self._streams_problem = f"NATS streams are not as declared: {error}"
            level = "error" if isinstance(error, StreamMismatchError) else "warning"
            getattr(log, level)("cannot prepare the streams", error=str(error))


class _Subscription:
    """A core subscription that outlives connections."""

    def __init__(self, subject: str, handler: OnMessage) -> None:
        self._subject = subject
        self._handler = handler
        self._client: Client | None = None

    async def open(self, client: Client) -> None:
        """Subscribes on a client, once for each."""
        if self._client is not client:
            self._client = client
            await client.subscribe(self._subject, cb=self._handler)
