"""What all of Meta's webhooks share: signature, handshake and times."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.meta.handshake import answer_challenge
from libs.channels.meta.signature import sign, verify
from libs.channels.meta.times import event_time, milliseconds
from tests.support.shared import shared

SECRET = "demo-meta-secret"
BODY = '{"entry":[],"note":"\\u00e4 訊息"}'.encode()
RECEIVED_AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ASKED = {"hub.mode": "subscribe", "hub.verify_token": "demo-verify", "hub.challenge": "1158201444"}
ODD_HEADERS = [
    b"",
    b"sha256=",
    b"\xff\xfe",
    "簽章".encode(),
    b"=" * 100_000,
    sign(SECRET, BODY).removeprefix("sha256=").encode(),
    sign(SECRET, BODY).replace("sha256", "sha1").encode(),
    b" " + sign(SECRET, BODY).encode(),
]


def accepts(value: bytes, body: bytes = BODY, name: bytes = b"x-hub-signature-256", secret: str = SECRET) -> bool:
    """Whether a body with this header passes."""
    return verify({"app_secret": secret}, [(b"host", b"desk"), (name, value)], body)


def test_known_vector_is_over_the_escaped_bytes() -> None:
    vectors = json.loads(shared("payloads", "signature-vectors.json").read_bytes())
    (vector,) = [vector for vector in vectors if vector["channel"] == "meta"]
    body, value = vector["body"].encode(), vector["value"].encode()
    assert accepts(value, body, vector["header"].encode(), vector["secret"])
    assert not accepts(value, body + b" ", secret=vector["secret"])
    decoded = body.decode("unicode_escape").encode()
    assert decoded != body
    assert not accepts(value, decoded, secret=vector["secret"])


@given(secret=st.text(alphabet=st.characters(codec="utf-8"), min_size=1), body=st.binary(), other=st.binary())
def test_a_signature_fits_its_own_bytes_alone(secret: str, body: bytes, other: bytes) -> None:
    signature = sign(secret, body).encode()
    assert accepts(signature, body, secret=secret)
    assert accepts(signature, other, secret=secret) == (other == body)
    assert not accepts(signature, body, secret=secret + "x")


@pytest.mark.parametrize("name", [b"x-hub-signature-256", b"X-Hub-Signature-256"])
def test_header_in_any_case(name: bytes) -> None:
    assert accepts(sign(SECRET, BODY).encode(), name=name)
    assert verify({"app_secret": SECRET}, {name.decode(): sign(SECRET, BODY)}, BODY)


@pytest.mark.parametrize("value", ODD_HEADERS, ids=range(len(ODD_HEADERS)))
def test_odd_header_is_refused(value: bytes) -> None:
    assert not accepts(value)


def test_nothing_passes_without_header_or_secret() -> None:
    assert not verify({"app_secret": SECRET}, [], BODY)
    assert not verify({}, [(b"x-hub-signature-256", sign("", BODY).encode())], BODY)


def test_the_challenge_is_given_back_to_who_knows_the_token() -> None:
    assert answer_challenge(ASKED, "demo-verify") == "1158201444"


@pytest.mark.parametrize(
    ("change", "token"),
    [
        ({"hub.verify_token": "demo"}, "demo-verify"),
        ({"hub.verify_token": "驗證\udc80"}, "demo-verify"),
        ({"hub.verify_token": ""}, ""),
        ({"hub.mode": "unsubscribe"}, "demo-verify"),
        ({"hub.challenge": ""}, "demo-verify"),
        ({"hub.challenge": "<script>"}, "demo-verify"),
        ({"hub.challenge": "1" * 201}, "demo-verify"),
    ],
    ids=["token", "odd_token", "no_token", "mode", "no_challenge", "page", "long"],
)
def test_others_are_refused(change: dict[str, str], token: str) -> None:
    assert answer_challenge(ASKED | change, token) is None


def test_an_empty_question_is_refused() -> None:
    assert answer_challenge({}, "demo-verify") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_527_459_824_123, 1_527_459_824_123),
        ("1527459824123", 1_527_459_824_123),
        (1_527_459_824, 1_527_459_824_000),
        ("1527459824", 1_527_459_824_000),
        (1_492_414_608_982.0, 1_492_414_608_982),
        ("2021-09-08T06:34:04+0000", 1_631_082_844_000),
        ("2021-09-08T06:34:04.5Z", 1_631_082_844_500),
        ("2021-09-08T06:34:04", None),
        ("soon", None),
        ("", None),
        ("9" * 30, None),
        (float("nan"), None),
        (float("inf"), None),
        (-1.0, None),
        (True, None),
        (None, None),
        ([], None),
    ],
    ids=range(17),
)
def test_times_in_every_form(value: Any, expected: int | None) -> None:
    assert milliseconds(value) == expected


def test_the_first_believable_time_counts() -> None:
    good, future = 1_795_000_000_000, 2_795_000_000_000
    assert event_time((None, future, 0, str(good), 5), RECEIVED_AT).ToMilliseconds() == good
    assert event_time(("soon", future), RECEIVED_AT).ToDatetime(UTC) == RECEIVED_AT


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()))
def test_any_value_is_a_time_or_none(value: Any) -> None:
    assert event_time((value,), RECEIVED_AT).ToDatetime(UTC) <= datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
