"""What NetworkPolicies allow between the pods of a release, worked out as Kubernetes defines it."""

from dataclasses import dataclass

from tests.helm.rendering import Object, label, of_kind, pod, workloads


@dataclass(frozen=True)
class Way:
    """One allowed connection: from a component's pods to a port of another's."""

    source: str
    target: str
    port: str


def ways(objects: list[Object]) -> set[Way]:
    """Every connection inside the release that both ends allow."""
    templates = {label(each, "app.kubernetes.io/component"): pod(each) for each in workloads(objects)}
    return {
        Way(source, target, port)
        for source, here in templates.items()
        for target, there in templates.items()
        for port in _ports(there)
        if source != target and _leaves(objects, here, there, port) and _enters(objects, here, there, port)
    }


def outside(objects: list[Object], template: Object, direction: str) -> list[Object]:
    """The rules of a pod (ingress or egress) that name addresses or other namespaces, as peers with ports."""
    key = {"ingress": "from", "egress": "to"}[direction]
    return [
        {"peer": peer, "ports": rule["ports"]}
        for rule in _rules(objects, template, direction)
        for peer in rule[key]
        if "ipBlock" in peer or "namespaceSelector" in peer
    ]


def policies_of(objects: list[Object], template: Object) -> list[Object]:
    """The policies that select a pod."""
    return [each for each in of_kind(objects, "NetworkPolicy") if _matches(each["spec"]["podSelector"], template)]


def _leaves(objects: list[Object], here: Object, there: Object, port: str) -> bool:
    return any(_names(rule, "to", there, _both(there, port)) for rule in _rules(objects, here, "egress"))


def _enters(objects: list[Object], here: Object, there: Object, port: str) -> bool:
    return any(_names(rule, "from", here, _both(there, port)) for rule in _rules(objects, there, "ingress"))


def _rules(objects: list[Object], template: Object, direction: str) -> list[Object]:
    return [rule for each in policies_of(objects, template) for rule in each["spec"].get(direction, [])]


def _names(rule: Object, key: str, template: Object, port: set[str]) -> bool:
    peers = [each for each in rule[key] if "podSelector" in each and "namespaceSelector" not in each]
    allowed = {str(each["port"]) for each in rule["ports"]}
    return bool(port & allowed) and any(_matches(peer["podSelector"], template) for peer in peers)


def _both(template: Object, port: str) -> set[str]:
    """A port's name and number: rules may use either."""
    return {port} | {
        str(each["containerPort"])
        for box in template["spec"]["containers"]
        for each in box.get("ports", [])
        if each["name"] == port
    }


def _matches(selector: Object, template: Object) -> bool:
    wanted: dict[str, str] = selector["matchLabels"]
    carried: dict[str, str] = template["metadata"]["labels"]
    return wanted.items() <= carried.items()


def _ports(template: Object) -> list[str]:
    return [each["name"] for box in template["spec"]["containers"] for each in box.get("ports", [])]
