"""Whatever a signed body holds, nothing raises and no reader fails."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.events import MalformedBody, Parked
from libs.channels.line.inbound import KINDS
from tests.contract.line.events import GOOD
from tests.contract.line.payloads import LINE, outcomes_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=5,
)
FIELDS = ["type", "source", "message", "userId", "groupId", "id", "text", "emojis", "mention", "index", "length"]
SECTIONS = {"memberJoined": "joined", "memberLeft": "left", "accountLink": "link", "activated": "chatControl"}
FIELD_NAMES = st.sampled_from(FIELDS)
SHAPED = st.recursive(
    JSON, lambda inner: st.dictionaries(FIELD_NAMES | st.sampled_from(sorted(KINDS)), inner, max_size=8), max_leaves=6
)


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=200) | JSON.map(json.dumps).map(str.encode))
def test_split_raises_nothing_but_malformed_body(body: bytes) -> None:
    try:
        events = LINE.split(body)
    except MalformedBody:
        return
    assert [json.loads(event.raw) for event in events] == json.loads(body)["events"]


@settings(max_examples=150, deadline=None)
@given(payloads=st.lists(SHAPED, max_size=4))
def test_normalise_raises_nothing_for_any_json(payloads: list[Any]) -> None:
    body = json.dumps({"events": payloads}).encode()
    for outcome in outcomes_of(body):
        assert isinstance(outcome, InboundEvent | Parked)
        assert not (isinstance(outcome, Parked) and outcome.reason == "reader_failed"), outcome


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(KINDS)), fields=st.dictionaries(FIELD_NAMES, SHAPED), extra=SHAPED)
def test_known_kinds_take_any_content(name: str, fields: dict[str, Any], extra: Any) -> None:
    section = SECTIONS.get(name, name)
    event = GOOD | {"type": name, section: extra} | fields | {"type": name}
    (outcome,) = outcomes_of(json.dumps({"events": [event]}).encode())
    assert not (isinstance(outcome, Parked) and outcome.reason == "reader_failed"), outcome
