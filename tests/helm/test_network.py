"""Who may speak to whom: what the protos declare, what the ways of the data need, and nothing else."""

import ipaddress
from itertools import pairwise

import helm_python
import pytest

from tests.contract.protos import methods
from tests.helm.policies import Way, outside, policies_of, ways
from tests.helm.rendering import CHART, SCENARIOS, Object, label, load, of_kind, pod, render, scenario, workloads

_GROUPS = load(CHART / "values.yaml")["ingestion"]["groups"]
_INGESTION = {f"ingestion-{name}" for name in _GROUPS}
_PUBLIC = ("8.8.8.8", "203.0.113.7", "2001:4860:4860::8888")


def _template(objects: list[Object], component: str) -> Object:
    [workload] = [each for each in workloads(objects) if label(each, "app.kubernetes.io/component") == component]
    return pod(workload)


def _components(objects: list[Object]) -> list[str]:
    return [label(each, "app.kubernetes.io/component") for each in workloads(objects)]


def _declared_calls() -> set[tuple[str, str]]:
    """Caller and callee of every RPC, by its access option."""
    return {(caller, method.service) for method in methods() for caller in method.access.callers}


@pytest.mark.parametrize("name", SCENARIOS)
def test_grpc_is_open_exactly_where_an_rpc_declares_the_caller(name: str) -> None:
    allowed = {
        (way.source.partition("-")[0], way.target.partition("-")[0])
        for way in ways(scenario(name))
        if way.port == "grpc" and way.source != "demo"
    }
    assert allowed == _declared_calls()


@pytest.mark.parametrize("name", ["defaults", "production"])
def test_nothing_else_is_open_inside_a_release(name: str) -> None:
    assert {way for way in ways(scenario(name)) if way.port != "grpc"} == set()


def test_a_trial_opens_the_embedded_servers_and_the_simulator() -> None:
    others = {way for way in ways(scenario("trial")) if way.port != "grpc"}
    assert {way for way in others if way.target != "embedded"} == {
        Way("gateway", "simulator", "http"),
        Way("delivery", "simulator", "http"),
        Way("operator", "simulator", "http"),
        Way("demo", "simulator", "http"),
        Way("tenants", "simulator", "smtp"),
    } | {Way("simulator", name, "http") for name in _INGESTION}
    databases = {way.source for way in others if way.port == "postgresql"}
    assert databases == _INGESTION | {"conversations", "delivery", "tenants", "migrations"}
    assert "simulator" not in {way.source for way in others if way.target == "embedded"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_pod_is_denied_everything_first(name: str) -> None:
    objects = scenario(name)
    for component in _components(objects):
        template = _template(objects, component)
        denials = [each["spec"] for each in policies_of(objects, template) if "egress" not in each["spec"]]
        assert any(set(each["policyTypes"]) == {"Ingress", "Egress"} and "ingress" not in each for each in denials)


@pytest.mark.parametrize("name", SCENARIOS)
def test_only_delivery_reaches_the_internet(name: str) -> None:
    objects = scenario(name)
    reaching = {
        component
        for component in _components(objects)
        for rule in outside(objects, _template(objects, component), "egress")
        for address in _PUBLIC
        if _contains(rule["peer"], address)
    }
    assert reaching == {"delivery"}


def test_delivery_reaches_no_private_address_that_way() -> None:
    objects = scenario("defaults")
    public = [
        each
        for each in outside(objects, _template(objects, "delivery"), "egress")
        if any(_contains(each["peer"], address) for address in _PUBLIC)
    ]
    for rule in public:
        assert [each["port"] for each in rule["ports"]] == [443]
        for address in ("10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "fd00::1"):
            assert not _contains(rule["peer"], address)


@pytest.mark.parametrize("name", SCENARIOS)
def test_only_gateway_and_ingestion_are_reached_from_the_ingress(name: str) -> None:
    objects = scenario(name)
    entered = {}
    for component in _components(objects):
        rules = outside(objects, _template(objects, component), "ingress")
        entered[component] = {each["port"] for rule in rules for each in rule["ports"]} - {"metrics"}
    open_to_it = {name: ports for name, ports in entered.items() if ports}
    assert open_to_it == {name: {"http"} for name in _INGESTION | {"gateway"}}


def test_the_ingress_leads_each_channel_to_its_group_and_the_rest_to_the_gateway() -> None:
    [ingress] = of_kind(scenario("defaults"), "Ingress")
    [rule] = ingress["spec"]["rules"]
    assert rule["host"] == "desk.example.com"
    *webhooks, rest = [(each["path"], each["backend"]["service"]["name"]) for each in rule["http"]["paths"]]
    site = "desk-frontdesk-ingestion-web"
    meta = [("/webhooks/meta", "desk-frontdesk-ingestion-facebook")]
    widget = [("/widget/v1", site), ("/widget/v1/widget.js", "desk-frontdesk-gateway"), ("/webhooks/mail", site)]
    channels = [
        (f"/webhooks/{channel}", f"desk-frontdesk-ingestion-{name}")
        for name, group in _GROUPS.items()
        for channel in group["channels"]
    ]
    assert sorted(webhooks) == sorted(channels + meta + widget)
    assert rest == ("/", "desk-frontdesk-gateway")


def test_a_channel_in_two_groups_is_refused() -> None:
    groups = {"line": {"channels": ["line"]}, "other": {"channels": ["line"]}}
    with pytest.raises(helm_python.HelmRenderError, match="line is in two groups"):
        render({"ingestion": {"groups": groups}})


def test_the_migration_job_may_speak_before_the_release_exists() -> None:
    objects = scenario("defaults")
    weights = {
        each["kind"]: int(each["metadata"]["annotations"]["helm.sh/hook-weight"])
        for each in objects
        if each["_folder"] == "migrations"
    }
    assert weights.keys() == {"ServiceAccount", "NetworkPolicy", "Job"}
    ordered = sorted(weights, key=lambda kind: weights[kind])
    assert ordered[-1] == "Job"
    assert all(weights[first] <= weights[second] for first, second in pairwise(ordered))


def _contains(peer: Object, address: str) -> bool:
    block = peer.get("ipBlock")
    if block is None:
        return False
    where = ipaddress.ip_address(address)
    inside = [ipaddress.ip_network(each) for each in (block["cidr"], *block.get("except", []))]
    return where in inside[0] and not any(where in network for network in inside[1:])
