"""Messages that WhatsApp approved beforehand: what is variable in them, and filling it in.

A template is a header, a body, a footer and buttons. Its gaps are {{1}}, {{2}} or {{name}}; a header may be a picture
instead, whose address is the value. Facts: https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.channels.fields import Fields
from libs.channels.sending import CannotSend, OutgoingTemplate
from libs.channels.templates import Template, TemplateButton, TemplateVariable, TemplateView
from libs.channels.text import clean_text

_GAP = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,64})\s*\}\}")
# What WhatsApp refuses in a value of the body: line breaks, tabs and more than four spaces.
_UNFIT = re.compile(r"[\n\r\t]| {5}")
_MEDIA = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
_LONGEST = {"header": 60, "body": 1024}
# Parts that want more than texts: cards, products, orders, a deadline.
_OTHER_PARTS = frozenset({"CAROUSEL", "LIMITED_TIME_OFFER", "ORDER_DETAILS", "ORDER_STATUS"})
_OTHER_BUTTONS = frozenset({"MPM", "SPM", "ORDER_DETAILS", "REMINDER"})
# The button that copies a one-time code: the code is the body's, and in lists of templates an address stands for it.
_CODE_ADDRESS = "https://www.whatsapp.com/otp/"


@dataclass(frozen=True, slots=True)
class _Gap:
    """A variable and how its value is sent: type of the parameter, and the button it belongs to."""

    variable: TemplateVariable
    named: bool = False
    button: int = -1
    copied: bool = False


def view_template(template: Template) -> TemplateView:
    """Texts, buttons and variables, as far as they can be read."""
    parts = _parts(template)
    header, body = parts.get("HEADER", Fields({})), parts.get("BODY", Fields({}))
    buttons = [TemplateButton(one.text("type"), one.text("text"), one.text("url")) for one in _buttons(parts)]
    return TemplateView(
        header=header.text("text") if header.text("format") in ("", "TEXT") else header.text("format"),
        body=body.text("text"),
        footer=parts.get("FOOTER", Fields({})).text("text"),
        buttons=buttons,
        variables=[gap.variable for gap in _gaps(parts)],
        obstacle=_obstacle(parts),
    )


def fill_template(template: Template, values: Mapping[str, Sequence[str]]) -> OutgoingTemplate:
    """The template with its values, and the text that comes of it."""
    parts, view = _parts(template), view_template(template)
    if view.obstacle:
        raise CannotSend("template_refused", view.obstacle)
    given = {name: _checked(name, view.variables, values.get(name, ())) for name in ("header", "body", "buttons")}
    gaps = [(gap, given[gap.variable.component][gap.variable.index]) for gap in _gaps(parts)]
    texts = (_filled("header", view.header, gaps), _filled("body", view.body, gaps), view.footer)
    return OutgoingTemplate(
        name=template.name,
        language=template.language,
        components=[*_sections(gaps), *_pressed(gaps), *_codes(parts, given["body"])],
        text="\n".join(filter(None, texts)),
    )


def _parts(template: Template) -> dict[str, Fields]:
    return {Fields(dict(part)).text("type").upper(): Fields(dict(part)) for part in template.components}


def _buttons(parts: Mapping[str, Fields]) -> list[Fields]:
    return parts.get("BUTTONS", Fields({})).sections("buttons")


def _obstacle(parts: Mapping[str, Fields]) -> str:
    odd = sorted(_OTHER_PARTS & set(parts)) + [
        one.text("type") for one in _buttons(parts) if one.text("type") in _OTHER_BUTTONS
    ]
    if parts.get("HEADER", Fields({})).text("format") not in ("", "TEXT", *_MEDIA):
        odd.append(parts["HEADER"].text("format"))
    return f"a template with {', '.join(odd).lower()} cannot be filled in here" if odd else ""


def _gaps(parts: Mapping[str, Fields]) -> Iterator[_Gap]:
    """Everything variable, in the order in which values are given."""
    for component in ("header", "body"):
        yield from _text_gaps(component, parts.get(component.upper(), Fields({})))
    place = 0
    for number, button in enumerate(_buttons(parts)):
        copied = button.text("type") == "COPY_CODE"
        if copied or (_GAP.search(button.text("url")) and not _is_code(button)):
            example = next(iter(button.texts("example")), "") or button.text("example")
            variable = TemplateVariable("buttons", place, button.text("text"), example)
            yield _Gap(variable, button=number, copied=copied)
            place += 1


def _text_gaps(component: str, part: Fields) -> Iterator[_Gap]:
    media = _MEDIA.get(part.text("format"))
    examples = part.optional("example")
    if media:
        shown = next(iter(examples.texts("header_handle")), "")
        yield _Gap(TemplateVariable(component, 0, media, shown, media))
        return
    names = list(dict.fromkeys(_GAP.findall(part.text("text"))))
    named = any(not name.isdigit() for name in names)
    by_name = {
        one.text("param_name"): one.text("example") for one in examples.sections(f"{component}_text_named_params")
    }
    by_place = _examples(examples.values.get(f"{component}_text"))
    for place, name in enumerate(names if named else sorted(names, key=int)):
        shown = by_name.get(name, "") if named else next(iter(by_place[place:]), "")
        yield _Gap(TemplateVariable(component, place, name, shown), named)


def _examples(listed: Any) -> list[str]:
    """The body's examples are a list of lists, the header's a list."""
    inner = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], list) else listed
    return Fields({"examples": inner}).texts("examples")


def _is_code(button: Fields) -> bool:
    return button.text("type") == "OTP" or button.text("url").startswith(_CODE_ADDRESS)


def _checked(component: str, variables: Sequence[TemplateVariable], values: Sequence[str]) -> list[str]:
    wanted = [variable for variable in variables if variable.component == component]
    if len(values) != len(wanted):
        raise CannotSend("template_refused", f"the {component} takes {len(wanted)} values, not {len(values)}")
    return [_fit(variable, clean_text(value)) for variable, value in zip(wanted, values, strict=True)]


def _fit(variable: TemplateVariable, value: str) -> str:
    said = f"value {variable.index + 1} of the {variable.component}"
    if not value.strip():
        raise CannotSend("template_refused", f"{said} is empty")
    if variable.kind != "text" and not value.startswith(("https://", "http://")):
        raise CannotSend("template_refused", f"{said} is no address of a file")
    if _UNFIT.search(value):
        raise CannotSend("template_refused", f"{said} has line breaks, tabs or many spaces, which WhatsApp refuses")
    return value


def _filled(component: str, text: str, gaps: Sequence[tuple[_Gap, str]]) -> str:
    mine = [(gap, value) for gap, value in gaps if gap.variable.component == component]
    if any(gap.variable.kind != "text" for gap, _ in mine):
        return ""
    by_name = {gap.variable.name: value for gap, value in mine}
    filled = _GAP.sub(lambda found: by_name.get(found[1], found[0]), text)
    if len(filled) > _LONGEST[component]:
        raise CannotSend("template_refused", f"the {component} has {len(filled)} characters; {_LONGEST[component]} fit")
    return filled


def _sections(gaps: Sequence[tuple[_Gap, str]]) -> Iterator[dict[str, Any]]:
    for component in ("header", "body"):
        parameters = [_parameter(gap, value) for gap, value in gaps if gap.variable.component == component]
        if parameters:
            yield {"type": component, "parameters": parameters}


def _parameter(gap: _Gap, value: str) -> dict[str, Any]:
    kind = gap.variable.kind
    if kind != "text":
        return {"type": kind, kind: {"link": value}}
    return {"type": "text", "text": value} | ({"parameter_name": gap.variable.name} if gap.named else {})


def _pressed(gaps: Sequence[tuple[_Gap, str]]) -> Iterator[dict[str, Any]]:
    for gap, value in gaps:
        if gap.variable.component == "buttons" and gap.copied:
            yield _button("copy_code", gap.button, {"type": "coupon_code", "coupon_code": value})
        elif gap.variable.component == "buttons":
            yield _button("url", gap.button, {"type": "text", "text": value})


def _codes(parts: Mapping[str, Fields], body: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, button in enumerate(_buttons(parts)):
        if _is_code(button) and body:
            yield _button("url", number, {"type": "text", "text": body[0]})


def _button(kind: str, number: int, parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": str(number), "parameters": [parameter]}
