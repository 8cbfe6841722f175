"""The chart, rendered by Helm itself, as objects to ask questions about."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import helm_python
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm" / "frontdesk"

SCENARIOS: dict[str, Path | None] = {
    "defaults": None,
    "trial": ROOT / "deploy" / "local" / "values.yaml",
    "production": CHART / "examples" / "production.yaml",
}

Object = dict[str, Any]


class _StrictLoader(yaml.CSafeLoader):
    """Refuses a key given twice, as Kubernetes does; YAML itself would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        if repeated := {key for key in keys if keys.count(key) > 1}:
            raise yaml.YAMLError(f"{node.start_mark}: {repeated} is given twice")
        return super().construct_mapping(node, deep)


@cache
def _chart() -> helm_python.Chart:
    return helm_python.Chart.load(CHART)


def load(path: Path | None) -> dict[str, Any]:
    """A file of values; none is empty."""
    return dict(yaml.safe_load(path.read_text())) if path else {}


def render(values: Mapping[str, Any] | None = None) -> list[Object]:
    """Every object of the release `desk` with these values over the chart's."""
    return list(_objects(json.dumps(values or {}, sort_keys=True)))


def scenario(name: str) -> list[Object]:
    """Every object of one of SCENARIOS."""
    return render(load(SCENARIOS[name]))


def text(values: Mapping[str, Any]) -> dict[str, str]:
    """The rendered templates by path, unread: quicker where only a difference counts."""
    return _chart().render(dict(values), name="desk", namespace="frontdesk", is_install=True, revision=3)


@cache
def _objects(values: str) -> tuple[Object, ...]:
    return tuple(_parse(text(json.loads(values))))


def _parse(rendered: Mapping[str, str]) -> Iterator[Object]:
    for path, text in rendered.items():
        if path.endswith(".txt"):
            continue
        for document in yaml.load_all(text, _StrictLoader):
            if document:
                yield document | {"_folder": path.split("/templates/")[1].partition("/")[0]}


def bare(thing: Object) -> Object:
    """The object as Kubernetes gets it, without our note of its folder."""
    return {key: value for key, value in thing.items() if key != "_folder"}


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    """Those of these kinds."""
    return [each for each in objects if each["kind"] in kinds]


def label(thing: Object, name: str) -> str:
    """One of an object's labels."""
    return str(thing["metadata"]["labels"][name])


def pod(workload: Object) -> Object:
    """The pod template of a Deployment, StatefulSet or Job."""
    return dict(workload["spec"]["template"])


def workloads(objects: list[Object]) -> list[Object]:
    """Everything that makes pods."""
    return of_kind(objects, "Deployment", "StatefulSet", "Job", "DaemonSet", "CronJob", "Pod")


def serving(objects: list[Object]) -> list[Object]:
    """Workloads whose pods have ports."""
    return [each for each in workloads(objects) if any("ports" in box for box in pod(each)["spec"]["containers"])]


def containers(workload: Object) -> list[Object]:
    """All containers of a workload, those that run first included."""
    spec = pod(workload)["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]
