"""Messages that Meta approved beforehand: what is variable in them, and filling it in.

A template is a header, a body, a footer and buttons. Its gaps are {{1}}, {{2}} or {{name}}; a header may be a picture
instead, whose address is the value. WhatsApp and Messenger tell them in the same form and differ in their buttons.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.channels.fields import Fields
from libs.channels.sending import CannotSend, OutgoingTemplate
from libs.channels.templates import Template, TemplateButton, TemplateVariable, TemplateView
from libs.channels.text import clean_text

GAP = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,64})\s*\}\}")
MEDIA = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
# What Meta refuses in a value: line breaks, tabs and more than four spaces.
_UNFIT = re.compile(r"[\n\r\t]| {5}")
_LONGEST = {"header": 60, "body": 1024}

# HEADER, BODY, FOOTER, BUTTONS and what else there is, by name.
Parts = Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class Gap:
    """A variable; named: its value is sent with its name. button: the number of the one it belongs to."""

    variable: TemplateVariable
    named: bool = False
    button: int = -1


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the platforms.

    obstacle: why a template cannot be filled in here, "" where it can. varies: whether a button has a gap. pressed: the
    components of the buttons, from the gaps of all with their values, and the body's values.
    """

    obstacle: Callable[[Parts], str]
    varies: Callable[[Fields], bool]
    pressed: Callable[[Parts, Sequence[tuple[Gap, str]], Sequence[str]], Iterable[Mapping[str, Any]]]


def view_template(template: Template, dialect: Dialect) -> TemplateView:
    """Texts, buttons and variables, as far as they can be read."""
    parts = _parts(template)
    header, body = parts.get("HEADER", Fields({})), parts.get("BODY", Fields({}))
    return TemplateView(
        header=header.text("text") if header.text("format") in ("", "TEXT") else header.text("format"),
        body=body.text("text"),
        footer=parts.get("FOOTER", Fields({})).text("text"),
        buttons=[TemplateButton(one.text("type"), one.text("text"), one.text("url")) for one in buttons(parts)],
        variables=[gap.variable for gap in _gaps(parts, dialect)],
        obstacle=dialect.obstacle(parts),
    )


def fill_template(template: Template, values: Mapping[str, Sequence[str]], dialect: Dialect) -> OutgoingTemplate:
    """The template with its values, and the text that comes of it."""
    parts, view = _parts(template), view_template(template, dialect)
    if view.obstacle:
        raise CannotSend("template_refused", view.obstacle)
    given = {name: _checked(name, view.variables, values.get(name, ())) for name in ("header", "body", "buttons")}
    gaps = [(gap, given[gap.variable.component][gap.variable.index]) for gap in _gaps(parts, dialect)]
    texts = (_filled("header", view.header, gaps), _filled("body", view.body, gaps), view.footer)
    return OutgoingTemplate(
        name=template.name,
        language=template.language,
        components=[*_sections(gaps), *dialect.pressed(parts, gaps, given["body"])],
        text="\n".join(filter(None, texts)),
    )


def buttons(parts: Parts) -> list[Fields]:
    """The buttons, in their order."""
    return parts.get("BUTTONS", Fields({})).sections("buttons")


def _parts(template: Template) -> dict[str, Fields]:
    return {Fields(dict(part)).text("type").upper(): Fields(dict(part)) for part in template.components}


def _gaps(parts: Parts, dialect: Dialect) -> Iterator[Gap]:
    """Everything variable, in the order in which values are given."""
    for component in ("header", "body"):
        yield from _text_gaps(component, parts.get(component.upper(), Fields({})))
    varying = [(number, button) for number, button in enumerate(buttons(parts)) if dialect.varies(button)]
    for place, (number, button) in enumerate(varying):
        yield Gap(TemplateVariable("buttons", place, button.text("text"), _shown(button)), button=number)


def _shown(button: Fields) -> str:
    """An example: a list on WhatsApp, an object on Messenger, or a text."""
    return (
        next(iter(button.texts("example")), "")
        or button.optional("example").text("url_suffix_example")
        or button.text("example")
    )


def _text_gaps(component: str, part: Fields) -> Iterator[Gap]:
    media = MEDIA.get(part.text("format"))
    examples = part.optional("example")
    if media:
        shown = next(iter(examples.texts("header_handle")), "")
        yield Gap(TemplateVariable(component, 0, media, shown, media))
        return
    names = list(dict.fromkeys(GAP.findall(part.text("text"))))
    named = any(not name.isdigit() for name in names)
    by_name = {
        one.text("param_name"): one.text("example") for one in examples.sections(f"{component}_text_named_params")
    }
    by_place = _examples(examples.values.get(f"{component}_text"))
    for place, name in enumerate(names if named else sorted(names, key=int)):
        shown = by_name.get(name, "") if named else next(iter(by_place[place:]), "")
        yield Gap(TemplateVariable(component, place, name, shown), named)


def _examples(listed: Any) -> list[str]:
    """The body's examples are a list of lists, the header's a list."""
    inner = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], list) else listed
    return Fields({"examples": inner}).texts("examples")


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
        raise CannotSend("template_refused", f"{said} has line breaks, tabs or many spaces, which Meta refuses")
    return value


def _filled(component: str, text: str, gaps: Sequence[tuple[Gap, str]]) -> str:
    mine = [(gap, value) for gap, value in gaps if gap.variable.component == component]
    if any(gap.variable.kind != "text" for gap, _ in mine):
        return ""
    by_name = {gap.variable.name: value for gap, value in mine}
    filled = GAP.sub(lambda found: by_name.get(found[1], found[0]), text)
    if len(filled) > _LONGEST[component]:
        raise CannotSend("template_refused", f"the {component} has {len(filled)} characters; {_LONGEST[component]} fit")
    return filled


def _sections(gaps: Sequence[tuple[Gap, str]]) -> Iterator[dict[str, Any]]:
    for component in ("header", "body"):
        parameters = [_parameter(gap, value) for gap, value in gaps if gap.variable.component == component]
        if parameters:
            yield {"type": component, "parameters": parameters}


def _parameter(gap: Gap, value: str) -> dict[str, Any]:
    kind = gap.variable.kind
    if kind != "text":
        return {"type": kind, kind: {"link": value}}
    return {"type": "text", "text": value} | ({"parameter_name": gap.variable.name} if gap.named else {})
