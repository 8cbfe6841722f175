"""Bodies: what is no batch is refused, what is one is taken apart by numbers and people."""

import json

import pytest

from libs.channels.events import MalformedBody
from tests.contract.whatsapp.events import BO, GOOD, NUMBER, STATUS, aliases, body_of, value_of
from tests.contract.whatsapp.payloads import WHATSAPP, outcomes_of

OTHER = {"display_phone_number": "15550000000", "phone_number_id": "777"}
MAY = {"profile": {"name": "May"}, "wa_id": "886900000002", "user_id": "TW.2"}


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
        (b'{"entry": null, "object": "page"}', "no_entry"),
        (b'{"entry": []} x', "not_json"),
        (b'{"entry": [1,]}', "not_json"),
        (b'{"entry": [{}', "not_json"),
        (b'{"entry": [' + b"[" * 100_000, "not_json"),
        (b'{"entry": [' + b"{}," * 100_000 + b"]}", "too_many_items"),
    ],
)
def test_body_that_is_no_batch_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedBody) as refused:
        WHATSAPP.split(body)
    assert refused.value.reason == reason


@pytest.mark.parametrize("body", [b'{"object":"whatsapp_business_account","entry":[]}', b' \n{"entry":[ ]}\n'])
def test_body_without_entries_has_no_events(body: bytes) -> None:
    assert WHATSAPP.split(body) == []


def test_one_call_for_many_numbers() -> None:
    events = WHATSAPP.split(body_of(value_of(messages=[GOOD]), value_of(OTHER, statuses=[STATUS, STATUS])))
    assert [event.recipient for event in events] == ["106540352242922", "777", "777"]
    assert [WHATSAPP.restore(event.raw) for event in events] == events


@pytest.mark.promise(1)
def test_two_statuses_and_a_message_in_one_value() -> None:
    failed = STATUS | {"id": "wamid.8", "status": "failed", "errors": [{"code": 131026, "title": "Undeliverable"}]}
    body = body_of(value_of(contacts=[BO], messages=[GOOD], statuses=[STATUS, failed]))
    message, sent, lost = outcomes_of(body)
    assert message.message.text == "hi"
    assert (sent.receipt.state, sent.receipt.provider_message_ids) == ("sent", ["wamid.9"])
    assert (lost.receipt.failure_code, lost.receipt.failure_detail) == ("blocked", "Undeliverable (131026)")
    assert len({message.dedup_key, sent.dedup_key, lost.dedup_key}) == 3


def test_everybody_has_the_contact_that_belongs_to_them() -> None:
    theirs = GOOD | {"from": "886900000002", "from_user_id": "TW.2", "id": "wamid.2"}
    hidden = {name: value for name, value in theirs.items() if name != "from"} | {"id": "wamid.3"}
    unknown = GOOD | {"from": "886900000003", "from_user_id": "TW.3", "id": "wamid.4"}
    outcomes = outcomes_of(body_of(value_of(contacts=[MAY, BO], messages=[GOOD, theirs, hidden, unknown])))
    assert [outcome.contact.display_name for outcome in outcomes] == ["Bo", "May", "May", ""]
    assert aliases(outcomes[2]) == [("whatsapp_user", "TW.2"), ("whatsapp_phone", "886900000002")]


def test_the_only_contact_is_the_only_person_although_its_number_is_written_differently() -> None:
    mexican = {"profile": {"name": "Ana"}, "wa_id": "5215550001", "user_id": "MX.1"}
    own = {"from": "525550001", "id": "wamid.5", "timestamp": "1795000000", "type": "text", "text": {"body": "hola"}}
    (outcome,) = outcomes_of(body_of(value_of(contacts=[mexican], messages=[own])))
    assert aliases(outcome) == [("whatsapp_user", "MX.1"), ("whatsapp_phone", "525550001")]
    assert outcome.contact.display_name == "Ana"


@pytest.mark.promise(1)
def test_a_thousand_updates_for_many_numbers_with_one_bad_among_them() -> None:
    values = [
        value_of(NUMBER | {"phone_number_id": str(number % 7)}, messages=[GOOD | {"id": f"wamid.{number}"}])
        for number in range(1_000)
    ]
    values[500]["messages"] = ["odd"]
    events = WHATSAPP.split(body_of(*values))
    assert [event.recipient for event in events] == [str(number % 7) for number in range(1_000)]
    outcomes = outcomes_of(body_of(*values))
    assert [getattr(outcome, "reason", "") for outcome in outcomes] == [""] * 500 + ["unreadable"] + [""] * 499


def test_endless_nesting_spoils_only_its_message() -> None:
    deep = '{"id": "x", "y": ' + "[" * 100_000 + "]" * 100_000 + "}"
    good = json.dumps(GOOD)
    body = '{"entry":[{"changes":[{"value":{"messages":[' + ", ".join((good, deep, good)) + "]}}]}]}"
    first, odd, last = outcomes_of(body.encode())
    assert (first.message.text, last.message.text) == ("hi", "hi")
    assert (odd.reason, odd.detail) == ("not_an_object", "nested too deeply")
    assert WHATSAPP.restore(odd.raw).problem == "nested too deeply"


@pytest.mark.parametrize("place", ["object", "id", "field", "metadata"])
def test_what_surrounds_many_events_is_not_repeated_for_each(place: str) -> None:
    big = "x" * 100_000
    value = value_of(messages=[GOOD] * 1_000)
    body = json.loads(body_of(value))
    target = {"object": body, "id": body["entry"][0], "field": body["entry"][0]["changes"][0]}.get(place, value)
    target[place] = {"phone_number_id": big} if place == "metadata" else big
    if place == "metadata":
        body["entry"][0]["changes"][0]["value"] = value
    text = json.dumps(body).encode()
    assert sum(len(event.raw) for event in WHATSAPP.split(text)) <= len(text)
