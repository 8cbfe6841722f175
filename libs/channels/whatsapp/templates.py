"""WhatsApp's templates. Facts: https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from libs.channels.fields import Fields
from libs.channels.meta import templates
from libs.channels.meta.templates import GAP, MEDIA, Dialect, Gap, Parts, buttons
from libs.channels.sending import OutgoingTemplate
from libs.channels.templates import Template, TemplateView

# Parts that want more than texts: cards, products, orders, a deadline.
_OTHER_PARTS = frozenset({"CAROUSEL", "LIMITED_TIME_OFFER", "ORDER_DETAILS", "ORDER_STATUS"})
_OTHER_BUTTONS = frozenset({"MPM", "SPM", "ORDER_DETAILS", "REMINDER"})
# The button that copies a one-time code: the code is the body's, and in lists of templates an address stands for it.
_CODE_ADDRESS = "https://www.whatsapp.com/otp/"


def view_template(template: Template) -> TemplateView:
    """Texts, buttons and variables, as far as they can be read."""
    return templates.view_template(template, _DIALECT)


def fill_template(template: Template, values: Mapping[str, Sequence[str]]) -> OutgoingTemplate:
    """The template with its values, and the text that comes of it."""
    return templates.fill_template(template, values, _DIALECT)


def _obstacle(parts: Parts) -> str:
    odd = sorted(_OTHER_PARTS & set(parts)) + [
        one.text("type") for one in buttons(parts) if one.text("type") in _OTHER_BUTTONS
    ]
    if parts.get("HEADER", Fields({})).text("format") not in ("", "TEXT", *MEDIA):
        odd.append(parts["HEADER"].text("format"))
    return f"a template with {', '.join(odd).lower()} cannot be filled in here" if odd else ""


def _varies(button: Fields) -> bool:
    return _is_copied(button) or (GAP.search(button.text("url")) is not None and not _is_code(button))


def _is_copied(button: Fields) -> bool:
    return button.text("type") == "COPY_CODE"


def _is_code(button: Fields) -> bool:
    return button.text("type") == "OTP" or button.text("url").startswith(_CODE_ADDRESS)


def _pressed(parts: Parts, gaps: Sequence[tuple[Gap, str]], body: Sequence[str]) -> Iterator[dict[str, Any]]:
    given = {gap.button: value for gap, value in gaps if gap.variable.component == "buttons"}
    listed = list(enumerate(buttons(parts)))
    for number, button in listed:
        if number in given and _is_copied(button):
            yield _button("copy_code", number, {"type": "coupon_code", "coupon_code": given[number]})
        elif number in given:
            yield _button("url", number, {"type": "text", "text": given[number]})
    for number, button in listed:
        if _is_code(button) and body:
            yield _button("url", number, {"type": "text", "text": body[0]})


def _button(kind: str, number: int, parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": str(number), "parameters": [parameter]}


_DIALECT = Dialect(_obstacle, _varies, _pressed)
