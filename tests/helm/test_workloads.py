"""What holds for every pod of every scenario, new services included."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helm.rendering import (
    SCENARIOS,
    Object,
    containers,
    label,
    of_kind,
    pod,
    render,
    scenario,
    serving,
    workloads,
)


def _all() -> list[Any]:
    return [
        pytest.param(thing, id=f"{name}-{label(thing, 'app.kubernetes.io/component')}-{thing['kind']}")
        for name in SCENARIOS
        for thing in workloads(scenario(name))
    ]


def _serving() -> list[Any]:
    return [each for each in _all() if each.values[0] in serving([each.values[0]])]


@pytest.mark.parametrize("workload", _all())
def test_runs_without_rights(workload: Object) -> None:
    spec = pod(workload)["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not spec.keys() & {"hostNetwork", "hostPID", "hostIPC"}
    for box in containers(workload):
        assert box["securityContext"]["readOnlyRootFilesystem"] is True
        assert box["securityContext"]["allowPrivilegeEscalation"] is False
        assert box["securityContext"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("workload", _all())
def test_its_environment_holds_only_what_the_chart_says(workload: Object) -> None:
    """Kubernetes' links to services would read as FRONTDESK_* settings."""
    assert pod(workload)["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("workload", _all())
def test_asks_for_resources(workload: Object) -> None:
    for box in containers(workload):
        assert box["resources"]["requests"].keys() >= {"cpu", "memory"}
        assert "memory" in box["resources"]["limits"]
        assert "cpu" not in box["resources"]["limits"]


@pytest.mark.parametrize("workload", _all())
def test_writes_only_to_volumes_of_a_size(workload: Object) -> None:
    spec = pod(workload)["spec"]
    for box in containers(workload):
        mounted = {mount["name"]: mount["mountPath"] for mount in box["volumeMounts"]}
        assert mounted["tmp"] == "/tmp"  # noqa: S108 - the pod's own
    for volume in spec["volumes"]:
        assert "hostPath" not in volume
        assert "emptyDir" not in volume or volume["emptyDir"]["sizeLimit"]


@pytest.mark.parametrize("workload", _all())
def test_runs_the_one_image(workload: Object) -> None:
    images = {box["image"] for box in containers(workload)}
    assert images <= {"frontdesk:0.1.0", f"registry.example.com/frontdesk@sha256:{'0' * 64}"}


@pytest.mark.parametrize("workload", _all())
def test_has_a_service_account_of_its_own_without_a_token(workload: Object) -> None:
    accounts = [each for name in SCENARIOS for each in of_kind(scenario(name), "ServiceAccount")]
    mine = [each for each in accounts if each["metadata"]["name"] == pod(workload)["spec"]["serviceAccountName"]]
    assert mine
    assert all(each["automountServiceAccountToken"] is False for each in mine)


@pytest.mark.parametrize("workload", _serving())
def test_is_probed_and_leaves_slowly(workload: Object) -> None:
    for box in containers(workload):
        probes = {kind: box[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")}
        assert probes["startup"]["path"] == "/readyz"
        # An outage all replicas share must not take all of them away.
        assert probes["readiness"]["path"] == probes["liveness"]["path"] == "/livez"
        assert {probe["port"] for probe in probes.values()} == {"metrics"}
        assert {"name": "metrics", "containerPort": 9090} in box["ports"]
        assert box["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "3"]
        assert pod(workload)["spec"]["terminationGracePeriodSeconds"] >= 30


@pytest.mark.parametrize("workload", _serving())
def test_spreads_over_nodes_and_zones(workload: Object) -> None:
    spread = pod(workload)["spec"]["topologySpreadConstraints"]
    assert {each["topologyKey"] for each in spread} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    for each in spread:
        assert _selects(each["labelSelector"]["matchLabels"], pod(workload))


@pytest.mark.parametrize("workload", _all())
def test_its_selector_finds_its_own_pods_and_no_others(workload: Object) -> None:
    if workload["kind"] == "Job":
        return
    chosen = workload["spec"]["selector"]["matchLabels"]
    for name in SCENARIOS:
        found = [each["metadata"]["name"] for each in workloads(scenario(name)) if _selects(chosen, pod(each))]
        assert set(found) <= {workload["metadata"]["name"]}


@pytest.mark.parametrize("name", ["defaults", "production"])
def test_every_service_scales_and_survives_drains(name: str) -> None:
    objects = scenario(name)
    for deployment in (each for each in serving(objects) if each["kind"] == "Deployment"):
        assert "replicas" not in deployment["spec"], "the autoscaler decides"
        [scaler] = [each for each in of_kind(objects, "HorizontalPodAutoscaler") if _targets(each, deployment)]
        assert 2 <= scaler["spec"]["minReplicas"] <= scaler["spec"]["maxReplicas"]
        budgets = of_kind(objects, "PodDisruptionBudget")
        [budget] = [each for each in budgets if _selects(each["spec"]["selector"]["matchLabels"], pod(deployment))]
        assert budget["spec"]["maxUnavailable"] == 1
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.parametrize("name", ["defaults", "production"])
def test_no_secret_is_made_or_written_out(name: str) -> None:
    objects = scenario(name)
    assert of_kind(objects, "Secret") == []
    secret = re.compile(r"PASSWORD|TOKEN|SECRET|DATABASE_URL|NATS_URL|REDIS_URL|STORAGE_URL|CREDENTIAL")
    for variable in _variables(objects):
        if secret.search(variable["name"]):
            assert variable["valueFrom"]["secretKeyRef"]["name"], variable
    for config in of_kind(objects, "ConfigMap"):
        assert not [key for key in config["data"] if secret.search(key)]


def test_a_changed_setting_rolls_the_pods() -> None:
    before, after = (_checksums(render({"logLevel": level})) for level in ("info", "debug"))
    assert before.keys() == after.keys()
    assert not before.items() & after.items()


def _checksums(objects: list[Object]) -> dict[str, str]:
    return {
        each["metadata"]["name"]: pod(each)["metadata"]["annotations"]["checksum/config"]
        for each in of_kind(objects, "Deployment")
    }


def _variables(objects: list[Object]) -> Iterator[Object]:
    for workload in workloads(objects):
        for box in containers(workload):
            yield from box.get("env", [])


def _selects(labels: dict[str, str], template: Object) -> bool:
    carried: dict[str, str] = template["metadata"]["labels"]
    return labels.items() <= carried.items()


def _targets(scaler: Object, deployment: Object) -> bool:
    return bool(scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"])
