"""LINE's own SDK reads every sample the way we do, where it reads it at all."""

from typing import Any

from linebot.v3.webhook import UnknownEvent
from linebot.v3.webhooks import Event

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from tests.contract.line.payloads import body_of, expected, outcomes_of, sample_events

# The models insist on these; old samples lack them.
_SINCE_ADDED = {
    "mode": "active",
    "webhookEventId": "01KA0000000000000000000000",
    "deliveryContext": {"isRedelivery": False},
}


def read_by_sdk(event: dict[str, Any]) -> Any:
    """The SDK's model of an event; None for a kind it does not know or a sample it finds incomplete."""
    try:
        model = Event.from_dict(_SINCE_ADDED | event)
    except ValueError:
        return None
    return None if isinstance(model, UnknownEvent) else model


def test_sdk_and_we_read_the_same() -> None:
    compared = 0
    for key, row in expected().items():
        event = sample_events()[key]
        (ours,) = outcomes_of(body_of([event]))
        theirs = read_by_sdk(event)
        if isinstance(ours, InboundEvent) and theirs is not None:
            compare(ours, theirs)
            compared += 1
        else:
            assert row.outcome == "parked" or theirs is None
    assert compared > 100, "comparing nothing would prove nothing"


def compare(ours: InboundEvent, theirs: Any) -> None:
    """Source, envelope and message, field by field."""
    source = getattr(theirs, "source", None)
    if source is not None:
        ids = [getattr(source, name, None) for name in ("group_id", "room_id", "user_id")]
        assert ours.contact.aliases[0].value == next(identifier for identifier in ids if identifier)
    assert ours.redelivery == theirs.delivery_context.is_redelivery
    assert ours.standby == (theirs.mode.value == "standby")
    if theirs.type == "message" and ours.message.type != "unsupported":
        message = theirs.message
        assert (ours.message.provider_message_id, ours.message.type) == (message.id, message.type)
        assert ours.message.text == (getattr(message, "text", None) or "")
        # The SDK's audio has no quote token, though a sample does.
        assert ours.message.quote_token == (getattr(message, "quote_token", None) or "") or message.type == "audio"
