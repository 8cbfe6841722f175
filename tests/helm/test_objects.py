"""Helm has nothing to criticise, and Kubernetes knows every field of every object."""

from pathlib import Path

import helm_python
import pytest

from tests.helm.kubernetes_schemas import VERSIONS, problem
from tests.helm.rendering import CHART, SCENARIOS, bare, load, of_kind, scenario, text


@pytest.mark.parametrize("name", SCENARIOS)
def test_helm_lint_is_silent(name: str) -> None:
    report = helm_python.lint(CHART, load(SCENARIOS[name]), strict=True)
    remarks = [message for message in report["messages"] if "icon is recommended" not in message["error"]]
    assert (remarks, report["errors"]) == ([], [])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_kubernetes_accepts_every_object(name: str, version: str) -> None:
    problems = [problem(bare(thing), version) for thing in scenario(name)]
    assert [each for each in problems if each] == []


def test_an_unknown_field_is_found_even_beside_others() -> None:
    deployment = bare(of_kind(scenario("defaults"), "Deployment")[0])
    broken = deployment | {"spec": deployment["spec"] | {"replica": 2}}
    assert "'replica' was unexpected" in (problem(broken, VERSIONS[-1]) or "")


@pytest.mark.parametrize("name", SCENARIOS)
def test_names_are_unique_and_carry_the_release(name: str) -> None:
    objects = scenario(name)
    names = [(thing["kind"], thing["metadata"]["name"]) for thing in objects]
    assert len(names) == len(set(names))
    assert all(each.startswith("desk-frontdesk") for _kind, each in names)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_object_carries_the_common_labels(name: str) -> None:
    for thing in scenario(name):
        labels = thing["metadata"]["labels"]
        assert labels["app.kubernetes.io/name"] == "frontdesk", thing["metadata"]["name"]
        assert labels["app.kubernetes.io/instance"] == "desk"
        assert labels["app.kubernetes.io/component"]


def test_a_packaged_chart_is_whole_without_the_repository(tmp_path: Path) -> None:
    archive = helm_python.package(CHART, destination=tmp_path)
    with helm_python.Chart.load(archive) as packaged:
        rendered = packaged.render(
            load(SCENARIOS["production"]), name="desk", namespace="frontdesk", is_install=True, revision=3
        )
    assert rendered == text(load(SCENARIOS["production"]))
