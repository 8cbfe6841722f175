"""Kubernetes' own schemas, offline, refusing fields they do not know."""

from functools import cache, lru_cache
from typing import Any

import jsonschema
import kubernetes_validate
from kubernetes_validate import utils

# The oldest version the chart allows and the newest whose schemas are at hand.
VERSIONS = ("1.27", utils.latest_version())

# Every validation reads the same large file again without this.
utils.schema_contents = lru_cache(utils.schema_contents)

_STRING = {"type": "string"}
_STRINGS = {"type": "object", "additionalProperties": _STRING}


def _strict(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def _resource(spec: dict[str, Any]) -> dict[str, Any]:
    metadata = _strict({"name": _STRING, "labels": _STRINGS}, ["name", "labels"])
    fields = {"apiVersion": {"const": "monitoring.coreos.com/v1"}, "kind": _STRING, "metadata": metadata, "spec": spec}
    return _strict(fields, list(fields))


_ENDPOINT = _strict({"port": _STRING, "path": _STRING, "interval": {"pattern": "^[0-9]+(s|m)$"}}, ["port"])
_RULE = _strict(
    {
        "alert": {"pattern": "^[A-Z][A-Za-z]+$"},
        "expr": _STRING,
        "for": {"pattern": "^[0-9]+(s|m|h)$"},
        "labels": _STRINGS,
        "annotations": _STRINGS,
    },
    ["alert", "expr", "labels", "annotations"],
)
_GROUP = _strict({"name": _STRING, "rules": {"type": "array", "items": _RULE, "minItems": 1}}, ["name", "rules"])

# The Prometheus operator's kinds are not Kubernetes' own: as much of them as the chart uses.
_OPERATOR_KINDS = {
    "ServiceMonitor": _resource(
        _strict(
            {
                "jobLabel": _STRING,
                "selector": _strict({"matchLabels": _STRINGS}, ["matchLabels"]),
                "endpoints": {"type": "array", "items": _ENDPOINT, "minItems": 1},
            },
            ["selector", "endpoints"],
        )
    ),
    "PrometheusRule": _resource(_strict({"groups": {"type": "array", "items": _GROUP, "minItems": 1}}, ["groups"])),
}


@cache
def _operator_validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(_OPERATOR_KINDS[kind])


def problem(thing: dict[str, Any], version: str) -> str | None:
    """What this version of Kubernetes would refuse in an object, or None."""
    name = f"{thing['kind']} {thing['metadata']['name']}"
    try:
        if thing["kind"] in _OPERATOR_KINDS:
            _operator_validator(thing["kind"]).validate(thing)
        else:
            kubernetes_validate.validate(thing, version, strict=True)
    except jsonschema.ValidationError as error:
        return f"{name} at {'.'.join(map(str, error.absolute_path))}: {error.message}"
    return None
