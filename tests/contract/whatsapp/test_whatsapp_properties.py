"""Nothing that is JSON, and nothing that is not, makes reading fail."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.events import MalformedBody, Parked
from libs.channels.whatsapp.envelope import LISTS
from libs.channels.whatsapp.happenings import ACCOUNT_FIELDS
from tests.contract.whatsapp.events import BO, GOOD, STATUS, body_of, value_of
from tests.contract.whatsapp.payloads import WHATSAPP, outcomes_of

NAMES = st.sampled_from(
    [
        *LISTS,
        *("entry", "changes", "value", "field", "metadata", "contacts", "phone_number_id", "item", "kind", "type"),
        *("id", "from", "from_user_id", "to", "timestamp", "status", "recipient_id", "errors", "code", "context"),
        *("text", "body", "image", "button", "interactive", "order", "product_items", "item_price", "quantity"),
        *("reaction", "edit", "message", "revoke", "original_message_id", "system", "wa_id", "user_id", "referral"),
        *("profile", "name", "location", "latitude", "longitude", "nfm_reply", "response_json", "pricing", "group_id"),
    ]
)
TYPES = st.sampled_from(
    [
        *("text", "image", "sticker", "document", "location", "contacts", "button", "interactive", "order"),
        *("reaction", "system", "edit", "revoke", "unsupported", "call", "nfm_reply", "button_reply"),
        *("sent", "failed", "{", "[1]"),
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | TYPES
SHAPED = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=15
)


@pytest.mark.promise(1)
@given(content=SHAPED)
def test_any_json_is_taken_apart_or_refused(content: Any) -> None:
    try:
        events = WHATSAPP.split(json.dumps(content).encode())
    except MalformedBody:
        return
    assert [WHATSAPP.restore(event.raw).raw for event in events] == [event.raw for event in events]


@given(body=st.binary(max_size=60))
def test_any_bytes_are_refused_or_empty(body: bytes) -> None:
    with contextlib.suppress(MalformedBody):
        assert WHATSAPP.split(body) == []


@pytest.mark.promise(1)
@given(listed=st.sampled_from(LISTS), kind=TYPES, fields=st.dictionaries(NAMES, SHAPED, max_size=6), contact=SHAPED)
def test_known_lists_take_any_content(listed: str, kind: str, fields: dict[str, Any], contact: Any) -> None:
    base = STATUS if listed == "statuses" else GOOD
    item = base | {"to": "1", "type": kind, "status": kind} | fields
    body = body_of(value_of(contacts=[BO, contact], **{listed: [item, GOOD]}))
    for outcome in outcomes_of(body):
        assert not (isinstance(outcome, Parked) and outcome.reason == "reader_failed"), outcome


@given(field=st.sampled_from(sorted(ACCOUNT_FIELDS)), value=st.dictionaries(st.text(max_size=4), SHAPED, max_size=4))
def test_changes_of_the_account_take_any_content(field: str, value: dict[str, Any]) -> None:
    for outcome in outcomes_of(body_of(value, field=field)):
        assert not (isinstance(outcome, Parked) and outcome.reason == "reader_failed"), outcome
