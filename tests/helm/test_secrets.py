"""`frontdesk secrets` makes what a production release refers to, and services start from it."""

import importlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.secrets import app, make
from libs.app.runtime import Runtime
from libs.auth.tokens import TokenIssuer, TokenVerifier
from libs.clock.clock import SystemClock
from tests.helm.environment import environment
from tests.helm.rendering import Object, containers, label, of_kind, pod, scenario, serving, workloads

_DATABASE, _NATS = "postgresql://db.internal:5432/frontdesk?ssl=require", "nats://frontdesk:pw@nats:4222"
_OPTIONS = ["--database", _DATABASE, "--migrator", "owner:pw", "--nats", _NATS, "--redis", "redis://:pw@redis:6379/0"]
_OPTIONS += ["--storage", "s3://key:pw@files/frontdesk?region=eu-central-1"]


def _printed() -> dict[str, dict[str, str]]:
    result = CliRunner().invoke(app, _OPTIONS)
    assert result.exit_code == 0, result.output
    return {each["metadata"]["name"]: each["stringData"] for each in json.loads(result.output)["items"]}


def _referred(workload: Object) -> set[tuple[str, str]]:
    """Secret and key of everything a workload's pods read."""
    references = [
        variable["valueFrom"]["secretKeyRef"]
        for box in containers(workload)
        for variable in box.get("env", [])
        if "valueFrom" in variable
    ]
    found = {(each["name"], each["key"]) for each in references}
    for volume in pod(workload)["spec"]["volumes"]:
        for source in volume.get("projected", {}).get("sources", []):
            found |= {(source["secret"]["name"], item["key"]) for item in source["secret"]["items"]}
    return found


def test_everything_a_default_release_reads_is_made_and_nothing_else() -> None:
    made = {(name, key) for name, content in _printed().items() for key in content}
    referred = {each for workload in workloads(scenario("defaults")) for each in _referred(workload)}
    assert made == referred


@pytest.mark.parametrize("service", ["gateway", "ingestion", "conversations", "delivery", "tenants"])
def test_services_are_built_from_them(service: str, tmp_path: Path) -> None:
    objects = scenario("defaults")
    workload = next(each for each in serving(objects) if label(each, "frontdesk.dev/service") == service)
    runtime = Runtime(environment(objects, workload, _printed(), tmp_path))
    assert importlib.import_module(f"services.{service}.app").build(runtime).name == service


def test_services_believe_each_other(tmp_path: Path) -> None:
    objects, secrets, clock = scenario("defaults"), _printed(), SystemClock(None)
    by_service = {label(each, "frontdesk.dev/service"): each for each in of_kind(objects, "Deployment")}
    runtimes = {}
    for name in ("gateway", "tenants"):
        (tmp_path / name).mkdir()
        runtimes[name] = Runtime(environment(objects, by_service[name], secrets, tmp_path / name))
    token = TokenIssuer(runtimes["gateway"].identity("gateway"), clock).issue("tenants")
    verifier: TokenVerifier = runtimes["tenants"].verifier("tenants")
    assert verifier.verify(token).service == "gateway"


def test_a_login_in_the_address_is_refused() -> None:
    options = ["--database", "postgresql://u:p@db/x", "--migrator", "o:p", "--nats", _NATS, "--storage", "s3://files"]
    result = CliRunner().invoke(app, options)
    assert result.exit_code != 0
    assert "without a login" in result.output


def test_every_run_makes_new_ones() -> None:
    first, second = (make(_DATABASE, "owner:pw", _NATS, "s3://files") for _ in range(2))
    assert not {key for each in first.values() for key in each.values()} & {
        value
        for name, each in second.items()
        if name not in {"nats", "migrations", "storage"}
        for value in each.values()
    }
