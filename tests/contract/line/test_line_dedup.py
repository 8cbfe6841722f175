"""The key of an event: the same for every delivery of it, another for everything else."""

import json
from typing import Any

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from tests.contract.line.events import GOOD
from tests.contract.line.payloads import RECEIVED_AT, body_of, outcomes_of

UNSEND = GOOD | {"type": "unsend", "unsend": {"messageId": "9001"}, "webhookEventId": "01KA0000000000000000000001"}
EDIT = GOOD | {"type": "messageEdited", "webhookEventId": "01KA0000000000000000000002"}
POSTBACK = GOOD | {"type": "postback", "postback": {"data": "buy=1"}}
REDELIVERED = {"deliveryContext": {"isRedelivery": True}, "replyToken": "another"}


def key_of(event: dict[str, Any]) -> str:
    """The dedup key an event gets."""
    (outcome,) = outcomes_of(body_of([event]))
    assert isinstance(outcome, InboundEvent)
    return outcome.dedup_key


def without_id(event: dict[str, Any]) -> dict[str, Any]:
    """An event of the time before webhookEventId."""
    return {name: value for name, value in event.items() if name != "webhookEventId"}


@pytest.mark.promise(2)
@pytest.mark.parametrize("event", [GOOD, UNSEND, EDIT, POSTBACK, without_id(POSTBACK), without_id(EDIT)])
def test_redelivery_has_the_same_key(event: dict[str, Any]) -> None:
    assert key_of(event | REDELIVERED) == key_of(event)


@pytest.mark.promise(2)
def test_message_goes_by_its_own_id_whatever_brings_it() -> None:
    other_envelope = GOOD | REDELIVERED | {"webhookEventId": "01KB", "timestamp": 5, "mode": "standby"}
    assert key_of(other_envelope) == key_of(without_id(GOOD)) == "demo-line:message:9001"


def test_taking_back_and_editing_a_message_are_events_of_their_own() -> None:
    second_edit = EDIT | {"webhookEventId": "01KA0000000000000000000003"}
    assert len({key_of(event) for event in (GOOD, UNSEND, EDIT, second_edit, POSTBACK)}) == 5


@pytest.mark.parametrize("change", [{"timestamp": 1}, {"source": {"type": "user", "userId": "U2"}}, {"type": "follow"}])
def test_events_without_id_differ_by_type_time_and_source(change: dict[str, Any]) -> None:
    assert key_of(without_id(POSTBACK) | change) != key_of(without_id(POSTBACK))


@pytest.mark.parametrize("odd_id", ["x" * 5000, "a\r\nNats-Msg-Id: b", "訊息", " "])
def test_key_is_fit_for_a_header(odd_id: str) -> None:
    key = key_of(GOOD | {"message": GOOD["message"] | {"id": odd_id}})
    assert key.isascii()
    assert key.isprintable()
    assert len(key) < 200


def test_envelope_carries_the_event_as_it_came() -> None:
    raw = json.dumps(GOOD, indent=1).replace("hi", "h\\u0069").encode()
    (outcome,) = outcomes_of(b'{"events":[ ' + raw + b" ]}")
    assert isinstance(outcome, InboundEvent)
    assert (outcome.raw, outcome.message.text) == (raw, "hi")
    assert outcome.received_at.ToDatetime(RECEIVED_AT.tzinfo) == RECEIVED_AT
