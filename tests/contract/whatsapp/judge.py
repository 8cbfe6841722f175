"""Meta's specification as a judge of requests: whether a call exists in it, and whether its body fits."""

import json
import re
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from libs.channels.wire import HttpRequest
from tests.support.shared import shared

_PLACE = "urn:whatsapp"
# The file wants the place of a button to match this, which is meant as a list of ranges and lets no "0" through. Meta's
# own examples have "0".
_WRONG_PLACES, _PLACES = "^[2-6, 11-14]$", "^[0-9]$"
_PARTS = {"header": "HeaderComponent", "body": "BodyComponent", "button": "ButtonComponent"}
_PARAMETERS = {"text": "TextParameter", "image": "ImageParameter", "document": "DocumentParameter"}


@cache
def specification(corrected: bool = True) -> dict[str, Any]:
    """The file; `corrected` lets a button's place be a digit."""
    text = shared("specs", "whatsapp", "cloud-api-v23.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(
        text.replace(_WRONG_PLACES, _PLACES) if corrected else text, Loader=yaml.CSafeLoader
    )
    return found


def faults(name: str, content: Any, corrected: bool = True) -> list[str]:
    """What is wrong with a value of the file's schema `name`."""
    resource = Resource.from_contents(specification(corrected), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(_PLACE, resource)
    schema = {"$ref": f"{_PLACE}#/components/schemas/{name}"}
    return [error.message for error in Draft202012Validator(schema, registry=registry).iter_errors(content)]


def message_faults(content: Any) -> list[str]:
    """What is wrong with a message. The parts of a template are named by discriminators, which only OpenAPI knows."""
    found = faults("Message", content)
    for part in content.get("template", {}).get("components", []):
        found += faults(_PARTS[part["type"]], part)
        for parameter in part["parameters"] if part["type"] != "button" else []:
            found += faults(_PARAMETERS[parameter["type"]], parameter)
    return found


def operation_of(request: HttpRequest) -> str | None:
    """The operation that the file has for a call; None where it has none."""
    path = "/v23.0" + request.path.partition("?")[0]
    for template, methods in specification()["paths"].items():
        pattern = re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and request.method.lower() in methods:
            return str(template)
    return None


def header_faults(request: HttpRequest) -> list[str]:
    """What is wrong with a call's headers."""
    parameters = specification()["components"]["parameters"]
    wanted = {"Authorization": parameters["Authorization"]["schema"]}
    if request.body:
        wanted["Content-Type"] = parameters["ContentType"]["schema"]
    return [
        f"{name}: {error.message}"
        for name, schema in wanted.items()
        for error in Draft202012Validator(schema).iter_errors(request.headers.get(name))
    ]


def content_of(request: HttpRequest) -> Any:
    """The JSON of a call."""
    return json.loads(request.body)
