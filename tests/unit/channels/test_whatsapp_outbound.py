"""Calls to WhatsApp: what they hold, and what is refused before it leaves."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.outcomes import FAILURES
from libs.channels.sending import CannotSend, OutgoingMedia, OutgoingTemplate, OutgoingText, Part, Send
from libs.channels.whatsapp.channel import WhatsAppChannel
from libs.channels.wire import HttpRequest

WHATSAPP = WhatsAppChannel()
CREDENTIALS = {"access_token": " token\n", "business_account_id": "55"}
ACCOUNT = Account("t", "a", "77")
PHONE, PERSON = Address("whatsapp_phone", "886900000001"), Address("whatsapp_user", "TW.1")
SEND = Send(PHONE, [OutgoingText("hi")], UUID(int=1), reference="fd1.x.1")
IMAGE = OutgoingMedia("image", "https://desk.example/x.jpg", "image/jpeg", size_bytes=9, caption="look")
VOICE = OutgoingMedia("audio", "https://desk.example/x.ogg", "audio/ogg", voice=True)
TEMPLATE = OutgoingTemplate("hello", "zh_TW", [{"type": "body", "parameters": []}])


def content_of(send: Send) -> dict[str, Any]:
    """The JSON of a send."""
    request = WHATSAPP.build_send(send, ACCOUNT, CREDENTIALS)
    assert isinstance(request, HttpRequest)
    found: dict[str, Any] = json.loads(request.body)
    return found


def of(part: Part) -> Send:
    """A send of one part."""
    return replace(SEND, parts=[part])


def test_text_with_its_reference() -> None:
    request = WHATSAPP.build_send(SEND, ACCOUNT, CREDENTIALS)
    assert isinstance(request, HttpRequest)
    assert (request.method, request.host, request.path) == ("POST", "graph", "/77/messages")
    assert request.headers == {"Authorization": "Bearer token", "Content-Type": "application/json"}
    assert json.loads(request.body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "886900000001",
        "type": "text",
        "text": {"body": "hi", "preview_url": False},
        "biz_opaque_callback_data": "fd1.x.1",
    }


def test_person_without_a_number_is_a_recipient() -> None:
    content = content_of(replace(SEND, recipient=PERSON))
    assert content["recipient"] == "TW.1"
    assert "to" not in content


def test_group_is_written_to_as_one() -> None:
    content = content_of(replace(SEND, recipient=Address("whatsapp_group", "G1")))
    assert (content["recipient_type"], content["to"]) == ("group", "G1")


@pytest.mark.rule(46)
@pytest.mark.rule(47)
@pytest.mark.parametrize("part", [OutgoingText("hi"), IMAGE, VOICE, TEMPLATE], ids=lambda part: type(part).__name__)
def test_everything_can_quote(part: Part) -> None:
    assert content_of(of(replace(part, quoted_id="wamid.1")))["context"] == {"message_id": "wamid.1"}
    assert "context" not in content_of(of(part))
    assert "context" not in content_of(of(replace(part, quoted_id="content-0123")))


@pytest.mark.rule(52)
@pytest.mark.rule(53)
@pytest.mark.rule(54)
@pytest.mark.rule(55)
def test_files_by_address() -> None:
    url = "https://desk.example/media/public/x"
    video, paper = OutgoingMedia("video", url, "video/mp4"), OutgoingMedia("file", url, "text/csv", "帳單.csv")
    assert content_of(of(IMAGE))["image"] == {"link": IMAGE.url, "caption": "look"}
    assert content_of(of(video))["video"] == {"link": url}
    assert content_of(of(VOICE))["audio"] == {"link": VOICE.url, "voice": True}
    assert content_of(of(replace(VOICE, content_type="audio/mpeg")))["audio"] == {"link": VOICE.url}
    document = content_of(of(paper))
    assert (document["type"], document["document"]) == ("document", {"link": url, "filename": "帳單.csv"})


@pytest.mark.rule(45)
def test_template() -> None:
    content = content_of(of(TEMPLATE))
    assert content["template"] == {"name": "hello", "language": {"code": "zh_TW"}, "components": TEMPLATE.components}
    assert "components" not in content_of(of(replace(TEMPLATE, components=())))["template"]


def test_addresses_are_looked_at_where_there_are_some() -> None:
    assert content_of(of(OutgoingText("see https://shop.example")))["text"]["preview_url"] is True


@pytest.mark.parametrize("longest", ["x" * 4096, "訊" * 4096, "😀" * 4096])
def test_longest_text(longest: str) -> None:
    content_of(of(OutgoingText(longest)))
    with pytest.raises(CannotSend) as refused:
        content_of(of(OutgoingText(longest + "x")))
    assert refused.value.code == "text_too_long"


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (of(OutgoingText(" \n\x00")), "rejected"),
        (replace(SEND, parts=[]), "rejected"),
        (replace(SEND, parts=[OutgoingText("x")] * 2), "rejected"),
        (replace(SEND, reference="x" * 513), "rejected"),
        (replace(SEND, recipient=Address("line_user", "U1")), "invalid_recipient"),
        (replace(SEND, recipient=Address("whatsapp_phone", "")), "invalid_recipient"),
        (of(replace(IMAGE, size_bytes=5_000_001)), "media_refused"),
        (of(replace(IMAGE, content_type="image/gif")), "media_refused"),
        (of(replace(IMAGE, url="/media/x")), "media_refused"),
        (of(replace(IMAGE, kind="hologram")), "media_refused"),
        (of(replace(IMAGE, caption="x" * 1025)), "text_too_long"),
        (of(replace(VOICE, caption="x")), "rejected"),
        (of(replace(VOICE, size_bytes=16_000_001)), "media_refused"),
        (of(OutgoingMedia("video", IMAGE.url, "video/mp4", size_bytes=16_000_001)), "media_refused"),
        (of(OutgoingMedia("file", IMAGE.url, "application/zip", size_bytes=100_000_001)), "media_refused"),
        (of(OutgoingTemplate("", "en", ())), "template_refused"),
        (of(OutgoingTemplate("x", "en", [{"x": "y" * 1_000_000}])), "rejected"),
    ],
)
def test_hopeless_sends_never_leave(send: Send, code: str) -> None:
    with pytest.raises(CannotSend) as refused:
        content_of(send)
    assert refused.value.code == code
    assert code in FAILURES


@pytest.mark.parametrize("token", ["", " ", "a\r\nX-Other: b", "密鑰"])
def test_unusable_token_never_leaves(token: str) -> None:
    with pytest.raises(CannotSend) as refused:
        WHATSAPP.build_send(SEND, ACCOUNT, CREDENTIALS | {"access_token": token})
    assert refused.value.code == "token_expired"


def test_account_without_a_number_cannot_send() -> None:
    with pytest.raises(CannotSend):
        WHATSAPP.build_send(SEND, Account("t", "a"), CREDENTIALS)


def test_number_id_stays_within_its_place_in_the_path() -> None:
    request = WHATSAPP.build_send(SEND, Account("t", "a", "../x?y"), CREDENTIALS)
    assert isinstance(request, HttpRequest)
    assert request.path == "/..%2Fx%3Fy/messages"


@pytest.mark.parametrize("action", ["read", "typing"])
def test_reading_and_typing_name_a_message_of_theirs(action: str) -> None:
    def build(name: str) -> HttpRequest | None:
        if action == "read":
            return WHATSAPP.build_read_mark(PHONE, name, "", ACCOUNT, CREDENTIALS)
        return WHATSAPP.build_typing(PHONE, name, ACCOUNT, CREDENTIALS)

    assert build("") is None
    assert build("content-0123") is None
    request = build("wamid.1")
    assert request is not None
    content = json.loads(request.body)
    assert (request.operation, content["status"], content["message_id"]) == (action, "read", "wamid.1")
    assert ("typing_indicator" in content) == (action == "typing")


def test_limits_are_those_of_the_facts() -> None:
    limits = WHATSAPP.limits
    assert (limits.text_units, limits.parts_per_call, limits.calls_per_second) == (4096, 1, 80)
    assert {kind: rule.max_bytes for kind, rule in limits.media.items()} == {
        "image": 5_000_000,
        "video": 16_000_000,
        "audio": 16_000_000,
        "file": 100_000_000,
    }
    assert limits.window is not None
    assert (limits.window.hours, limits.window.human_agent_hours, limits.window.templates) == (24, 0, True)
    assert (limits.contact_seconds, limits.confirms_later) == (6, True)
