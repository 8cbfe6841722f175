"""One odd event parks itself alone, an odd ornament hides no message, and a message is never hidden."""

import json
from datetime import timedelta
from typing import Any

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.events import Parked, RawEvent
from libs.channels.whatsapp import inbound
from tests.contract.whatsapp.events import GOOD, STATUS, body_of, changed, value_of
from tests.contract.whatsapp.payloads import ACCOUNT, RECEIVED_AT, WHATSAPP, outcomes_of

# How to spoil a message: replaced field (dotted) → value; None removes it.
ODD: list[tuple[str, Any]] = [
    ("type", None),
    ("type", 7),
    ("type", "edit"),
    ("type", "revoke"),
    ("type", "reaction"),
    ("type", "system"),
]
ORNAMENTS: list[tuple[str, Any]] = [
    ("timestamp", None),
    ("timestamp", "yesterday"),
    ("timestamp", -1),
    ("timestamp", True),
    ("timestamp", 10**20),
    ("timestamp", "9" * 400),
    ("context", "yes"),
    ("context", {"id": 7, "forwarded": "yes", "referred_product": []}),
    ("referral", []),
    ("errors", {"code": 1}),
    ("from_user_id", 10**400),
]
# Types with a part that cannot be read: the customer did write.
HALF: list[dict[str, Any]] = [
    {"type": "text"},
    {"type": "text", "text": {"body": 7}},
    {"type": "image", "image": []},
    {"type": "image", "image": {"caption": "no id"}},
    {"type": "location", "location": {"latitude": "north", "longitude": 1}},
    {"type": "location", "location": {"latitude": 91, "longitude": 1}},
    {"type": "contacts", "contacts": []},
    {"type": "button", "button": {"payload": "x"}},
    {"type": "interactive"},
    {"type": "interactive", "interactive": {"type": "button_reply"}},
    {"type": "interactive", "interactive": {"type": "new_thing", "new_thing": {}}},
    {"type": "order"},
    {"type": "unsupported", "errors": [{"code": 131060}]},
    {"type": "hologram", "hologram": {"x": 1}},
]


@pytest.mark.promise(1)
@pytest.mark.parametrize(("path", "value"), ODD)
def test_odd_event_parks_itself_alone(path: str, value: Any) -> None:
    spoilt = changed(GOOD, path, value)
    before, odd, after = outcomes_of(body_of(value_of(messages=[GOOD, spoilt, GOOD])))
    assert isinstance(before, InboundEvent)
    assert isinstance(after, InboundEvent)
    if value == "system":
        assert odd.reason == "unreadable"
    assert isinstance(odd, Parked)
    assert json.loads(odd.raw)["entry"][0]["changes"][0]["value"]["messages"] == [spoilt]


def test_message_of_nobody_is_parked() -> None:
    (odd,) = outcomes_of(body_of(value_of(messages=[changed(changed(GOOD, "from", None), "from_user_id", None)])))
    assert (odd.reason, odd.detail) == ("unreadable", "neither a number nor a user id says who this is")


@pytest.mark.parametrize(("path", "value"), ORNAMENTS)
def test_wrong_ornament_hides_no_message(path: str, value: Any) -> None:
    (outcome,) = outcomes_of(body_of(value_of(messages=[changed(GOOD, path, value)])))
    assert isinstance(outcome, InboundEvent)
    assert (outcome.message.provider_message_id, outcome.message.text) == ("wamid.1", "hi")
    assert not outcome.message.forwarded


@pytest.mark.parametrize("half", HALF, ids=lambda half: json.dumps(half)[:60])
def test_message_whose_content_cannot_be_read_is_still_a_message(half: dict[str, Any]) -> None:
    (outcome,) = outcomes_of(body_of(value_of(messages=[changed(GOOD, "text", None) | half])))
    assert isinstance(outcome, InboundEvent)
    assert (outcome.message.type, outcome.message.text) == ("unsupported", "")
    assert not outcome.message.attachments
    assert outcome.message.provider_message_id == "wamid.1"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (STATUS | {"status": "deleted"}, "unknown_status"),
        (changed(STATUS, "status", None), "unknown_status"),
        (changed(STATUS, "id", None), "unreadable"),
        (changed(changed(STATUS, "recipient_id", None), "recipient_user_id", None), "unreadable"),
    ],
)
def test_status_that_means_nothing_is_parked(status: dict[str, Any], reason: str) -> None:
    good, odd = outcomes_of(body_of(value_of(statuses=[STATUS, status])))
    assert isinstance(good, InboundEvent)
    assert odd.reason == reason


def test_change_of_an_unknown_kind_is_kept_whole() -> None:
    body = body_of(value_of(novelties=[{"a": 1}]), field="novelties")
    (odd,) = outcomes_of(body)
    assert (odd.reason, odd.detail) == ("unknown_field", "novelties")
    assert json.loads(odd.raw) == json.loads(body)


def test_plausible_time_is_the_platforms() -> None:
    late = int((RECEIVED_AT + timedelta(hours=23)).timestamp())
    (outcome,) = outcomes_of(body_of(value_of(messages=[changed(GOOD, "timestamp", str(late))])))
    assert outcome.occurred_at.ToMilliseconds() == late * 1000


def test_nul_and_lone_surrogates_are_removed() -> None:
    odd = changed(GOOD, "text.body", "a\x00😀\ud83d!")
    (outcome,) = outcomes_of(body_of(value_of(messages=[odd])))
    assert outcome.message.text == "a😀!"


def test_mistake_in_a_reader_parks_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = inbound.Kind("message", lambda event: 1 / 0, lambda event: "", None)
    monkeypatch.setitem(inbound.KINDS, ("messages", ""), broken)
    payload = {"kind": "messages", "item": {"type": "text"}}
    outcome = WHATSAPP.normalise(RawEvent(payload, b"{}"), ACCOUNT, RECEIVED_AT)
    assert isinstance(outcome, Parked)
    assert (outcome.reason, outcome.raw) == ("reader_failed", b"{}")
