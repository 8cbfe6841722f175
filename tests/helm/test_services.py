"""The chart and the code tell of the same services, variables and addresses."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from cli.embedded import PORTS as EMBEDDED_PORTS
from cli.run.services import WITH_DATABASE
from libs.app.runtime import DEFAULT_ADDRESSES, Runtime
from libs.app.settings import CommonSettings
from libs.auth.identity import Identity
from libs.bus.settings import BusSettings
from libs.channels.registry import CHANNELS
from tests.helm.environment import environment, trial_secrets
from tests.helm.rendering import (
    CHART,
    ROOT,
    SCENARIOS,
    Object,
    containers,
    label,
    of_kind,
    pod,
    scenario,
    serving,
    workloads,
)

# Folders of the chart that are no service: what all share, what runs once, and what only trials have.
_OTHER_FOLDERS = {"shared", "migrations", "embedded", "operator"}
_SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/app.py"))


def _folders(path: Path) -> set[str]:
    return {each.name for each in path.iterdir() if each.is_dir()}


def test_every_service_has_a_folder_and_every_folder_a_service() -> None:
    assert _folders(CHART / "templates") == set(_SERVICES) | _OTHER_FOLDERS


def test_a_release_runs_every_service() -> None:
    running = {label(each, "frontdesk.dev/service") for each in serving(scenario("trial"))}
    assert running == {*_SERVICES, "embedded"}


def test_values_offer_every_channel_there_is() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    groups = schema["properties"]["ingestion"]["properties"]["groups"]
    assert set(groups["additionalProperties"]["properties"]["channels"]["items"]["enum"]) == set(CHANNELS)
    served = ",".join(
        value
        for each in workloads(scenario("defaults"))
        for name, value in _plain(each)
        if name == "FRONTDESK_INGESTION_CHANNELS"
    )
    assert sorted(served.split(",")) == sorted(CHANNELS)


def _known_variables() -> set[str]:
    """Every FRONTDESK_* variable some code reads."""
    fields = {name for kind in _settings() for name in kind.model_fields}
    fields |= set(BusSettings.model_fields)
    fields |= {f"{name}_{kind}" for name in DEFAULT_ADDRESSES for kind in ("address", "listen")}
    fields |= {f"{name}_database_url" for name in WITH_DATABASE}
    fields |= {f"identity_key_{name}" for name in (*_SERVICES, "operator")}
    fields |= {f"embedded_{name}_password" for name in EMBEDDED_PORTS}
    return {f"FRONTDESK_{name.upper()}" for name in fields}


def _settings() -> Iterator[type[CommonSettings]]:
    """Whatever the services read them into, wherever in the code that is."""
    for service in _SERVICES:
        importlib.import_module(f"services.{service}.app")
    known: list[type[CommonSettings]] = [CommonSettings]
    for kind in known:
        # Tests of the same process may have settings of their own.
        known += [one for one in kind.__subclasses__() if one.__module__.startswith(("libs.", "services."))]
        yield kind


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_variable_is_one_the_code_reads(name: str) -> None:
    objects = scenario(name)
    given = {each for workload in workloads(objects) for each in _names(workload)}
    given |= {key for config in of_kind(objects, "ConfigMap") for key in config["data"] if key.startswith("FRONTDESK_")}
    assert given - _known_variables() == set()


def _names(workload: Object) -> list[str]:
    return [variable["name"] for box in containers(workload) for variable in box.get("env", [])]


def _named(thing: Object, name: str) -> bool:
    return bool(thing["metadata"]["name"] == name)


def _workload(objects: list[Object], service: str) -> Object:
    return next(each for each in serving(objects) if label(each, "frontdesk.dev/service") == service)


@pytest.mark.parametrize("service", _SERVICES)
def test_a_service_can_be_built_from_what_a_trial_gives_it(service: str, tmp_path: Path) -> None:
    objects = scenario("trial")
    runtime = Runtime(environment(objects, _workload(objects, service), trial_secrets(objects), tmp_path))
    built = importlib.import_module(f"services.{service}.app").build(runtime)
    assert built.name == service


@pytest.mark.parametrize("service", sorted(DEFAULT_ADDRESSES))
def test_grpc_is_found_where_it_listens(service: str, tmp_path: Path) -> None:
    objects = scenario("trial")
    workload = _workload(objects, service)
    listen = Runtime(environment(objects, workload, trial_secrets(objects), tmp_path)).listen(service)
    ports = {each["name"]: each["containerPort"] for each in containers(workload)[0]["ports"]}
    assert listen == f"0.0.0.0:{ports['grpc']}"
    for caller in workloads(objects):
        if address := dict(_plain(caller)).get(f"FRONTDESK_{service.upper()}_ADDRESS"):
            host, _, port = address.partition(":")
            [target] = [each for each in of_kind(objects, "Service") if _named(each, host)]
            assert int(port) in {each["port"] for each in target["spec"]["ports"]}
            assert target["spec"]["selector"].items() <= pod(workload)["metadata"]["labels"].items()


def _plain(workload: Object) -> Iterator[tuple[str, str]]:
    for variable in containers(workload)[0].get("env", []):
        if "value" in variable:
            yield variable["name"], variable["value"]


def test_a_trials_identities_fit_their_public_keys() -> None:
    secrets = trial_secrets(scenario("trial"))
    public: dict[str, Any] = json.loads(secrets["desk-frontdesk-trial-identity"]["identity-keys.json"])
    assert public.keys() >= {"gateway", "tenants", "operator"}
    for name, pem in public.items():
        private = secrets[f"desk-frontdesk-trial-{name}"]["identity-key"]
        key = load_pem_public_key(pem.encode())
        assert key == Identity.load(name, private).key.public_key()


def test_a_trials_passwords_differ() -> None:
    secrets = of_kind(scenario("trial"), "Secret")
    urls = [value for each in secrets for key, value in each["stringData"].items() if key == "database-url"]
    assert len(urls) == len(set(urls)) == len(WITH_DATABASE) + 1
