"""Bodies that are no batch are refused with a reason; events are cut out of any body that is one."""

import json

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.events import MalformedBody, Parked
from tests.contract.messaging.samples import samples

CHOSEN = samples("messenger")
CHANNEL = CHOSEN.channel
ITEM = (
    b'{"sender": {"id": "1"}, "recipient":{"id":"P1"} ,"timestamp":1795000000000,'
    b'"message":{"mid":"m","text":"\\u00e4"}}'
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"hello", "not_json"),
        (b"\xff\xfe{}", "not_utf8"),
        (b"[]", "not_an_object"),
        (b"7", "not_an_object"),
        (b"{}", "no_entry"),
        (b'{"entry": {}}', "no_entry"),
        (b'{"entry": null}', "no_entry"),
        (b'{"entry": []} x', "not_json"),
        (b'{"entry": [{"messaging": [1,]}]}', "not_json"),
        (b'{"entry": [{"messaging": [{}', "not_json"),
        (b'{"entry": [' + b"[" * 100_000, "not_json"),
        (b'{"entry": [{"messaging": [' + b"{}," * 10_000 + b"{}]}]}", "too_many_items"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_body_that_is_no_batch_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedBody) as refused:
        CHANNEL.split(body)
    assert refused.value.reason == reason


@pytest.mark.parametrize("raw", [b'{"messaging":[{},{}]}', b'{"messaging":[]}'])
def test_bytes_that_are_not_one_event_are_not_restored(raw: bytes) -> None:
    with pytest.raises(MalformedBody):
        CHANNEL.restore(raw)


@pytest.mark.parametrize("body", [b'{"entry": []}', b'{"object":"page","entry":[{"id":"1","time":1,"messaging":[]}]}'])
def test_empty_batch_has_no_events(body: bytes) -> None:
    assert CHANNEL.split(body) == []


def test_event_carries_the_head_of_its_entry_and_its_own_exact_text() -> None:
    (event,) = CHANNEL.split(b'{"entry":[{"time": 1795000000500, "messaging" : [ ' + ITEM + b' ],"x":1,"id":"P1"}]}')
    assert event.raw == b'{"id":"P1","time":1795000000500,"messaging":[' + ITEM + b"]}"
    assert event.recipient == "P1"
    assert CHANNEL.restore(event.raw) == event
    outcome = CHOSEN.outcome(event)
    assert isinstance(outcome, InboundEvent)
    assert (outcome.raw, outcome.message.text) == (event.raw, "ä")


def test_one_entry_may_hold_all_lists() -> None:
    change = b'{"field":"feed","value":{}}'
    lists = b'"changes":[%s],"standby":[%s],"messaging":[%s]' % (change, ITEM, ITEM.replace(b'"m"', b'"n"'))
    events = CHANNEL.split(b'{"entry":[{"id":"P1",%s}]}' % lists)
    first, second, third = (CHOSEN.outcome(event) for event in events)
    assert isinstance(first, InboundEvent)
    assert isinstance(second, InboundEvent)
    assert isinstance(third, Parked)
    assert (first.message.provider_message_id, first.standby) == ("n", False)
    assert (second.message.provider_message_id, second.standby) == ("m", True)
    assert all(CHANNEL.restore(event.raw) == event for event in events)


@pytest.mark.parametrize(
    ("head", "side", "recipient"),
    [("", "recipient", "P1"), ('"id": 0,', "recipient", "P1"), ('"id": 17,', "recipient", "17"), ("", "echo", "1")],
    ids=["none", "no_id", "number", "echo"],
)
def test_account_of_an_entry_that_does_not_name_it(head: str, side: str, recipient: str) -> None:
    item = ITEM.decode() if side == "recipient" else ITEM.decode().replace('"mid"', '"is_echo":true,"mid"')
    (event,) = CHANNEL.split(f'{{"entry":[{{{head}"messaging":[{item}]}}]}}'.encode())
    assert event.recipient == recipient


def test_endless_nesting_spoils_only_its_event() -> None:
    deep = b'{"message": ' + b'[{"\\"]": ' * 100_000 + b"1" + b"}]" * 100_000 + b"}"
    events = CHANNEL.split(b'{"entry":[{"id":"P1","messaging":[%s,%s]}]}' % (deep, ITEM))
    nested, good = (CHOSEN.outcome(event) for event in events)
    assert isinstance(nested, Parked)
    assert (nested.detail, nested.raw) == ("nested too deeply", b'{"id":"P1","messaging":[' + deep + b"]}")
    assert isinstance(good, InboundEvent)
    assert CHANNEL.restore(nested.raw) == events[0]


def test_entry_that_is_the_event_itself() -> None:
    """Instagram's documentation shows comments so."""
    entry = {"id": "P1", "time": 1, "field": "comments", "value": {"id": "9", "text": "\x00"}}
    (event,) = CHANNEL.split(json.dumps({"entry": [entry]}).encode())
    outcome = CHOSEN.outcome(event)
    assert isinstance(outcome, Parked)
    assert (outcome.reason, event.recipient, json.loads(event.raw)) == ("not_a_conversation", "P1", entry)
    assert CHANNEL.restore(event.raw) == event
