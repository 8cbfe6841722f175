"""Whatever a signed body holds, nothing raises and no reader fails."""

import json
import re
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.events import MalformedBody, Parked
from libs.channels.meta.messaging.attachments import READERS
from libs.channels.meta.messaging.inbound import KINDS
from tests.contract.messaging.samples import body_of, samples

CHOSEN = samples("instagram")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=5,
)
_NAMES = """sender recipient id mid text attachments type payload url coordinates lat long reply_to story referral
product ads_context_data elements buttons title sticker_id quick_reply watermark mids is_echo is_self timestamp
start_time timezone field value message entry messaging standby changes"""
NAMES = st.sampled_from(re.split(r"\s+", _NAMES))
VALUES = JSON | st.sampled_from([*READERS, "1", "P1", "http://[", "https://[::1", "Mars/Base", 1.5, 10**18])
SHAPED = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=8
)


def check(body: bytes) -> None:
    """Every event of a body becomes something, and is read again from its own bytes."""
    for event in CHOSEN.channel.split(body):
        outcome = CHOSEN.outcome(event)
        assert isinstance(outcome, InboundEvent | Parked)
        assert not (isinstance(outcome, Parked) and outcome.reason == "reader_failed"), outcome
        assert repr(CHOSEN.channel.restore(event.raw)) == repr(event)
        assert len(outcome.SerializeToString()) > 0 if isinstance(outcome, InboundEvent) else outcome.raw == event.raw


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=200) | JSON.map(json.dumps).map(str.encode) | SHAPED.map(json.dumps).map(str.encode))
def test_split_raises_nothing_but_malformed_body(body: bytes) -> None:
    with suppress(MalformedBody):
        check(body)


@settings(max_examples=200, deadline=None)
@given(entries=st.lists(SHAPED, max_size=4))
def test_any_entries_are_read(entries: list[Any]) -> None:
    check(body_of(entries))


@settings(max_examples=300, deadline=None)
@given(
    listed=st.sampled_from(["messaging", "standby"]),
    name=st.sampled_from(sorted(KINDS)),
    content=SHAPED | st.dictionaries(NAMES, SHAPED, max_size=6),
    extra=st.dictionaries(NAMES, SHAPED, max_size=3),
)
def test_known_kinds_take_any_content(listed: str, name: str, content: Any, extra: dict[str, Any]) -> None:
    item = {"sender": {"id": "C1"}, "recipient": {"id": "P1"}, "timestamp": 1} | extra | {name: content}
    check(body_of([{"id": "P1", "time": 1, listed: [item]}]))


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(sorted(READERS)), payload=SHAPED, extra=st.dictionaries(NAMES, SHAPED, max_size=3))
def test_known_attachments_take_any_content(kind: str, payload: Any, extra: dict[str, Any]) -> None:
    message = {"mid": "m", "attachments": [extra | {"type": kind, "payload": payload}]}
    check(body_of([{"id": "P1", "messaging": [{"sender": {"id": "C1"}, "message": message}]}]))
