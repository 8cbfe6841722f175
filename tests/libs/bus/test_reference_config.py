"""The broker's reference configuration is one that the broker takes."""

import subprocess
from pathlib import Path

from cli.run.server import program

_CONFIG = Path(__file__).parents[3] / "deploy" / "nats" / "nats.conf"


def test_the_reference_configuration_is_valid(tmp_path: Path) -> None:
    config = tmp_path / "nats.conf"
    config.write_text(_CONFIG.read_text().replace("/data/jetstream", str(tmp_path)))
    environment = {"NATS_SERVER_NAME": "nats-0", "NATS_PASSWORD": "a", "NATS_SYSTEM_PASSWORD": "b"}
    checked = subprocess.run([program("nats-server"), "-t", "-c", config], env=environment, capture_output=True)
    assert checked.returncode == 0, checked.stderr
