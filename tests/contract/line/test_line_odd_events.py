"""One odd event parks itself alone, and an odd ornament hides no message."""

import json
from datetime import timedelta
from typing import Any

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.events import Parked, RawEvent
from libs.channels.line.inbound import KINDS
from tests.contract.line.events import GOOD, spoilt
from tests.contract.line.payloads import ACCOUNT, LINE, RECEIVED_AT, body_of, outcomes_of

# How to spoil GOOD: replaced field (dotted) → value; None removes it.
ODD: list[tuple[str, Any, str]] = [
    ("type", None, "unreadable"),
    ("type", 7, "unreadable"),
    ("type", "greatNewFeature", "unknown_event_type"),
    ("source", None, "unreadable"),
    ("source", "U1", "unreadable"),
    ("source.userId", None, "unreadable"),
    ("source.userId", "", "unreadable"),
    ("source.userId", "\x00", "unreadable"),
    ("source.type", "square", "unreadable"),
    ("message", None, "unreadable"),
    ("message", [], "unreadable"),
    ("message.id", None, "unreadable"),
    ("message.id", 10**30, "unreadable"),
    ("message.type", None, "unreadable"),
    ("message.text", None, "unreadable"),
    ("message.text", {"a": 1}, "unreadable"),
]
# Ornaments of the wrong type hide no message.
ORNAMENTS: list[tuple[str, Any]] = [
    ("timestamp", None),
    ("timestamp", "yesterday"),
    ("timestamp", -1),
    ("timestamp", True),
    ("timestamp", 1.5e300),
    ("timestamp", 10**20),
    ("timestamp", 1_515_686_400_000_000),
    ("deliveryContext", "yes"),
    ("mode", 5),
    ("webhookEventId", ["x"]),
    ("replyToken", 10**400),
    ("message.quoteToken", {}),
    ("message.emojis", {"index": 0}),
    ("message.emojis", [None, {"index": 10**30, "length": 10**30}, {"index": -1, "length": 1}]),
    ("message.mention", []),
    ("message.mention", {"mentionees": [{"index": 0, "length": 99}, "x"]}),
]


@pytest.mark.parametrize(("path", "value", "reason"), ODD)
def test_odd_event_parks_itself_alone(path: str, value: Any, reason: str) -> None:
    before, odd, after = outcomes_of(body_of([GOOD, spoilt(path, value), GOOD]))
    assert isinstance(before, InboundEvent)
    assert isinstance(after, InboundEvent)
    assert isinstance(odd, Parked)
    assert odd.reason == reason
    assert json.loads(odd.raw) == spoilt(path, value)


@pytest.mark.parametrize(("path", "value"), ORNAMENTS)
def test_wrong_ornament_hides_no_message(path: str, value: Any) -> None:
    (outcome,) = outcomes_of(body_of([spoilt(path, value)]))
    assert isinstance(outcome, InboundEvent)
    assert (outcome.message.provider_message_id, outcome.message.text) == ("9001", "hi")
    assert not outcome.message.entities
    if path == "timestamp":
        assert outcome.occurred_at == outcome.received_at


def test_number_beyond_every_limit_and_endless_nesting_spoil_only_their_event() -> None:
    good = json.dumps(GOOD).encode()
    digits = good.replace(b"1795000000000", b"9" * 6000)
    deep = b'{"type": "message", "x": ' + b'[{"\\"]": ' * 100_000 + b"1" + b"}]" * 100_000 + b"}"
    first, nested, huge, last = outcomes_of(b'{"events": [%s, %s, %s, %s]}' % (good, deep, digits, good))
    assert isinstance(first, InboundEvent)
    assert isinstance(last, InboundEvent)
    assert isinstance(nested, Parked)
    assert (nested.detail, nested.raw) == ("nested too deeply", deep)
    assert isinstance(huge, InboundEvent)
    assert huge.occurred_at == huge.received_at
    assert huge.raw == digits


def test_plausible_time_is_the_platforms() -> None:
    late = int((RECEIVED_AT + timedelta(hours=23)).timestamp() * 1000)
    (outcome,) = outcomes_of(body_of([spoilt("timestamp", late)]))
    assert isinstance(outcome, InboundEvent)
    assert outcome.occurred_at.ToMilliseconds() == late


def test_nul_and_lone_surrogates_are_removed_and_offsets_follow() -> None:
    event = spoilt("message.text", "a\x00😀\ud83d@Bo(love)")
    event["message"]["mention"] = {"mentionees": [{"index": 5, "length": 3, "userId": "U\x002", "isSelf": True}]}
    event["message"]["emojis"] = [{"index": 8, "length": 6, "productId": "p", "emojiId": "1"}]
    (outcome,) = outcomes_of(json.dumps({"events": [event]}).encode())
    assert isinstance(outcome, InboundEvent)
    text = outcome.message.text
    assert text == "a😀@Bo(love)"
    mention, emoji = outcome.message.entities
    assert text[mention.offset :][: mention.length] == "@Bo"
    assert (mention.value, mention.is_self) == ("U2", True)
    assert text[emoji.offset :][: emoji.length] == "(love)"


def test_mistake_in_a_reader_parks_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "message", KINDS["postback"].__class__("message", lambda event, token: 1 / 0))
    outcome = LINE.normalise(RawEvent(GOOD, b"{}"), ACCOUNT, RECEIVED_AT)
    assert isinstance(outcome, Parked)
    assert (outcome.reason, outcome.raw) == ("reader_failed", b"{}")
