"""Messenger's utility templates: order updates and the like, allowed after the reply window, too.

Facts: https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from libs.channels.fields import Fields
from libs.channels.meta import templates
from libs.channels.meta.templates import GAP, Dialect, Gap, Parts, buttons
from libs.channels.sending import OutgoingTemplate
from libs.channels.templates import Template, TemplateView

_PARTS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})


def view_template(template: Template) -> TemplateView:
    """Texts, buttons and variables, as far as they can be read."""
    return templates.view_template(template, _DIALECT)


def fill_template(template: Template, values: Mapping[str, Sequence[str]]) -> OutgoingTemplate:
    """The template with its values, and the text that comes of it."""
    return templates.fill_template(template, values, _DIALECT)


def _obstacle(parts: Parts) -> str:
    odd = sorted(set(parts) - _PARTS)
    if (header := parts.get("HEADER", Fields({})).text("format")) not in ("", "TEXT"):
        odd.append(header)
    if odd:
        return f"a template with {', '.join(odd).lower()} cannot be filled in here"
    varying = {_varies(button) for button in buttons(parts)}
    # Values name no button, so which of several they are for is nowhere said.
    return "a template of whose buttons only some vary cannot be filled in here" if len(varying) > 1 else ""


def _varies(button: Fields) -> bool:
    return GAP.search(button.text("url") or button.text("payload")) is not None


def _pressed(parts: Parts, gaps: Sequence[tuple[Gap, str]], body: Sequence[str]) -> Iterator[dict[str, Any]]:
    listed = buttons(parts)
    given = [(listed[gap.button], value) for gap, value in gaps if gap.variable.component == "buttons"]
    if given:
        yield {"type": "buttons", "parameters": [_value(button, value) for button, value in given]}


def _value(button: Fields, value: str) -> dict[str, str]:
    if button.text("url"):
        return {"type": "URL", "url": value}
    return {"type": "POSTBACK", "payload": value}


_DIALECT = Dialect(_obstacle, _varies, _pressed)
