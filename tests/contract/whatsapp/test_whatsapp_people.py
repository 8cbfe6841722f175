"""Who it is: ids of the business, numbers, both, and what becomes of them."""

from typing import Any

import pytest

from libs.channels.partition import partition_of_event
from tests.contract.whatsapp.events import BO, GOOD, NUMBER, STATUS, aliases, changed, meaning_of

HIDDEN = changed(GOOD, "from", None)
OLD = changed(GOOD, "from_user_id", None)
ECHO = {"from": NUMBER["display_phone_number"], "to": "886900000001", "to_user_id": "TW.1"} | {
    name: GOOD[name] for name in ("id", "timestamp", "type", "text")
}


def system(**told: str) -> dict[str, Any]:
    """A message of WhatsApp's own."""
    return changed(GOOD, "text", None) | {"type": "system", "system": told}


def test_the_id_comes_first_and_the_number_where_it_is_shown() -> None:
    assert aliases(meaning_of(messages=[GOOD])) == [("whatsapp_user", "TW.1"), ("whatsapp_phone", "886900000001")]
    assert aliases(meaning_of(messages=[HIDDEN])) == [("whatsapp_user", "TW.1")]
    assert aliases(meaning_of(messages=[OLD])) == [("whatsapp_phone", "886900000001")]


def test_envelope_completes_what_the_message_leaves_out() -> None:
    event = meaning_of(messages=[OLD], contacts=[BO | {"parent_user_id": "TW.ENT.1"}])
    assert aliases(event) == [
        ("whatsapp_user", "TW.1"),
        ("whatsapp_user", "TW.ENT.1"),
        ("whatsapp_phone", "886900000001"),
    ]
    assert (event.contact.display_name, event.contact.phone) == ("Bo", "+886900000001")


def test_user_name_stands_in_for_a_name() -> None:
    nameless = BO | {"profile": {"username": "bo.shop"}}
    assert meaning_of(messages=[HIDDEN], contacts=[nameless]).contact.display_name == "bo.shop"


@pytest.mark.promise(3)
def test_all_that_one_person_does_takes_one_way_whether_the_number_shows_or_not() -> None:
    events = [
        meaning_of(messages=[GOOD], contacts=[BO]),
        meaning_of(messages=[HIDDEN], contacts=[changed(BO, "wa_id", None)]),
        meaning_of(messages=[OLD], contacts=[BO]),
        meaning_of(statuses=[STATUS]),
        meaning_of(statuses=[changed(STATUS, "recipient_id", None)]),
        meaning_of(message_echoes=[ECHO], field="smb_message_echoes"),
        meaning_of(messages=[system(type="user_changed_user_id", user_id="TW.2", body="x")]),
    ]
    assert len({partition_of_event(event) for event in events}) == 1


def test_another_number_and_another_id() -> None:
    moved = meaning_of(
        messages=[system(type="user_changed_number", wa_id="886900000009", user_id="TW.9", body="Bo changed")],
        contacts=[BO | {"wa_id": "886900000009", "user_id": "TW.9"}],
    )
    assert aliases(moved) == [("whatsapp_user", "TW.1"), ("whatsapp_phone", "886900000001")]
    new = [(alias.kind, alias.value) for alias in moved.alias_changed.aliases]
    assert new == [("whatsapp_user", "TW.9"), ("whatsapp_phone", "886900000009")]
    assert (moved.alias_changed.text, moved.alias_changed.provider_event_id) == ("Bo changed", "wamid.1")


def test_another_id_announced_by_itself() -> None:
    update = {"wa_id": "886900000001", "user_id": {"previous": "TW.1", "current": "TW.9"}, "timestamp": "1795000000"}
    event = meaning_of(field="user_id_update", user_id_update=[update])
    assert aliases(event)[0] == ("whatsapp_user", "TW.1")
    assert [(alias.kind, alias.value) for alias in event.alias_changed.aliases] == [("whatsapp_user", "TW.9")]


def test_other_words_of_whatsapp_are_for_the_history() -> None:
    event = meaning_of(messages=[system(type="customer_identity_changed", body="Identity changed")])
    assert (event.notice.kind, event.notice.fields["text"]) == ("customer_identity_changed", "Identity changed")


def test_group_is_the_contact_and_the_person_the_sender() -> None:
    event = meaning_of(messages=[GOOD | {"group_id": "G1"}], contacts=[BO])
    assert aliases(event) == [("whatsapp_group", "G1")]
    assert (event.message.sender.provider_user_id, event.message.sender.display_name) == ("TW.1", "Bo")
    assert event.contact.display_name == ""
    receipt = meaning_of(statuses=[STATUS | {"recipient_type": "group", "recipient_id": "G1"}])
    assert aliases(receipt) == [("whatsapp_group", "G1")]


def test_echo_belongs_to_whom_it_was_sent_and_is_nobodys_reference() -> None:
    event = meaning_of(field="smb_message_echoes", message_echoes=[ECHO], contacts=[BO])
    assert aliases(event) == [("whatsapp_user", "TW.1"), ("whatsapp_phone", "886900000001")]
    assert (event.echoed.message.text, event.echoed.reference, event.echoed.app_id) == ("hi", "", "")
    assert event.contact.display_name == "Bo"


def test_account_is_never_a_contact_of_itself() -> None:
    odd = ECHO | {"to": NUMBER["display_phone_number"]}
    event = meaning_of(field="smb_message_echoes", message_echoes=[odd], contacts=[BO])
    assert ("whatsapp_phone", NUMBER["display_phone_number"]) not in aliases(event)
