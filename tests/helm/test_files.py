"""Room for files on their way: /tmp, the node's disk and memory hold what the code's own limits let in."""

import re

import pytest

from libs.channels.registry import CHANNELS
from services.delivery.domain.media import most_bytes
from tests.helm.rendering import SCENARIOS, Object, containers, label, pod, scenario, serving

_UNITS = {"Ki": 1024, "Mi": 1024**2, "Gi": 1024**3}
# What a node keeps of a container's log: five files of 10 MiB each.
_LOGS = 50 * 1024**2


def _bytes(quantity: str) -> int:
    found = re.fullmatch(r"(\d+)(Ki|Mi|Gi)", quantity)
    assert found, quantity
    return int(found[1]) * _UNITS[found[2]]


def _temporary(workload: Object) -> int:
    [volume] = [each for each in pod(workload)["spec"]["volumes"] if each["name"] == "tmp"]
    return _bytes(volume["emptyDir"]["sizeLimit"])


def _workloads(name: str) -> list[Object]:
    return [each for each in serving(scenario(name)) if label(each, "frontdesk.dev/service") != "embedded"]


def _delivery(name: str) -> Object:
    [found] = [each for each in _workloads(name) if label(each, "frontdesk.dev/service") == "delivery"]
    return found


def _settings(workload: Object) -> dict[str, int]:
    variables = containers(workload)[0]["env"]
    return {each["name"].removeprefix("FRONTDESK_"): int(each["value"]) for each in variables if _is_number(each)}


def _is_number(variable: Object) -> bool:
    return str(variable.get("value", "")).isdecimal()


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_fetched_and_converted_at_once_fits_into_tmp(name: str) -> None:
    workload = _delivery(name)
    given = _settings(workload)
    largest = max(most_bytes(kind, rule) for each in CHANNELS.values() for kind, rule in each.limits.media.items())
    # Twice as many uploads as workers are under way: the file, what is made of it, and a second try of that.
    uploads = 2 * given["MEDIA_WORKERS"] * 3 * largest
    fetched = given["DELIVERY_MEDIA_CONCURRENCY"] * given["MEDIA_RECEIVED_BYTES"]
    assert fetched + uploads <= _temporary(workload)


@pytest.mark.parametrize("name", SCENARIOS)
def test_workers_fit_into_memory_beside_the_service(name: str) -> None:
    workload = _delivery(name)
    given, limits = _settings(workload), containers(workload)[0]["resources"]["limits"]
    assert given["MEDIA_WORKERS"] * given["MEDIA_WORKER_MEGABYTES"] + 256 <= _bytes(limits["memory"]) / 1024**2


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_full_tmp_and_logs_evict_nobody(name: str) -> None:
    for workload in _workloads(name):
        limit = containers(workload)[0]["resources"]["limits"]["ephemeral-storage"]
        assert _temporary(workload) + _LOGS <= _bytes(limit), workload["metadata"]["name"]


@pytest.mark.parametrize("name", ["defaults", "production"])
def test_tmp_is_asked_for_in_full(name: str) -> None:
    for workload in _workloads(name):
        asked = containers(workload)[0]["resources"]["requests"]["ephemeral-storage"]
        assert _temporary(workload) <= _bytes(asked), workload["metadata"]["name"]
