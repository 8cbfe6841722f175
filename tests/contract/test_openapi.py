"""The API's document: current in the repository, complete, and true about permissions."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.openapi import text
from services.gateway.domain.present.events import SHOWN
from services.gateway.routes.api import application

_FILE = Path(__file__).parents[2] / "console" / "openapi.json"
_DOCUMENT: dict[str, Any] = json.loads(text())
_OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for path in _DOCUMENT["paths"].values()
    for operation in path.values()
]


def test_the_checked_in_document_is_current() -> None:
    assert _FILE.read_text() == text(), "run `make openapi`"


def test_every_route_is_in_it() -> None:
    routes: list[Any] = [route for route in application().routes if getattr(route, "include_in_schema", False)]
    documented = {(path, method.upper()) for path, item in _DOCUMENT["paths"].items() for method in item}
    assert {(route.path_format, method) for route in routes for method in route.methods} == documented


@pytest.mark.parametrize("operation", _OPERATIONS)
def test_an_operation_says_what_it_does_and_how_it_fails(operation: dict[str, Any]) -> None:
    assert len(operation["description"]) > 10
    if "health" in operation["tags"]:
        return
    problems = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
    assert {"422", "429", "500", "503"} <= problems.keys()
    assert ("401" in problems) >= ("security" in operation)
    assert ("403" in problems) >= ("x-permission" in operation)
    assert ("413" in problems) == ("requestBody" in operation)
    for answer in problems.values():
        assert answer["content"] == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_every_socket_event_is_described() -> None:
    for shown in SHOWN.values():
        assert shown.type in _DOCUMENT["info"]["description"]
    assert {"MessageEvent", "ConversationEvent", "ChannelAccountEvent", "TeammateEvent"} <= _DOCUMENT["components"][
        "schemas"
    ].keys()


def test_every_reference_leads_somewhere() -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if "$ref" in node else set()
            return own.union(*(references(value) for value in node.values()))
        return set().union(*(references(value) for value in node)) if isinstance(node, list) else set()

    schemas = {f"#/components/schemas/{name}" for name in _DOCUMENT["components"]["schemas"]}
    assert references(_DOCUMENT) <= schemas
