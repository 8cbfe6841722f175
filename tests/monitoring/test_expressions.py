"""Dashboards and alerts ask for what the code measures."""

import re

import pytest

from deploy.monitoring.generate import HERE, dashboards
from tests.monitoring.expressions import MONITORING, Expression, alerts, expressions, groupings, selectors
from tests.monitoring.expressions import dashboards as stored_dashboards
from tests.monitoring.metrics import ROOT, Metric, declared, known_series

_RUNBOOKS = ROOT / "docs" / "guides" / "runbooks"
_HOST = "https://docs.frontdesk.dev/runbooks/"


@pytest.mark.parametrize("expression", expressions(), ids=str)
def test_every_series_exists_with_the_labels_asked_for(expression: Expression) -> None:
    tree = expression.parsed()
    asked = list(selectors(tree))
    assert asked
    for selector in asked:
        labels = known_series().get(selector.name)
        assert labels is not None, f"no code makes {selector.name}"
        assert {matcher.name for matcher in selector.matchers.matchers} <= labels
    for label, inside in groupings(tree):
        for selector in selectors(inside):
            assert label in known_series()[selector.name], f"{selector.name} has no label {label}"


def test_counters_are_never_read_without_rate_or_increase() -> None:
    """Alone, a counter's value says since when a process runs. Alerts on a first value compare it with before."""
    counters = "|".join(metric.name for metric in declared() if metric.kind == "Counter")
    bare = re.compile(rf"\b({counters})\b(?!\S*\[)")
    for expression in expressions():
        assert not bare.search(expression.text) or " offset " in expression.text, expression.where


@pytest.mark.parametrize("metric", declared(), ids=lambda metric: metric.name)
def test_metrics_are_named_alike(metric: Metric) -> None:
    assert metric.name.startswith("frontdesk_")
    assert metric.name.endswith("_total") == (metric.kind == "Counter")
    endless = {"tenant", "tenant_id", "account_id", "contact_id", "conversation_id"}
    assert not metric.labels & endless, "grows without end"


def test_dashboards_are_made_from_their_descriptions() -> None:
    stored = {path.name: path.read_text() for path in (HERE / "dashboards").glob("*.json")}
    assert stored == dashboards(), "run python -m deploy.monitoring.generate"


def test_every_service_has_a_dashboard() -> None:
    services = {path.parent.name for path in (ROOT / "services").glob("*/app.py")} - {"simulator"}
    assert services <= {name for name, _dashboard in stored_dashboards()}


def test_every_service_has_alerts() -> None:
    """Conversations' troubles show in its RPCs and consumers, which services.yaml and bus.yaml watch."""
    services = {path.parent.name for path in (ROOT / "services").glob("*/app.py")} - {"simulator", "conversations"}
    assert services <= {path.stem for path in (MONITORING / "alerts").glob("*.yaml")}


@pytest.mark.parametrize(("file", "rule"), list(alerts()), ids=lambda value: str(value)[:60])
def test_an_alert_says_what_to_do(file: str, rule: dict[str, dict[str, str]]) -> None:
    name = str(rule["alert"])
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"].keys() == {"summary", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"{_HOST}{file}#{name.lower()}"
    page = (_RUNBOOKS / f"{file}.md").read_text()
    assert f"\n## {name}\n" in page, f"docs/guides/runbooks/{file}.md has no chapter {name}"


def test_runbooks_tell_of_no_alert_that_is_gone() -> None:
    for page in _RUNBOOKS.glob("*.md"):
        chapters = set(re.findall(r"^## (Frontdesk\w+)$", page.read_text(), re.MULTILINE))
        assert chapters <= {str(rule["alert"]) for file, rule in alerts() if file == page.stem}
