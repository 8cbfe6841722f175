"""The key of an event: the same for every delivery of it, another for everything else."""

from typing import Any

import pytest

from tests.contract.whatsapp.events import BO, GOOD, STATUS, body_of, changed, meaning_of, value_of
from tests.contract.whatsapp.payloads import outcomes_of

REVOKED = changed(GOOD, "text", None) | {
    "type": "revoke",
    "revoke": {"original_message_id": "wamid.1"},
    "id": "wamid.2",
}
EDITED = changed(GOOD, "text", None) | {
    "type": "edit",
    "edit": {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "ho"}}},
    "id": "wamid.3",
}
REACTED = changed(GOOD, "text", None) | {"type": "reaction", "reaction": {"message_id": "wamid.1"}, "id": "wamid.4"}


@pytest.mark.promise(2)
@pytest.mark.parametrize("message", [GOOD, REVOKED, EDITED, REACTED], ids=lambda message: message["type"])
def test_message_goes_by_its_own_id_whatever_brings_it(message: dict[str, Any]) -> None:
    other = changed(changed(message, "from", None), "timestamp", "1795000009")
    again = meaning_of(messages=[other], contacts=[BO | {"profile": {"name": "Robert"}}])
    assert again.dedup_key == meaning_of(messages=[message]).dedup_key
    assert again.dedup_key.endswith(message["id"])


def test_taking_back_editing_and_reacting_are_events_of_their_own() -> None:
    outcomes = outcomes_of(body_of(value_of(messages=[GOOD, REVOKED, EDITED, EDITED | {"id": "wamid.5"}, REACTED])))
    assert len({outcome.dedup_key for outcome in outcomes}) == 5


@pytest.mark.promise(2)
def test_status_goes_by_message_state_and_recipient() -> None:
    same = STATUS | {"timestamp": "1795000001", "pricing": {"billable": True}}
    assert meaning_of(statuses=[same]).dedup_key == meaning_of(statuses=[STATUS]).dedup_key
    others = [STATUS | {"status": "read"}, STATUS | {"recipient_id": "2"}, STATUS | {"id": "wamid.8"}]
    readers = [STATUS | {"recipient_type": "group", "recipient_participant_id": reader} for reader in ("1", "2")]
    keys = {meaning_of(statuses=[status]).dedup_key for status in (STATUS, *others, *readers)}
    assert len(keys) == 6


def test_message_without_an_id_comes_once_and_is_called_by_its_content() -> None:
    nameless = changed(GOOD, "id", None)
    first, second = (meaning_of(messages=[nameless], contacts=[BO]) for _ in range(2))
    assert first.dedup_key == second.dedup_key
    assert first.message.provider_message_id.startswith("content-")
    assert meaning_of(messages=[changed(nameless, "text.body", "ho")]).dedup_key != first.dedup_key


def test_same_change_of_the_account_at_another_time_is_another() -> None:
    once = body_of({"event": "ACCOUNT_RECONNECTED"}, field="account_update")
    (first,), (again,) = outcomes_of(once), outcomes_of(once)
    (later,) = outcomes_of(once.replace(b"1795000000", b"1795000001"))
    assert first.dedup_key == again.dedup_key != later.dedup_key


@pytest.mark.parametrize("odd_id", ["x" * 5000, "a\r\nNats-Msg-Id: b", "訊息", " "])
def test_key_is_fit_for_a_header(odd_id: str) -> None:
    for event in (meaning_of(messages=[GOOD | {"id": odd_id}]), meaning_of(statuses=[STATUS | {"id": odd_id}])):
        assert event.dedup_key.isascii()
        assert event.dedup_key.isprintable()
        assert len(event.dedup_key) < 200
