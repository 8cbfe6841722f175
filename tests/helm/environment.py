"""The environment of a container as its pod would see it."""

from collections.abc import Mapping
from pathlib import Path

from tests.helm.rendering import Object, containers, of_kind, pod

Secrets = Mapping[str, Mapping[str, str]]

_MOUNT = "/var/run/frontdesk/identity"


def trial_secrets(objects: list[Object]) -> Secrets:
    """The secrets a trial makes, by name."""
    return {each["metadata"]["name"]: each["stringData"] for each in of_kind(objects, "Secret")}


def environment(objects: list[Object], workload: Object, secrets: Secrets, files: Path) -> dict[str, str]:
    """The variables of a workload's container. Its mounted secrets are written to the folder files instead."""
    box = containers(workload)[0]
    found: dict[str, str] = {}
    for source in box.get("envFrom", []):
        wanted = source["configMapRef"]["name"]
        [config] = [each for each in of_kind(objects, "ConfigMap") if each["metadata"]["name"] == wanted]
        found |= config["data"]
    for variable in box.get("env", []):
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        found[variable["name"]] = secrets[reference["name"]][reference["key"]] if reference else variable["value"]
    _mount(workload, secrets, files)
    return {key: value.replace(_MOUNT, str(files)) for key, value in found.items()}


def _mount(workload: Object, secrets: Secrets, files: Path) -> None:
    for volume in pod(workload)["spec"]["volumes"]:
        for source in volume.get("projected", {}).get("sources", []):
            for item in source["secret"]["items"]:
                (files / item["path"]).write_text(secrets[source["secret"]["name"]][item["key"]])
