"""Templates: what is variable in them, filling it in, and what is refused before WhatsApp would."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels.line.channel import LineChannel
from libs.channels.sending import CannotSend
from libs.channels.templates import Template, TemplateVariable
from libs.channels.whatsapp.channel import WhatsAppChannel

WHATSAPP = WhatsAppChannel()
LINK = "https://desk.example/media/public/x"
BODY = {
    "type": "BODY",
    "text": "{{2}}: order {{1}} is ready, {{2}}.",
    "example": {"body_text": [["#7", "Bo"]]},
}
NAMED = {
    "type": "BODY",
    "text": "Hi {{ first_name }}, {{points}} points.",
    "example": {
        "body_text_named_params": [
            {"param_name": "points", "example": "20"},
            {"param_name": "first_name", "example": "Bo"},
        ]
    },
}
HEADER = {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["#7"]}}
PICTURE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://scontent/x"]}}
FOOTER = {"type": "FOOTER", "text": "Shop"}
TRACK = {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}", "example": ["https://shop.example/o/7"]}
COUPON = {"type": "COPY_CODE", "text": "Copy", "example": "SAVE20"}
BUTTONS = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}, TRACK, COUPON]}
CODE = {"type": "URL", "text": "Copy code", "url": "https://www.whatsapp.com/otp/code/?code=otp{{1}}"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["BODY", "BUTTONS", "URL", "{{1}}", "{{a}}", "IMAGE"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "format", "buttons", "example", "url"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def template(*components: dict[str, Any]) -> Template:
    """An approved template."""
    return Template("order_ready", "zh_TW", "approved", "utility", components)


@pytest.mark.rule(45)
def test_variables_come_in_the_order_in_which_values_are_given() -> None:
    view = WHATSAPP.view_template(template(HEADER, BODY, FOOTER, BUTTONS))
    assert view.variables == [
        TemplateVariable("header", 0, "1", "#7"),
        TemplateVariable("body", 0, "1", "#7"),
        TemplateVariable("body", 1, "2", "Bo"),
        TemplateVariable("buttons", 0, "Track", "https://shop.example/o/7"),
        TemplateVariable("buttons", 1, "Copy", "SAVE20"),
    ]
    assert (view.header, view.footer, view.obstacle) == ("Order {{1}}", "Shop", "")
    assert [(button.kind, button.text) for button in view.buttons] == [
        ("QUICK_REPLY", "Stop"),
        ("URL", "Track"),
        ("COPY_CODE", "Copy"),
    ]


@pytest.mark.rule(45)
def test_filled_in_and_previewed() -> None:
    values = {"header": ["#7"], "body": ["#7", "Bo"], "buttons": ["o/7", "SAVE20"]}
    filled = WHATSAPP.fill_template(template(HEADER, BODY, FOOTER, BUTTONS), values)
    assert filled.text == "Order #7\nBo: order #7 is ready, Bo.\nShop"
    assert (filled.name, filled.language) == ("order_ready", "zh_TW")
    assert filled.components == [
        {"type": "header", "parameters": [{"type": "text", "text": "#7"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "#7"}, {"type": "text", "text": "Bo"}]},
        {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "o/7"}]},
        {
            "type": "button",
            "sub_type": "copy_code",
            "index": "2",
            "parameters": [{"type": "coupon_code", "coupon_code": "SAVE20"}],
        },
    ]


def test_variables_with_names() -> None:
    view = WHATSAPP.view_template(template(NAMED))
    assert [(variable.name, variable.example) for variable in view.variables] == [
        ("first_name", "Bo"),
        ("points", "20"),
    ]
    filled = WHATSAPP.fill_template(template(NAMED), {"body": ["May", "3"]})
    assert filled.text == "Hi May, 3 points."
    assert filled.components == [
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "May", "parameter_name": "first_name"},
                {"type": "text", "text": "3", "parameter_name": "points"},
            ],
        }
    ]


def test_picture_above_the_text_is_an_address() -> None:
    view = WHATSAPP.view_template(template(PICTURE, FOOTER))
    assert view.header == "IMAGE"
    assert view.variables == [TemplateVariable("header", 0, "image", "https://scontent/x", "image")]
    filled = WHATSAPP.fill_template(template(PICTURE, FOOTER), {"header": [LINK]})
    assert filled.components == [{"type": "header", "parameters": [{"type": "image", "image": {"link": LINK}}]}]
    assert filled.text == "Shop"


@pytest.mark.parametrize("button", [CODE, {"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}])
def test_one_time_code_is_written_once(button: dict[str, Any]) -> None:
    code = template({"type": "BODY", "text": "*{{1}}* is your code."}, {"type": "BUTTONS", "buttons": [button]})
    assert len(WHATSAPP.view_template(code).variables) == 1
    filled = WHATSAPP.fill_template(code, {"body": ["123456"]})
    assert filled.components[1] == {
        "type": "button",
        "sub_type": "url",
        "index": "0",
        "parameters": [{"type": "text", "text": "123456"}],
    }


def test_template_without_variables() -> None:
    filled = WHATSAPP.fill_template(template({"type": "BODY", "text": "Hello."}), {})
    assert (filled.components, filled.text) == ([], "Hello.")


@pytest.mark.rule(45)
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"body": ["#7"]},
        {"body": ["#7", "Bo", "more"]},
        {"body": ["#7", "Bo"], "header": ["x"]},
        {"body": ["#7", "Bo"], "buttons": ["x"]},
        {"body": ["#7", " \x00"]},
        {"body": ["#7", "two\nlines"]},
        {"body": ["#7", "a\tb"]},
        {"body": ["#7", "a     b"]},
        {"body": ["#7", "x" * 1024]},
    ],
)
def test_values_that_do_not_fit(values: dict[str, list[str]]) -> None:
    with pytest.raises(CannotSend) as refused:
        WHATSAPP.fill_template(template(BODY), values)
    assert refused.value.code == "template_refused"
    assert refused.value.message


@pytest.mark.parametrize("value", ["photo.jpg", "javascript:x", "x" * 61])
def test_values_of_a_header_that_do_not_fit(value: str) -> None:
    header = PICTURE if len(value) < 60 else HEADER
    with pytest.raises(CannotSend):
        WHATSAPP.fill_template(template(header), {"header": [value]})


@pytest.mark.parametrize(
    "part",
    [
        {"type": "CAROUSEL", "cards": []},
        {"type": "LIMITED_TIME_OFFER"},
        {"type": "HEADER", "format": "LOCATION"},
        {"type": "BUTTONS", "buttons": [{"type": "MPM", "text": "View items"}]},
    ],
    ids=str,
)
def test_template_that_wants_more_than_texts_says_so(part: dict[str, Any]) -> None:
    assert WHATSAPP.view_template(template(BODY, part)).obstacle
    with pytest.raises(CannotSend) as refused:
        WHATSAPP.fill_template(template(BODY, part), {"body": ["#7", "Bo"]})
    assert refused.value.code == "template_refused"


@given(components=st.lists(st.dictionaries(st.sampled_from(["type", "text", "format", "buttons", "example"]), JSON)))
def test_odd_templates_are_viewed_and_filled_with_as_many_values_as_they_show(components: list[dict[str, Any]]) -> None:
    view = WHATSAPP.view_template(template(*components))
    values: dict[str, list[str]] = {}
    for variable in view.variables:
        values.setdefault(variable.component, []).append(LINK if variable.kind != "text" else "x")
    if not view.obstacle:
        assert "{{" not in WHATSAPP.fill_template(template(*components), values).text


def test_channel_without_templates_says_so() -> None:
    assert LineChannel().view_template(template(BODY)).obstacle
    with pytest.raises(CannotSend):
        LineChannel().fill_template(template(BODY), {})
