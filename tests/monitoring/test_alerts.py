"""promtool's own judgement of the alerts: each fires when it should and stays quiet when it should."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.monitoring.expressions import MONITORING, alerts

_CASES = {path.stem: yaml.safe_load(path.read_text()) for path in Path(__file__).parent.glob("cases/*.yaml")}
_FILES = sorted({file for file, _rule in alerts()})


@pytest.fixture(scope="module")
def promtool() -> str:
    """Debian's package `prometheus` has it. Not run without it, except where CI=true: there it must be."""
    found = shutil.which("promtool")
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("not run: promtool is not installed")
    return str(found)


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    cases = {(file, case["alert"]): case for file, group in _CASES.items() for case in group}
    assert cases.keys() == {(file, rule["alert"]) for file, rule in alerts()}
    for case in cases.values():
        assert case["fires"]
        assert case["quiet"]


@pytest.mark.parametrize("file", _FILES)
def test_the_rules_are_valid(promtool: str, file: str) -> None:
    _run(promtool, "check", "rules", MONITORING / "alerts" / f"{file}.yaml")


@pytest.mark.parametrize("file", _FILES)
def test_alerts_fire_and_stay_quiet(promtool: str, file: str, tmp_path: Path) -> None:
    rules = {rule["alert"]: rule for each, rule in alerts() if each == file}
    described = {
        "rule_files": [str(MONITORING / "alerts" / f"{file}.yaml")],
        "evaluation_interval": "1m",
        "tests": [test for case in _CASES[file] for test in _tests(rules[case["alert"]], case)],
    }
    path = tmp_path / f"{file}.yaml"
    path.write_text(yaml.safe_dump(described, sort_keys=False))
    _run(promtool, "test", "rules", path)


def _tests(rule: dict[str, Any], case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for firing in case["fires"]:
        labels = firing["labels"]
        annotations = {name: _filled(text, labels) for name, text in rule["annotations"].items()}
        expected = {"exp_labels": rule["labels"] | labels, "exp_annotations": annotations}
        yield _test(rule["alert"], firing, [expected])
    for quiet in case["quiet"]:
        yield _test(rule["alert"], quiet, [])


def _test(alert: str, case: dict[str, Any], expected: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "interval": "1m",
        "name": f"{alert}: {case.get('why', 'fires' if expected else 'quiet')}",
        "input_series": [{"series": name, "values": values} for name, values in case["series"].items()],
        "alert_rule_test": [{"eval_time": case["at"], "alertname": alert, "exp_alerts": expected}],
    }


def _filled(text: str, labels: dict[str, str]) -> str:
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)


def _run(promtool: str, *arguments: str | Path) -> None:
    result = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
