"""Meta's signature over the exact bytes, and the handshake of the address."""

import json

import pytest

from libs.channels.meta.signature import sign
from tests.contract.whatsapp.payloads import WHATSAPP, sample_bodies
from tests.support.shared import shared

CREDENTIALS = {"app_secret": "demo-secret"}
CHALLENGE = {"hub.mode": "subscribe", "hub.verify_token": "agreed", "hub.challenge": "1158201444"}


def test_agrees_with_the_published_vector() -> None:
    vectors = json.loads(shared("payloads", "signature-vectors.json").read_bytes())
    (vector,) = [vector for vector in vectors if vector["channel"] == "meta"]
    body, headers = vector["body"].encode(), {vector["header"]: vector["value"]}
    assert WHATSAPP.verify({"app_secret": vector["secret"]}, headers, body)
    assert not WHATSAPP.verify({"app_secret": vector["secret"]}, headers, json.loads(f'"{vector["body"]}"').encode())
    assert not WHATSAPP.verify({"app_secret": "other"}, headers, body)


def test_same_json_written_differently_is_refused() -> None:
    (body,) = sample_bodies()["facebook_openapi-text-message.json"]
    headers = [(b"X-Hub-Signature-256", sign("demo-secret", body).encode())]
    assert WHATSAPP.verify(CREDENTIALS, headers, body)
    assert not WHATSAPP.verify(CREDENTIALS, headers, json.dumps(json.loads(body), indent=7).encode())
    assert not WHATSAPP.verify({}, headers, body)
    assert not WHATSAPP.verify(CREDENTIALS, [], body)


@pytest.mark.parametrize(
    ("change", "answer"),
    [({}, "1158201444"), ({"hub.verify_token": "guess"}, None), ({"hub.mode": "unsubscribe"}, None)],
)
def test_address_answers_to_the_agreed_token(change: dict[str, str], answer: str | None) -> None:
    assert WHATSAPP.answer_challenge(CHALLENGE | change, "agreed") == answer
    assert WHATSAPP.answer_challenge(CHALLENGE | change, "") is None


def test_one_address_serves_all_numbers_of_an_app() -> None:
    assert WHATSAPP.shared_address
