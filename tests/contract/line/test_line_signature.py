"""Signatures: the known vector, LINE's own validator, and headers that nobody would send."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3.webhook import SignatureValidator

from libs.channels.line.signature import sign
from tests.contract.line.payloads import LINE
from tests.support.shared import shared

SECRET = "demo-line-secret"
BODY = '{"events":[],"note":"\\u00e4 訊息 😀"}'.encode()


ODD_HEADERS = [b"", b"\xff\xfe", "簽章".encode(), b"=" * 100_000, b" " + sign(SECRET, BODY).encode()]


def accepts(value: bytes, body: bytes = BODY, name: bytes = b"x-line-signature", secret: str = SECRET) -> bool:
    """Whether a body with this header passes."""
    return LINE.verify({"channel_secret": secret}, [(b"host", b"desk"), (name, value)], body)


def test_known_vector() -> None:
    vectors = json.loads(shared("payloads", "signature-vectors.json").read_bytes())
    (vector,) = [vector for vector in vectors if vector["channel"] == "line"]
    body, value = vector["body"].encode(), vector["value"].encode()
    assert accepts(value, body, vector["header"].encode(), vector["secret"])
    assert not accepts(value, body + b" ", vector["header"].encode(), vector["secret"])


@given(secret=st.text(alphabet=st.characters(codec="utf-8"), min_size=1), body=st.text(st.characters(codec="utf-8")))
def test_agrees_with_lines_own_validator_both_ways(secret: str, body: str) -> None:
    signature = sign(secret, body.encode())
    assert SignatureValidator(secret).validate(body, signature)
    for other in (signature, signature[:-2] + "A=", signature.lower(), ""):
        assert accepts(other.encode(), body.encode(), secret=secret) == SignatureValidator(secret).validate(body, other)


@pytest.mark.parametrize("name", [b"x-line-signature", b"X-Line-Signature", b"X-LINE-SIGNATURE"])
def test_header_in_any_case(name: bytes) -> None:
    assert accepts(sign(SECRET, BODY).encode(), name=name)


def test_header_from_a_mapping() -> None:
    assert LINE.verify({"channel_secret": SECRET}, {"X-Line-Signature": sign(SECRET, BODY)}, BODY)
    assert not LINE.verify({"channel_secret": SECRET}, {"X-Line-Signature": "簽章\udc80"}, BODY)


@pytest.mark.parametrize("value", ODD_HEADERS)
def test_odd_header_is_refused(value: bytes) -> None:
    assert not accepts(value)


def test_same_json_written_differently_is_refused() -> None:
    rewritten = json.dumps(json.loads(BODY)).encode()
    assert not accepts(sign(SECRET, BODY).encode(), rewritten)


def test_nothing_passes_without_header_or_secret() -> None:
    assert not LINE.verify({"channel_secret": SECRET}, [], BODY)
    assert not LINE.verify({}, [(b"x-line-signature", sign("", BODY).encode())], BODY)
