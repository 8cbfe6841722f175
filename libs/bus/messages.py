"""What goes onto the bus and what comes back from it."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from google.protobuf.message import Message
from nats.aio.msg import Msg

from libs.bus.errors import BusError
from libs.bus.subjects import MSG_ID, TENANT, TYPE
from libs.observe.tracing import inject

AnyMessage = TypeVar("AnyMessage", bound=Message)

# Below the 1 MiB a broker takes by default, headers included.
MAX_PAYLOAD = 960 * 1024


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message ready to publish. key: messages of one key that are published together never overtake each other;
    "" for one that has no place."""

    subject: str
    payload: bytes
    headers: dict[str, str]
    key: str = ""

    @classmethod
    def of(cls, subject: str, message: Message, msg_id: str, tenant_id: UUID | None) -> "Outgoing":
        """A protobuf message under a message id, which the stream stores once within its duplicate window. Carries
        the current trace."""
        headers = {MSG_ID: msg_id, TYPE: message.DESCRIPTOR.full_name}
        if tenant_id is not None:
            headers[TENANT] = str(tenant_id)
        inject(headers)
        return cls(subject, message.SerializeToString(), headers)

    def size(self) -> int:
        """Bytes as the broker counts them: payload and headers (at most; what it counts is a little less)."""
        return len(self.payload) + sum(4 * len(name) + 4 * len(value) + 4 for name, value in self.headers.items()) + 12


@dataclass(frozen=True, slots=True)
class Ack:
    """The stream's word that it has the message. duplicate: it already had it under the same message id."""

    stream: str
    sequence: int
    duplicate: bool


Outcome = Ack | BusError


class Delivered:
    """One message a consumer got. tries: deliveries so far, this one included."""

    __slots__ = ("headers", "payload", "pending", "reply", "sequence", "settled", "subject", "tries")

    def __init__(self, message: Msg) -> None:
        self.subject = message.subject
        self.payload = message.data
        self.headers = message.headers or {}
        self.reply = message.reply
        self.settled = False
        # $JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<tries>.<sequence>.<consumer sequence>.<time>.<pending>
        parts = message.reply.split(".")
        first = 2 if len(parts) == 9 else 4
        self.tries = int(parts[first + 2])
        self.sequence = int(parts[first + 3])
        self.pending = int(parts[first + 6])

    @property
    def msg_id(self) -> str:
        """The id it was published under; "" without one."""
        return self.headers.get(MSG_ID, "")

    @property
    def type_name(self) -> str:
        """Full name of the protobuf message inside; "" when its publisher did not say."""
        return self.headers.get(TYPE, "")

    @property
    def tenant_id(self) -> UUID | None:
        """Whose it is; None for a message of no tenant."""
        tenant = self.headers.get(TENANT)
        return UUID(tenant) if tenant else None

    def parse(self, kind: type[AnyMessage]) -> AnyMessage:
        """The protobuf message inside; google.protobuf.message.DecodeError when it is none."""
        message = kind()
        message.ParseFromString(self.payload)
        return message
