"""Every call we build passes Meta's specification; calls that are wrong do not."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from libs.channels.contacts import Address
from libs.channels.contents import ContentRef
from libs.channels.sending import OutgoingMedia, OutgoingTemplate, OutgoingText, Part, Send
from libs.channels.templates import Template
from libs.channels.wire import HttpRequest
from tests.contract.whatsapp.judge import content_of, faults, header_faults, message_faults, operation_of
from tests.contract.whatsapp.payloads import ACCOUNT, WHATSAPP
from tests.support.shared import shared

CREDENTIALS = {"access_token": "demo-token", "business_account_id": "102290129340398"}
PERSON = Address("whatsapp_user", "US.13491208655302741918")
SEND = Send(Address("whatsapp_phone", "16505551234"), [OutgoingText("您好 😀")], UUID(int=1), reference="fd1.0.1")
LINK = "https://desk.example/media/public/x/photo.jpg"
TEMPLATE = Template(
    name="order_ready",
    language="zh_TW",
    status="approved",
    category="utility",
    components=[
        {"type": "HEADER", "format": "DOCUMENT"},
        {"type": "BODY", "text": "Hi {{1}}, order {{2}} is ready."},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}"}]},
    ],
)
NAMED = replace(
    TEMPLATE, components=[{"type": "HEADER", "format": "TEXT", "text": "Hi {{name}}"}, {"type": "BODY", "text": "Now."}]
)
MEDIA = {
    "image": OutgoingMedia("image", LINK, "image/jpeg", caption="look"),
    "video": OutgoingMedia("video", LINK, "video/mp4", caption="look"),
    "audio": OutgoingMedia("audio", LINK, "audio/ogg", voice=True),
    "file": OutgoingMedia("file", LINK, "application/pdf", file_name="帳單.pdf", caption="bill"),
}
PARTS: dict[str, Part] = {
    "text": OutgoingText("x" * 4096),
    "text with an address": OutgoingText("see https://shop.example"),
    "quote": OutgoingText("yes", quoted_id="wamid.1"),
    **MEDIA,
    "quoting image": replace(MEDIA["image"], quoted_id="wamid.1"),
    "template without variables": OutgoingTemplate("hello_world", "en_US", ()),
    "quoting template": OutgoingTemplate("hello_world", "en_US", (), quoted_id="wamid.1"),
    "filled template": WHATSAPP.fill_template(
        TEMPLATE, {"header": [LINK], "body": ["Bo", "#7"], "buttons": ["orders/7"]}
    ),
    "template with names": WHATSAPP.fill_template(NAMED, {"header": ["Bo"]}),
}
# (what Meta wants, what is wrong)
WRONG: list[dict[str, Any]] = [
    {"type": "text", "text": {}},
    {"type": "text", "text": {"body": ""}},
    {"type": "text", "text": {"body": "x" * 4097}},
    {"type": "text", "text": {"body": "x", "quote": "y"}},
    {"type": "image", "image": {}},
    {"type": "image", "image": {"link": "https://x", "id": "1"}},
    {"type": "hologram", "hologram": {}},
    {"type": "template", "template": {"name": "x"}},
    {"type": "template", "template": {"name": "x", "language": "en"}},
    {"type": "template", "template": {"name": "x", "language": {"code": "en"}, "components": [{"type": "footer"}]}},
    {"text": {"body": "x"}},
]


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_sends_pass(part: Part) -> None:
    request = WHATSAPP.build_send(replace(SEND, parts=[part]), ACCOUNT, CREDENTIALS)
    assert isinstance(request, HttpRequest)
    assert message_faults(content_of(request)) == []
    assert header_faults(request) == []
    assert operation_of(request) == "/{Version}/{Phone-Number-ID}/messages"


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_sends_to_the_id_of_a_person_pass_but_for_the_number(part: Part) -> None:
    request = WHATSAPP.build_send(replace(SEND, recipient=PERSON, parts=[part]), ACCOUNT, CREDENTIALS)
    assert isinstance(request, HttpRequest)
    content = content_of(request)
    # The file is older than these ids.
    assert "to" not in content
    assert message_faults(content | {"to": content.pop("recipient")}) == []


def test_reads_and_typing_pass() -> None:
    contact = SEND.recipient
    for request in (
        WHATSAPP.build_read_mark(contact, "wamid.1", "", ACCOUNT, CREDENTIALS),
        WHATSAPP.build_typing(contact, "wamid.1", ACCOUNT, CREDENTIALS),
    ):
        assert request is not None
        assert faults("MarkMessageRequestPayload", content_of(request)) == []
        assert operation_of(request) == "/{Version}/{Phone-Number-ID}/messages"


def test_typing_is_metas_own_example() -> None:
    example = json.loads(shared("payloads", "outbound", "whatsapp", _TYPING).read_bytes())
    request = WHATSAPP.build_typing(SEND.recipient, example["message_id"], ACCOUNT, CREDENTIALS)
    assert request is not None
    assert content_of(request) == example


_TYPING = "send-typing-indicator-and-read-receipt.json"


def test_questions_exist() -> None:
    content = WHATSAPP.build_content(ContentRef("image", "123"), ACCOUNT, CREDENTIALS)
    templates = WHATSAPP.build_templates("", ACCOUNT, CREDENTIALS)
    subscriptions = [WHATSAPP.build_subscribe("", wanted, ACCOUNT, CREDENTIALS)[0] for wanted in (True, False)]
    assert content is not None
    assert operation_of(templates) == "/{Version}/{WABA-ID}/message_templates"
    assert {operation_of(request) for request in subscriptions} == {"/{Version}/{WABA-ID}/subscribed_apps"}
    for request in (content.request, WHATSAPP.build_check(ACCOUNT, CREDENTIALS), templates, *subscriptions):
        assert operation_of(request) is not None
        assert header_faults(request) == []


def test_subscription_with_an_address_passes() -> None:
    own = CREDENTIALS | {"verify_token": "agreed"}
    (request,) = WHATSAPP.build_subscribe("https://desk.example/webhooks/whatsapp/a", True, ACCOUNT, own)
    assert faults("SubscriptionRequest", content_of(request)) == []
    assert faults("SubscriptionRequest", {"override_callback_uri": 7})


@pytest.mark.parametrize("content", WRONG, ids=lambda content: json.dumps(content)[:70])
def test_wrong_calls_are_refused_by_the_judge(content: dict[str, Any]) -> None:
    envelope = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "16505551234"}
    assert faults("Message", envelope | content)


def test_judge_wants_a_number_a_product_and_a_token() -> None:
    content = {"messaging_product": "whatsapp", "to": "1", "type": "text", "text": {"body": "x"}}
    assert message_faults(content) == []
    for name in ("messaging_product", "to", "type"):
        assert faults("Message", {key: value for key, value in content.items() if key != name})
    request = WHATSAPP.build_send(SEND, ACCOUNT, CREDENTIALS)
    assert isinstance(request, HttpRequest)
    assert header_faults(replace(request, headers={}))
    assert operation_of(replace(request, path="/106540352242922/mails")) is None


def test_the_one_correction_is_what_metas_own_example_needs() -> None:
    example = json.loads(shared("payloads", "outbound", "whatsapp", _INTERACTIVE).read_bytes())
    buttons = [part for part in example["template"]["components"] if part["type"] == "button"]
    assert [faults("ButtonComponent", button, corrected=False) != [] for button in buttons][:1] == [True]
    assert [fault for button in buttons for fault in faults("ButtonComponent", button)] == []


_INTERACTIVE = "send-message-template-interactive.json"


def test_judge_takes_metas_own_examples() -> None:
    folder = shared("payloads", "outbound", "whatsapp")
    examples = {path.name: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
    taken = [name for name, content in examples.items() if not faults("Message", content)]
    assert len(taken) >= 40
    assert {name for name in taken if "audio" in name or "document" in name or "image" in name}
