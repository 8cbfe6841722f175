"""One odd event parks itself alone, and an odd ornament hides no message."""

import json
from typing import Any

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.events import Parked, RawEvent
from libs.channels.meta.messaging.inbound import KINDS
from tests.contract.messaging.samples import RECEIVED_AT, entry, samples

GOOD: dict[str, Any] = {
    "sender": {"id": "C1"},
    "recipient": {"id": "P1"},
    "timestamp": 1_795_000_000_000,
    "message": {"mid": "m_1", "text": "hi"},
}
ODD: list[tuple[Any, str]] = [
    ({}, "unknown_event_type"),
    ({"message": {"mid": "m"}}, "unreadable"),
    (GOOD | {"sender": {}}, "unreadable"),
    (GOOD | {"sender": "C1"}, "unreadable"),
    (GOOD | {"sender": {"id": 1.5}}, "unreadable"),
    (GOOD | {"sender": {"id": "\x00"}}, "unreadable"),
    (GOOD | {"message": None}, "unreadable"),
    (GOOD | {"message": "hi"}, "unreadable"),
    (GOOD | {"message": {"is_deleted": True}}, "unreadable"),
    ({name: value for name, value in GOOD.items() if name != "message"} | {"great_feature": {}}, "unknown_event_type"),
    ({"sender": {"id": "C1"}, "reaction": {"action": "react"}}, "unreadable"),
    ({"sender": {"id": "C1"}, "message_edit": {"text": "x"}}, "unreadable"),
    ({"sender": {"id": "C1"}, "delivery": {"mids": "m"}}, "unreadable"),
    ({"sender": {"id": "C1"}, "read": {}}, "unreadable"),
    ({"sender": {"id": "C1"}, "referral": {}}, "unreadable"),
    (None, "not_an_object"),
    ([], "not_an_object"),
]
ORNAMENTS: list[tuple[str, Any]] = [
    ("timestamp", None),
    ("timestamp", "yesterday"),
    ("timestamp", "2026-11-21T24:61:00"),
    ("timestamp", -1),
    ("timestamp", True),
    ("timestamp", 1e300),
    ("timestamp", 10**30),
    ("timestamp", "9" * 30),
    ("message.attachments", {"type": "image"}),
    ("message.attachments", [None, 5, {"type": 5}, {"type": "image", "payload": []}]),
    ("message.attachments", [{"type": "template", "payload": {"elements": [None, {"buttons": {}}]}}]),
    ("message.attachments", [{"type": "file", "payload": {"url": 5}}]),
    ("message.reply_to", "m_0"),
    ("message.reply_to", {"mid": {}, "story": []}),
    ("message.quick_reply", []),
    ("message.referral", {"source": 5, "ads_context_data": "x", "product": []}),
    ("message.sticker_id", {}),
    ("message.is_echo", "true"),
    ("message.is_deleted", 1),
]


@pytest.mark.parametrize(("odd", "reason"), ODD, ids=range(len(ODD)))
def test_odd_event_parks_itself_alone(odd: Any, reason: str) -> None:
    before, parked, after = samples("messenger").outcomes([entry(GOOD, odd, GOOD)])
    assert isinstance(before, InboundEvent)
    assert isinstance(after, InboundEvent)
    assert isinstance(parked, Parked)
    assert parked.reason == reason
    assert json.loads(parked.raw) == entry(odd)


@pytest.mark.parametrize(("path", "value"), ORNAMENTS, ids=range(len(ORNAMENTS)))
def test_wrong_ornament_hides_no_message(path: str, value: Any) -> None:
    event = json.loads(json.dumps(GOOD))
    section, _, name = path.rpartition(".")
    (event[section] if section else event)[name] = value
    (outcome,) = samples("instagram").outcomes([entry(event)])
    assert isinstance(outcome, InboundEvent)
    assert (outcome.message.provider_message_id, outcome.message.text) == ("m_1", "hi")
    if path == "timestamp":
        assert outcome.occurred_at.ToMilliseconds() == entry()["time"]


def test_time_nobody_can_believe_is_the_arrival() -> None:
    (outcome,) = samples("messenger").outcomes([entry(GOOD | {"timestamp": 5}, time="soon")])
    assert isinstance(outcome, InboundEvent)
    assert outcome.occurred_at == outcome.received_at


@pytest.mark.parametrize("moment", [2_795_000_000_000, 10**30, 1e300], ids=["later", "huge", "float"])
def test_nobody_has_read_yet_what_will_be_sent(moment: float) -> None:
    receipt = {"sender": {"id": "C1"}, "read": {"watermark": moment, "mid": "m_1"}}
    (outcome,) = samples("messenger").outcomes([entry(receipt)])
    assert isinstance(outcome, InboundEvent)
    assert outcome.receipt.watermark_ms in (0, outcome.received_at.ToMilliseconds())
    assert list(outcome.receipt.provider_message_ids) == ["m_1"]


def test_nul_and_lone_surrogates_are_removed() -> None:
    (outcome,) = samples("messenger").outcomes([entry(GOOD | {"message": {"mid": "m\x00", "text": "a\x00\ud83d訊"}})])
    assert isinstance(outcome, InboundEvent)
    assert (outcome.message.provider_message_id, outcome.message.text) == ("m", "a訊")


def test_mistake_in_a_reader_parks_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(element: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(KINDS, "message", fail)
    chosen = samples("messenger")
    outcome = chosen.channel.normalise(RawEvent(entry(GOOD), b"{}", "P1"), chosen.account, RECEIVED_AT)
    assert isinstance(outcome, Parked)
    assert (outcome.reason, outcome.raw) == ("reader_failed", b"{}")
