"""Calls to LINE: what they hold, and what is refused before it leaves."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.line.channel import LineChannel
from libs.channels.outcomes import FAILURES
from libs.channels.sending import CannotSend, OutgoingText, Send

LINE = LineChannel()
KEY = UUID("123e4567-e89b-12d3-a456-426614174000")
CREDENTIALS = {"access_token": " token\n"}
ACCOUNT = Account("t", "a", "U0")
SEND = Send(Address("line_user", "U1"), [OutgoingText("hi")], KEY)


def text(value: str) -> Send:
    """A push of one text."""
    return replace(SEND, parts=[OutgoingText(value)])


def test_push_carries_the_retry_key() -> None:
    request = LINE.build_send(SEND, ACCOUNT, CREDENTIALS)
    assert (request.method, request.host, request.path) == ("POST", "line_api", "/v2/bot/message/push")
    assert request.operation == "push"
    assert request.headers == {
        "Authorization": "Bearer token",
        "Content-Type": "application/json",
        "X-Line-Retry-Key": "123e4567-e89b-12d3-a456-426614174000",
    }
    assert json.loads(request.body) == {"to": "U1", "messages": [{"type": "text", "text": "hi"}]}


def test_reply_carries_none() -> None:
    request = LINE.build_send(replace(SEND, reply_token="once"), ACCOUNT, CREDENTIALS)
    assert (request.path, request.operation) == ("/v2/bot/message/reply", "reply")
    assert "X-Line-Retry-Key" not in request.headers
    assert json.loads(request.body)["replyToken"] == "once"


def test_quote_and_clean_text() -> None:
    request = LINE.build_send(
        replace(SEND, parts=[OutgoingText("a\x00\ud83d訊", quote_token="q")]), ACCOUNT, CREDENTIALS
    )
    assert json.loads(request.body)["messages"] == [{"type": "text", "text": "a訊", "quoteToken": "q"}]


@pytest.mark.parametrize("longest", ["x" * 5000, "訊" * 5000, "😀" * 2500])
def test_longest_text_in_utf16_units(longest: str) -> None:
    LINE.build_send(text(longest), ACCOUNT, CREDENTIALS)
    with pytest.raises(CannotSend) as refused:
        LINE.build_send(text(longest + "x"), ACCOUNT, CREDENTIALS)
    assert refused.value.code == "text_too_long"


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (text(""), "rejected"),
        (text(" \n\x00"), "rejected"),
        (replace(SEND, parts=[]), "rejected"),
        (replace(SEND, parts=[OutgoingText("x")] * 6), "rejected"),
        (replace(SEND, parts=[OutgoingText("x", quote_token="q" * 2_000_000)]), "rejected"),
        (replace(SEND, recipient=Address("whatsapp_phone", "1")), "invalid_recipient"),
        (replace(SEND, recipient=Address("line_user", "")), "invalid_recipient"),
    ],
)
def test_hopeless_sends_never_leave(send: Send, code: str) -> None:
    with pytest.raises(CannotSend) as refused:
        LINE.build_send(send, ACCOUNT, CREDENTIALS)
    assert refused.value.code == code
    assert code in FAILURES


@pytest.mark.parametrize("token", ["", " ", "a\r\nX-Other: b", "密鑰"])
def test_unusable_token_never_leaves(token: str) -> None:
    with pytest.raises(CannotSend) as refused:
        LINE.build_send(SEND, ACCOUNT, {"access_token": token})
    assert refused.value.code == "token_expired"


@pytest.mark.parametrize(
    ("contact", "member", "path"),
    [
        (Address("line_user", "U1"), "", "/v2/bot/profile/U1"),
        (Address("line_user", "../info?x#"), "", "/v2/bot/profile/..%2Finfo%3Fx%23"),
        (Address("line_group", "C1"), "", "/v2/bot/group/C1/summary"),
        (Address("line_group", "C1"), "U/1", "/v2/bot/group/C1/member/U%2F1"),
        (Address("line_room", "R1"), "U1", "/v2/bot/room/R1/member/U1"),
    ],
)
def test_profile_paths(contact: Address, member: str, path: str) -> None:
    request = LINE.build_profile(contact, ACCOUNT, CREDENTIALS, member)
    assert request is not None
    assert (request.method, request.path, request.body) == ("GET", path, b"")


def test_rooms_have_no_profile() -> None:
    assert LINE.build_profile(Address("line_room", "R1"), ACCOUNT, CREDENTIALS) is None
    assert LINE.build_profile(Address("line_user", "U1"), ACCOUNT, CREDENTIALS, "U2") is None


def test_the_question_about_the_account() -> None:
    assert LINE.build_check(ACCOUNT, CREDENTIALS).path == "/v2/bot/info"
