"""Every value is in the schema, is explained, and changes something; what is misspelt is refused."""

import copy
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

import helm_python
import pytest

from tests.helm.rendering import CHART, load, text

_DEFAULTS = load(CHART / "values.yaml")
_SCHEMA = helm_python.Chart.load(CHART).schema or {}
# Values whose keys are anybody's own: labels, annotations and the like.
_OPEN = re.compile(r"(labels|Labels|annotations|Annotations|nodeSelector|affinity|groups|global)$")

Path = tuple[str, ...]


def _objects(values: dict[str, Any], path: Path = ()) -> Iterator[Path]:
    yield path
    for key, value in values.items():
        if isinstance(value, dict) and not _OPEN.search(key):
            yield from _objects(value, (*path, key))


def _leaves(values: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(values, dict) and values and not _OPEN.search(path[-1] if path else ""):
        for key, value in values.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path


def _schema(path: Path) -> dict[str, Any]:
    node = _SCHEMA
    for key in path:
        node = _resolve(node["properties"][key])
    return node


def _resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = reduce(lambda found, key: found[key], node["$ref"].removeprefix("#/").split("/"), _SCHEMA)
    return node


def _with(path: Path, value: Any) -> dict[str, Any]:
    for key in reversed(path):
        value = {key: value}
    return dict(value)


def _dotted(path: Path) -> str:
    return ".".join(path) or "(top)"


@pytest.mark.parametrize("path", list(_leaves(_DEFAULTS)), ids=_dotted)
def test_the_schema_knows_the_value_and_explains_it(path: Path) -> None:
    assert _schema(path)["description"]


@pytest.mark.parametrize("path", list(_objects(_DEFAULTS)), ids=_dotted)
def test_a_misspelt_name_is_refused_everywhere(path: Path) -> None:
    assert _schema(path)["additionalProperties"] is False
    with pytest.raises(helm_python.HelmValuesError, match="mispelt"):
        text(_with(path, {"mispelt": 1}))


@pytest.mark.parametrize(
    "values",
    [
        {"image": {"pullPolicy": "Sometimes"}},
        {"publicUrl": "desk.example.com"},
        {"nats": {"replicas": 2}},
        {"gateway": {"replicas": "two"}},
        {"ingestion": {"groups": dict.fromkeys(_DEFAULTS["ingestion"]["groups"])}},
        {"ingestion": {"groups": {"line": {"channels": ["lime"]}}}},
        {"ingestion": {"groups": {"line": {"channels": ["line"], "replica": 1}}}},
        {"gateway": {"resources": {"requests": {"cpus": "1"}}}},
        {"monitoring": {"serviceMonitor": {"interval": "often"}}},
        {"rates": {"session": "many"}},
        {"network": {"trustedProxies": ["anybody"]}},
        {"mail": {"domain": "https://desk.example.com"}},
        {"ledger": {"days": 0}},
    ],
    ids=str,
)
def test_a_wrong_value_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(helm_python.HelmValuesError):
        text(values)


def test_a_pod_without_its_secret_is_refused() -> None:
    with pytest.raises(helm_python.HelmRenderError, match="name the secret of tenants"):
        text({"tenants": {"existingSecret": ""}})


# What must be on for a value to have an effect.
_NEEDED: dict[str, dict[str, Any]] = {
    "trial": {"trial": {"enabled": True}},
    "simulator": {"simulator": {"enabled": True}},
    "monitoring": {
        "monitoring": {
            "serviceMonitor": {"enabled": True},
            "prometheusRule": {"enabled": True},
            "dashboards": {"enabled": True},
        }
    },
    "defaults.replicas": {"defaults": {"autoscaling": {"enabled": False}}},
    "simulator.replicas": {"simulator": {"enabled": True}},
    "network.dependencies.storage": {"storage": {"existingSecret": "files"}},
    "network.dependencies.smtp": {"smtp": {"existingSecret": "mail"}},
    "network.dependencies.tracing": {"tracing": {"otlpUrl": "http://collector:4317"}},
}


@pytest.mark.parametrize("path", list(_leaves(_DEFAULTS)), ids=_dotted)
def test_every_value_changes_something(path: Path) -> None:
    base: dict[str, Any] = {}
    for prefix, needed in _NEEDED.items():
        if _dotted(path).startswith(prefix):
            base = _merge(base, needed)
    before = reduce(lambda found, key: found[key], path, _merge(_DEFAULTS, base))
    after = _merge(base, _with(path, _another(before, _schema(path))))
    assert _visible(base) != _visible(after)


def _another(value: Any, schema: dict[str, Any]) -> Any:
    """A value the schema allows and that differs."""
    if "enum" in schema:
        return next(each for each in schema["enum"] if each != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return [_example(_resolve(schema["items"]))]
    if isinstance(value, dict):
        return {"line": {"terminationGracePeriodSeconds": 77}} if "channels" in str(value) else {"changed": "yes"}
    return _example(schema)


def _example(schema: dict[str, Any]) -> Any:
    if schema.get("type") == "object":
        known = schema.get("properties", {})
        peer, variable = {"ipBlock": {"cidr": "198.51.100.0/24"}}, {"name": "FRONTDESK_CHANGED", "value": "1"}
        return peer if "ipBlock" in known else variable if "name" in known else {"key": "x"}
    if schema.get("type") == "integer":
        return 7777
    candidates = [
        "changed",
        "321Mi",
        "31s",
        "http://changed.example.com",
        "10.9.8.0/24",
        f"sha256:{'1' * 64}",
        "7777",
        "v99.9",
        "77/minute",
    ]
    return next(each for each in candidates if re.search(schema.get("pattern", ""), each))


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _visible(values: dict[str, Any]) -> dict[str, str]:
    """What is rendered, without the secrets of a trial, which differ every time."""
    return {path: content for path, content in text(values).items() if not path.endswith("secrets.yaml")}
