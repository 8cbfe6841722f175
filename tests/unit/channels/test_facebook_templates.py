"""Messenger's utility templates: listed, filled in, and sent as such."""

import json
from typing import Any
from uuid import UUID

import pytest

from libs.channels.accounts import Account
from libs.channels.contacts import Address
from libs.channels.facebook.channel import FacebookChannel
from libs.channels.instagram.channel import InstagramChannel
from libs.channels.sending import CannotSend, OutgoingTemplate, Send
from libs.channels.templates import Template, TemplatePage, TemplateVariable
from libs.channels.wire import Answer, HttpRequest

FACEBOOK = FacebookChannel()
ACCOUNT, CREDENTIALS = Account("tenant", "page", "1000001"), {"access_token": "token"}
HEADER = {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["#7"]}}
BODY = {"type": "BODY", "text": "{{1}}, it ships on {{2}}.", "example": {"body_text": [["Bo", "Monday"]]}}
TRACK = {
    "type": "URL",
    "text": "Track",
    "url": "https://shop.example/{{1}}",
    "example": {"url_suffix_example": "https://shop.example/7"},
}
ASK = {"type": "POSTBACK", "text": "Ask", "payload": "order_{{2}}"}
CALL = {"type": "PHONE_NUMBER", "text": "Call"}


def template(*components: dict[str, Any]) -> Template:
    """An approved template."""
    return Template("order_update", "zh_TW", "approved", "utility", components)


def buttons(*listed: dict[str, Any]) -> dict[str, Any]:
    """A component of buttons."""
    return {"type": "BUTTONS", "buttons": list(listed)}


def sent(channel: Any, part: OutgoingTemplate, address: str = "facebook_user") -> dict[str, Any]:
    """The body of the call."""
    send = Send(Address(address, "P1"), [part], UUID(int=1), reference="fd1.m.1")
    body: dict[str, Any] = json.loads(channel.build_send(send, ACCOUNT, CREDENTIALS).body)
    return body


@pytest.mark.rule(45)
def test_a_template_is_filled_in_and_sent_as_a_utility_message() -> None:
    view = FACEBOOK.view_template(template(HEADER, BODY, buttons(TRACK, ASK)))
    assert view.variables == [
        TemplateVariable("header", 0, "1", "#7"),
        TemplateVariable("body", 0, "1", "Bo"),
        TemplateVariable("body", 1, "2", "Monday"),
        TemplateVariable("buttons", 0, "Track", "https://shop.example/7"),
        TemplateVariable("buttons", 1, "Ask", ""),
    ]
    values = {"header": ["#9"], "body": ["Mei", "Friday"], "buttons": ["9", "nine"]}
    part = FACEBOOK.fill_template(template(HEADER, BODY, buttons(TRACK, ASK)), values)
    assert part.text == "Order #9\nMei, it ships on Friday."
    assert sent(FACEBOOK, part) == {
        "recipient": {"id": "P1"},
        "messaging_type": "UTILITY",
        "message": {
            "template": {
                "name": "order_update",
                "language": {"code": "zh_TW"},
                "components": [
                    {"type": "header", "parameters": [{"type": "text", "text": "#9"}]},
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": "Mei"}, {"type": "text", "text": "Friday"}],
                    },
                    {
                        "type": "buttons",
                        "parameters": [{"type": "URL", "url": "9"}, {"type": "POSTBACK", "payload": "nine"}],
                    },
                ],
            },
            "metadata": "fd1.m.1",
        },
    }


def test_named_values_go_with_their_names() -> None:
    part = FACEBOOK.fill_template(template({"type": "BODY", "text": "Hi {{who}}"}), {"body": ["Bo"]})
    assert part.components == [
        {"type": "body", "parameters": [{"type": "text", "text": "Bo", "parameter_name": "who"}]}
    ]


@pytest.mark.parametrize(
    ("components", "why"),
    [
        ((BODY, buttons(TRACK, CALL)), "only some vary"),
        (({"type": "HEADER", "format": "IMAGE"}, BODY), "image"),
        ((BODY, {"type": "CAROUSEL"}), "carousel"),
    ],
    ids=["mixed buttons", "picture", "carousel"],
)
def test_what_cannot_be_filled_in_says_why(components: tuple[dict[str, Any], ...], why: str) -> None:
    assert why in FACEBOOK.view_template(template(*components)).obstacle
    with pytest.raises(CannotSend) as refused:
        FACEBOOK.fill_template(template(*components), {"body": ["a", "b"]})
    assert refused.value.code == "template_refused"


def test_templates_are_asked_of_the_page() -> None:
    request = FACEBOOK.build_templates("next", ACCOUNT, CREDENTIALS)
    assert isinstance(request, HttpRequest)
    assert request.path.startswith("/1000001/message_templates?")
    assert "after=next" in request.path
    listed = {
        "data": [
            {"name": "a", "language": "en", "status": "APPROVED", "category": "UTILITY", "components": [BODY]},
            {"name": "b", "language": "en", "status": "SOMETHING_NEW"},
            {"language": "en"},
        ],
        "paging": {"cursors": {"after": "more"}, "next": "https://graph"},
    }
    page = FACEBOOK.read_templates(Answer(200, {}, json.dumps(listed).encode()))
    assert isinstance(page, TemplatePage)
    assert [(one.name, one.status) for one in page.templates] == [("a", "approved"), ("b", "disabled")]
    assert page.after == "more"


def test_instagram_has_none() -> None:
    with pytest.raises(CannotSend) as refused:
        sent(InstagramChannel(), OutgoingTemplate("t", "en", []), "instagram_user")
    assert refused.value.code == "rejected"
    with pytest.raises(CannotSend) as refused:
        sent(FACEBOOK, OutgoingTemplate("", "", []))
    assert refused.value.code == "template_refused"
