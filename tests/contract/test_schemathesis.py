"""Requests made up from the API's document, right ones and wrong ones: none is answered with a fault of ours, and
every answer is one the document describes."""

import asyncio
import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cli.openapi import text
from tests.contract.world import PEOPLE, World

_SCHEMA = schemathesis.openapi.from_dict(json.loads(text()))
_FOUND: list[Any] = [found.ok() for found in _SCHEMA.get_all_operations()]  # type: ignore[union-attr]  # Err raises
_CASES = [
    pytest.param(operation, mode, id=f"{operation.definition.raw['operationId']}-{mode.value}")
    for operation in _FOUND
    for mode in GenerationMode
    # Where nothing can be said, nothing can be said wrongly.
    if mode is GenerationMode.POSITIVE or operation.definition.raw.keys() & {"parameters", "requestBody"}
]
_CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_EXAMPLES, _LONG = 25, 500


@pytest.mark.parametrize(("operation", "mode"), _CASES)
async def test_made_up_requests(
    world: World, operation: Any, mode: GenerationMode, pytestconfig: pytest.Config
) -> None:
    examples = _LONG if pytestconfig.getoption("--long") else _EXAMPLES
    for aimed in _aims(world, operation, mode):
        await asyncio.to_thread(_try, world, operation, mode, aimed, examples)
    if operation.method == "delete":
        # That was the session of all these requests.
        await world.sign_in(PEOPLE["admin"])


def _aims(world: World, operation: Any, mode: GenerationMode) -> list[dict[str, str]]:
    """Nothing, and the real ids of the path, if then there is still something to make up."""
    ids = {name: value for name, value in world.ids.items() if f"{{{name}}}" in operation.path}
    rest = "requestBody" in operation.definition.raw or any(
        parameter["in"] != "path" for parameter in operation.definition.raw.get("parameters", ())
    )
    return [{}, ids] if ids and (rest or mode is GenerationMode.POSITIVE) else [{}]


def _try(world: World, operation: Any, mode: GenerationMode, aimed: dict[str, str], examples: int) -> None:
    """aimed: real ids for the path, so that more than "not found" is tried."""
    headers = world.headers(PEOPLE["admin"])
    # Unknown query parameters are welcome, so that wrong ones prove nothing where there are no others.
    checks = [*_CHECKS, negative_data_rejection] if "requestBody" in operation.definition.raw else _CHECKS

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=aimed or None))
    def run(case: Any) -> None:
        response = case.call(base_url=world.stack.url, headers=headers)
        case.validate_response(response, checks=checks)

    run()
