"""The key of an event: the same for every delivery of it, another for everything else."""

from typing import Any

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from tests.contract.messaging.samples import entry, samples

HEAD: dict[str, Any] = {"sender": {"id": "C1"}, "recipient": {"id": "P1"}, "timestamp": 1_795_000_000_000}
MESSAGE = HEAD | {"message": {"mid": "m_1", "text": "hi"}}
ECHO = {"sender": {"id": "P1"}, "recipient": {"id": "C1"}, "message": {"mid": "m_1", "is_echo": True, "text": "hi"}}
UNSEND = HEAD | {"message": {"mid": "m_1", "is_deleted": True}}
EDIT = HEAD | {"message_edit": {"mid": "m_1", "text": "ho", "num_edit": 1}}
REACTION = HEAD | {"reaction": {"mid": "m_1", "action": "react", "emoji": "❤"}}
POSTBACK = HEAD | {"postback": {"payload": "GO"}}
READ = HEAD | {"read": {"watermark": 1_795_000_000_000, "seq": 5}}
REFERRAL = HEAD | {"referral": {"ref": "a", "source": "SHORTLINK"}}
EVENTS = [MESSAGE, ECHO, UNSEND, EDIT, REACTION, POSTBACK, READ, REFERRAL]
NAMES = ["message", "echo", "unsend", "edit", "reaction", "postback", "read", "referral"]


def key_of(event: dict[str, Any], **head: Any) -> str:
    """The dedup key an event gets."""
    (outcome,) = samples("messenger").outcomes([entry(event, **head)])
    assert isinstance(outcome, InboundEvent)
    return outcome.dedup_key


@pytest.mark.promise(2)
@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_event_has_one_key_whatever_brings_it(event: dict[str, Any]) -> None:
    key = key_of(event)
    assert key_of(event, time=1_795_000_060_000) == key
    assert key_of(event, listed="standby") == key
    assert key_of({"field": "messages", "value": event}, listed="changes") == key


@pytest.mark.promise(2)
def test_message_goes_by_its_own_id() -> None:
    assert key_of(MESSAGE) == key_of(MESSAGE | {"timestamp": 5}) == "demo-facebook:message:m_1"
    assert key_of(ECHO) == key_of(ECHO | {"timestamp": 5}) == "demo-facebook:echo:m_1"


def test_what_carries_the_same_message_id_is_told_apart() -> None:
    later: dict[str, Any] = {"timestamp": 1_795_000_000_001}
    others = [EDIT | {"message_edit": EDIT["message_edit"] | {"num_edit": 2}}, REACTION | later, POSTBACK | later]
    taken_back = REACTION | {"reaction": REACTION["reaction"] | {"action": "unreact"}}
    assert len({key_of(event) for event in [*EVENTS, *others, taken_back]}) == len(EVENTS) + 4


@pytest.mark.parametrize("change", [{"timestamp": 1}, {"sender": {"id": "C2"}}, {"postback": {"payload": "STOP"}}])
def test_events_without_id_differ_by_time_sender_and_content(change: dict[str, Any]) -> None:
    assert key_of(POSTBACK | change) != key_of(POSTBACK)


def test_number_of_the_delivery_does_not_count() -> None:
    assert key_of(READ | {"read": READ["read"] | {"seq": 6}}) == key_of(READ)


def test_message_without_an_id_goes_by_its_content() -> None:
    bare = HEAD | {"message": {"text": "hi"}}
    assert key_of(bare) == key_of(bare)
    assert key_of(bare) != key_of(bare | {"timestamp": 1_795_000_000_001})


@pytest.mark.parametrize(
    "odd_id", ["x" * 5000, "a\r\nNats-Msg-Id: b", "訊息", " ", 5], ids=["long", "break", "cjk", "blank", "number"]
)
def test_key_is_fit_for_a_header(odd_id: Any) -> None:
    key = key_of(HEAD | {"message": {"mid": odd_id, "text": "hi"}})
    assert key.isascii()
    assert key.isprintable()
    assert len(key) < 200
