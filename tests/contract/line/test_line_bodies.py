"""Bodies that are no batch are refused with a reason; an empty batch is LINE checking the address."""

import pytest

from libs.channels.events import MalformedBody
from tests.contract.line.payloads import LINE

CHECKS = [b'{"destination": "U1", "events": []}', b' \n{"events":[ ]}\n', b'\xef\xbb\xbf{"events":[]}']


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"hello", "not_json"),
        (b"\xff\xfe{}", "not_utf8"),
        (b"[]", "not_an_object"),
        (b"7", "not_an_object"),
        (b"[", "not_json"),
        (b"{}", "no_events"),
        (b'{"events": {}}', "no_events"),
        (b'{"events": null}', "no_events"),
        (b'{"events": []} x', "not_json"),
        (b'{"events": [],}', "not_json"),
        (b'{"events": [1,]}', "not_json"),
        (b'{"events": [1 2]}', "not_json"),
        (b'{"events": [{}', "not_json"),
        (b'{"events" []}', "not_json"),
        (b"{5: []}", "not_json"),
        (b'{"events": [' + b"[" * 100_000, "not_json"),
        (b'{"events": [' + b"[" * 100_000 + b'"' + b'\\"' * 100_000, "not_json"),
    ],
)
def test_body_that_is_no_batch_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedBody) as refused:
        LINE.split(body)
    assert refused.value.reason == reason


@pytest.mark.parametrize("body", CHECKS)
def test_check_of_the_address_has_no_events(body: bytes) -> None:
    assert LINE.split(body) == []
