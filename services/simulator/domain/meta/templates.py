"""Message templates of WhatsApp and of pages, and what a message made of one says."""

import re
from dataclasses import dataclass, field
from typing import Any

from services.simulator.domain.meta.errors import GraphError, invalid_parameter, whatsapp_error
from services.simulator.domain.meta.sends import object_of

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FORMAT = "Parameter format does not match format in the created template"


@dataclass(slots=True)
class Template:
    """One language of a template. status: APPROVED, PENDING, REJECTED, PAUSED or DISABLED."""

    template_id: str
    name: str
    language: str
    category: str
    status: str
    components: list[dict[str, Any]] = field(default_factory=list)
    # POSITIONAL ({{1}}) or NAMED ({{name}})
    parameter_format: str = "POSITIONAL"

    def as_json(self) -> dict[str, Any]:
        """As GET /{business account or page}/message_templates shows it."""
        return {
            "name": self.name,
            "parameter_format": self.parameter_format,
            "components": self.components,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "id": self.template_id,
        }

    def component(self, kind: str) -> dict[str, Any]:
        """HEADER, BODY, FOOTER or BUTTONS; {} without one."""
        return next((item for item in self.components if item["type"] == kind), {})


def render(template: Template, components: list[dict[str, Any]], with_buttons: bool = True) -> str:
    """What the customer reads; GraphError 132000 or 132012 when the variables are not the template's. with_buttons:
    looks at these, too."""
    kinds = [str(item["type"]).lower() for item in components]
    given = dict(zip(kinds, components, strict=True))
    header, lines = template.component("HEADER"), []
    if header.get("format", "TEXT") == "TEXT":
        lines.append(_fill(template, header.get("text", ""), given.get("header")))
    else:
        _needs_media(header["format"].lower(), given.get("header"))
    lines.append(_fill(template, template.component("BODY").get("text", ""), given.get("body")))
    lines.append(template.component("FOOTER").get("text", ""))
    if with_buttons:
        _check_buttons(template, [item for kind, item in zip(kinds, components, strict=True) if kind == "button"])
    return "\n".join(line for line in lines if line)


def render_utility(template: Template | None, components: list[dict[str, Any]]) -> str:
    """The same of a page's; GraphError 100 for whatever is wrong."""
    if template is None or template.status != "APPROVED":
        raise invalid_parameter("There is no approved utility template of this name and language")
    pressed = [part for part in components if str(part["type"]).lower() == "buttons"]
    given = [str(item.get("type")) for part in pressed for item in part.get("parameters") or []]
    wanted = [_pressed(item) for item in template.component("BUTTONS").get("buttons", []) if _varies(item)]
    if wanted != given:
        raise invalid_parameter(f"Param components[buttons] must have {len(wanted)} parameters, in order")
    try:
        return render(template, [part for part in components if part not in pressed], with_buttons=False)
    except GraphError as error:
        raise invalid_parameter(error.details or error.message) from None


def _varies(button: dict[str, Any]) -> bool:
    return _VARIABLE.search(str(button.get("url") or button.get("payload", ""))) is not None


def _pressed(button: dict[str, Any]) -> str:
    return "URL" if "url" in button else "POSTBACK"


def not_usable(status: str | None) -> GraphError | None:
    """Why a template cannot be sent; None when it can. status is None where there is no such template."""
    match status:
        case "APPROVED":
            return None
        case "PAUSED":
            return whatsapp_error(132015, "Template is paused", "The template is paused for low quality.")
        case "DISABLED":
            return whatsapp_error(132016, "Template is disabled", "The template was paused too often.")
        case _:
            details = "The template name does not exist in the translation, or is not approved."
            error = whatsapp_error(132001, "Template name does not exist in the translation", details)
            error.status = 404
            return error


def _fill(template: Template, text: str, component: dict[str, Any] | None) -> str:
    names = list(dict.fromkeys(_VARIABLE.findall(text)))
    parameters = (component or {}).get("parameters") or []
    if len(parameters) != len(names):
        details = f"number of localizable_params ({len(parameters)}) does not match the expected ({len(names)})"
        raise whatsapp_error(132000, "Number of parameters does not match the expected number of params", details)
    if template.parameter_format == "NAMED":
        values = {str(parameter.get("parameter_name")): _value(parameter) for parameter in parameters}
        if set(values) != set(names):
            raise whatsapp_error(132012, _FORMAT, f"The parameter names have to be {', '.join(names)}.")
    else:
        values = {str(place): _value(parameter) for place, parameter in enumerate(parameters, 1)}
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def _value(parameter: dict[str, Any]) -> str:
    match parameter.get("type"):
        case "text":
            text = str(parameter.get("text", ""))
        case "currency" | "date_time" as kind:
            text = str(object_of(parameter.get(kind), kind).get("fallback_value", ""))
        case _:
            raise whatsapp_error(132012, _FORMAT, "A text parameter was expected.")
    if not text or "\n" in text or "\t" in text or "     " in text:
        details = "Param text cannot be empty or have new-line/tab characters or more than 4 consecutive spaces"
        raise GraphError(400, "(#100) Invalid parameter", 100, details=details)
    return text


def _needs_media(kind: str, component: dict[str, Any] | None) -> None:
    parameters = (component or {}).get("parameters") or []
    if len(parameters) != 1 or parameters[0].get("type") != kind:
        raise whatsapp_error(132012, _FORMAT, f"header: Format mismatch, expected {kind.upper()}")


def _check_buttons(template: Template, given: list[dict[str, Any]]) -> None:
    buttons = template.component("BUTTONS").get("buttons", [])
    filled = {str(item.get("index")) for item in given if item.get("parameters")}
    for place in (str(item.get("index")) for item in given):
        if not place.isdigit() or int(place) >= len(buttons):
            raise whatsapp_error(132012, _FORMAT, f"There is no button {place}.")
    for number, button in enumerate(buttons):
        if button["type"] == "URL" and _VARIABLE.search(button["url"]) and str(number) not in filled:
            details = f"buttons: Button at index {number} of type Url requires a parameter"
            raise whatsapp_error(131008, "Required parameter is missing", details)
