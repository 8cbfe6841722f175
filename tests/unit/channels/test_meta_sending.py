"""Calls that Messenger and Instagram build alike, and what is refused before it leaves."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from libs.channels.accounts import Account
from libs.channels.base import Channel
from libs.channels.contacts import Address
from libs.channels.contents import ContentRef
from libs.channels.limits import ReplyWindow
from libs.channels.outcomes import FAILURES
from libs.channels.references import reference
from libs.channels.registry import channel_named
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingText, Send
from libs.channels.wire import HttpRequest

NAMES = ["facebook", "instagram"]
CREDENTIALS = {"access_token": " token\n"}
ACCOUNT = Account("t", "a", "178")
KEY = UUID("123e4567-e89b-12d3-a456-426614174000")
PICTURE = OutgoingMedia("image", "https://desk/media/public/x/a.jpg", "image/jpeg", size_bytes=8_000_000)


@pytest.fixture(params=NAMES)
def channel(request: pytest.FixtureRequest) -> Channel:
    """One of the two."""
    return channel_named(request.param)


def to(channel: Channel, *parts: Any, **more: Any) -> Send:
    """A call to a customer of this channel."""
    return Send(Address(f"{channel.name}_user", "C1"), parts, KEY, **more)


def built(channel: Channel, send: Send, **credentials: str) -> HttpRequest:
    """The call that sends."""
    request = channel.build_send(send, ACCOUNT, CREDENTIALS | credentials)
    assert isinstance(request, HttpRequest)
    return request


def body(channel: Channel, send: Send) -> Any:
    """What the call says."""
    return json.loads(built(channel, send).body)


def test_text(channel: Channel) -> None:
    request = built(channel, to(channel, OutgoingText("a\x00\ud83d訊")))
    assert (request.method, request.host, request.operation) == ("POST", "graph", "messages")
    assert request.headers == {"Authorization": "Bearer token", "Content-Type": "application/json"}
    assert json.loads(request.body) == {
        "recipient": {"id": "C1"},
        "messaging_type": "RESPONSE",
        "message": {"text": "a訊"},
    }


def test_token_is_in_no_address(channel: Channel) -> None:
    contact = Address(f"{channel.name}_user", "C1")
    requests = [
        built(channel, to(channel, OutgoingText("hi"))),
        channel.build_profile(contact, ACCOUNT, CREDENTIALS),
        channel.build_check(ACCOUNT, CREDENTIALS),
        channel.build_read_mark(contact, "m_1", "", ACCOUNT, CREDENTIALS),
        channel.build_typing(contact, "m_1", ACCOUNT, CREDENTIALS),
        *channel.build_subscribe("https://desk/webhooks", True, ACCOUNT, CREDENTIALS),
    ]
    for request in requests:
        assert request is not None
        assert "token" not in request.path
        assert request.headers["Authorization"] == "Bearer token"


@pytest.mark.promise(4)
def test_reference_comes_back_with_the_echo(channel: Channel) -> None:
    send = to(channel, OutgoingText("hi"), reference=reference(KEY, 3))
    assert body(channel, send)["message"] == {"text": "hi", "metadata": f"fd1.{KEY.hex}.3"}
    assert channel.limits.confirms_later
    assert channel.limits.attempt_key_seconds == 0


def test_answer_to_one_message(channel: Channel) -> None:
    assert body(channel, to(channel, OutgoingText("hi", quoted_id="m_0")))["reply_to"] == {"mid": "m_0"}
    assert body(channel, to(channel, replace(PICTURE, quoted_id="m_0")))["reply_to"] == {"mid": "m_0"}


def test_person_answers_after_the_first_window(channel: Channel) -> None:
    said = body(channel, to(channel, OutgoingText("hi"), human_agent=True))
    assert (said["messaging_type"], said["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    # Pages have templates besides.
    templates = channel.name == "facebook"
    assert channel.limits.window == ReplyWindow(hours=24, human_agent_hours=168, templates=templates)


@pytest.mark.rule(52)
@pytest.mark.rule(53)
@pytest.mark.rule(54)
@pytest.mark.rule(55)
@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("image", "image/png"), ("video", "video/mp4"), ("audio", "audio/mp4"), ("file", "application/pdf")],
)
def test_media_are_fetched_from_an_address(channel: Channel, kind: str, content_type: str) -> None:
    media = OutgoingMedia(kind, "https://desk/media/public/x/a", content_type, size_bytes=1000)
    payload = {"url": "https://desk/media/public/x/a"}
    assert body(channel, to(channel, media))["message"] == {"attachment": {"type": kind, "payload": payload}}


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (OutgoingText(""), "rejected"),
        (OutgoingText(" \n\x00"), "rejected"),
        (OutgoingText("x" * 2001), "text_too_long"),
        (replace(PICTURE, size_bytes=8_000_001), "media_refused"),
        (replace(PICTURE, content_type="image/heic"), "media_refused"),
        (replace(PICTURE, kind="hologram"), "media_refused"),
        (replace(PICTURE, url="file:///etc/passwd"), "media_refused"),
        (replace(PICTURE, caption="look"), "rejected"),
        (replace(PICTURE, kind="audio", content_type="audio/mp4", size_bytes=25_000_001), "media_refused"),
    ],
    ids=["empty", "blank", "long", "large", "heic", "kind", "address", "caption", "audio"],
)
def test_hopeless_messages_never_leave(channel: Channel, part: Any, code: str) -> None:
    with pytest.raises(CannotSend) as refused:
        built(channel, to(channel, part))
    assert refused.value.code == code
    assert code in FAILURES


@pytest.mark.parametrize("parts", [[], [OutgoingText("a"), OutgoingText("b")]], ids=["none", "two"])
def test_one_message_a_call(channel: Channel, parts: list[OutgoingText]) -> None:
    with pytest.raises(CannotSend):
        built(channel, to(channel, *parts))


@pytest.mark.parametrize(
    "recipient", [Address("line_user", "U1"), Address("facebook_user", ""), Address("", "1")], ids=str
)
def test_others_have_no_address_here(channel: Channel, recipient: Address) -> None:
    with pytest.raises(CannotSend) as refused:
        built(channel, replace(to(channel, OutgoingText("hi")), recipient=recipient))
    assert refused.value.code == "invalid_recipient"
    assert channel.build_profile(recipient, ACCOUNT, CREDENTIALS) is None
    assert channel.build_typing(recipient, "", ACCOUNT, CREDENTIALS) is None
    assert channel.build_read_mark(recipient, "", "", ACCOUNT, CREDENTIALS) is None


@pytest.mark.parametrize("token", ["", " ", "a\r\nX-Other: b", "密鑰"], ids=["none", "blank", "break", "cjk"])
def test_unusable_token_never_leaves(channel: Channel, token: str) -> None:
    with pytest.raises(CannotSend) as refused:
        built(channel, to(channel, OutgoingText("hi")), access_token=token)
    assert refused.value.code == "token_expired"


def test_signs_of_reading_and_writing(channel: Channel) -> None:
    contact = Address(f"{channel.name}_user", "C1")
    mark = channel.build_read_mark(contact, "m_1", "", ACCOUNT, CREDENTIALS)
    typing = channel.build_typing(contact, "m_1", ACCOUNT, CREDENTIALS)
    assert mark is not None
    assert typing is not None
    assert json.loads(mark.body) == {"recipient": {"id": "C1"}, "sender_action": "mark_seen"}
    assert json.loads(typing.body) == {"recipient": {"id": "C1"}, "sender_action": "typing_on"}
    assert (mark.operation, typing.operation) == ("mark_seen", "typing_on")


def test_content_is_fetched_from_its_address_without_the_token(channel: Channel) -> None:
    found = channel.build_content(ContentRef("image", url="https://cdn.fbsbx.com/a.jpg?x=1"), ACCOUNT, CREDENTIALS)
    assert found is not None
    assert found.final
    assert found.request == HttpRequest("GET", "foreign", "https://cdn.fbsbx.com/a.jpg?x=1", "content", {})


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "gopher://x", "//x/y"])
def test_content_without_a_web_address_is_not_fetched(channel: Channel, url: str) -> None:
    assert channel.build_content(ContentRef("image", url=url), ACCOUNT, CREDENTIALS) is None
