"""The development cluster: what skaffold and the notes refer to is there."""

from typing import Any

import yaml

from tests.helm.rendering import ROOT, containers, load, scenario, workloads

_SKAFFOLD: dict[str, Any] = load(ROOT / "skaffold.yaml")


def test_skaffold_names_files_that_exist_and_values_the_chart_has() -> None:
    [artifact] = _SKAFFOLD["build"]["artifacts"]
    [release] = _SKAFFOLD["deploy"]["helm"]["releases"]
    for path in (artifact["docker"]["dockerfile"], release["chartPath"], *release["valuesFiles"]):
        assert (ROOT / path).exists(), path
    values = load(ROOT / release["chartPath"] / "values.yaml")
    for name in release["setValueTemplates"]:
        section, key = name.split(".")
        assert key in values[section]


def test_skaffold_forwards_a_service_of_the_chart() -> None:
    names = {each["metadata"]["name"] for each in scenario("trial") if each["kind"] == "Service"}
    for forward in _SKAFFOLD["portForward"]:
        assert forward["resourceName"].replace("frontdesk", "desk-frontdesk", 1) in names


def test_the_local_cluster_has_workers_to_spread_over() -> None:
    cluster = yaml.safe_load((ROOT / "deploy" / "local" / "kind.yaml").read_text())
    assert [node["role"] for node in cluster["nodes"]].count("worker") > 1


def test_a_local_release_fits_a_laptop() -> None:
    asked = [box["resources"]["requests"] for each in workloads(scenario("trial")) for box in containers(each)]
    assert sum(int(each["memory"].removesuffix("Mi")) for each in asked) < 2048
    assert sum(int(each["cpu"].removesuffix("m")) for each in asked) < 1000
