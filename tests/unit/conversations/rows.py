"""Rows to try the rules on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.clock.clock import FixedClock
from libs.clock.ids import new_id, time_of_id
from services.conversations.domain.changes import change_message
from services.conversations.domain.conversation import note_message
from services.conversations.domain.inbound import Applier, Effects
from services.conversations.domain.order import outbound_time, sort_key
from services.conversations.models import Conversation, Message
from tests.support.inbound import Customer

TENANT = UUID("01900000-0000-7000-8000-000000000001")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CUSTOMER = Customer(TENANT, alias="U1")


def conversation(**values: object) -> Conversation:
    """A contact's conversation in which nothing was written."""
    defaults = {
        "tenant_id": TENANT,
        "id": uuid4(),
        "contact_id": uuid4(),
        "account_id": CUSTOMER.account_id,
        "channel": "line",
        "contact_kind": "person",
        "created_at": NOW,
    }
    return Conversation(**{**defaults, **values})  # type: ignore[arg-type]


def outbound(row: Conversation, **values: object) -> Message:
    """An answer in it."""
    message_id = new_id(FixedClock(NOW))
    defaults = {
        "tenant_id": TENANT,
        "id": message_id,
        "stored_at": time_of_id(message_id),
        "conversation_id": row.id,
        "case_id": row.case_id,
        "direction": "outbound",
        "type": "text",
        "text": "answer",
        "sequence": row.last_sequence + 1,
        "sort_key": f"{int(NOW.timestamp() * 1000):014d}-{row.last_sequence + 1:013d}",
        "sent_at": NOW,
        "delivery_state": "queued",
    }
    return Message(**{**defaults, **values})  # type: ignore[arg-type]


class Desk:
    """One conversation and the clock it lives by."""

    def __init__(self, row: Conversation | None = None) -> None:
        self.row = row or conversation()
        self.clock = FixedClock(NOW)
        self.effects = Effects()

    def apply(self, *events: InboundEvent) -> Message | None:
        """Applies events one after another; the last one's message."""
        message = None
        for event in events:
            applier = Applier(self.row, self.effects, lambda: new_id(self.clock), self.clock.now())
            message = applier.apply(event, new_id(self.clock))
        return message

    def message(self, *events: InboundEvent) -> Message:
        """The same where the last one makes a message."""
        message = self.apply(*events)
        assert message is not None
        return message

    def change(self, message: Message, event: InboundEvent) -> bool:
        """Applies an edit or unsend to a message of the conversation."""
        return change_message(message, event, self.row)

    def answer(self, **values: object) -> Message:
        """Somebody answers."""
        sequence = self.row.last_sequence + 1
        key = sort_key(outbound_time(self.clock.now(), self.row.last_sort_key), sequence)
        message = outbound(self.row, **{"sequence": sequence, "sort_key": key, **values})
        note_message(self.row, message, self.clock.now())
        return message

    @property
    def history(self) -> list[str]:
        """What the history tells, oldest first."""
        return [entry.kind for entry in self.effects.history]


def after(seconds: float) -> datetime:
    """A moment this long after NOW."""
    return NOW + timedelta(seconds=seconds)
