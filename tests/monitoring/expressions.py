"""Every PromQL expression of dashboards and alerts, and what it asks for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import promql_parser
import yaml

from tests.monitoring.metrics import ROOT

MONITORING = ROOT / "deploy" / "monitoring"


@dataclass(frozen=True)
class Expression:
    """A query, and where it stands."""

    where: str
    text: str

    def parsed(self) -> Any:
        """Its syntax tree; ValueError when it is no PromQL. Grafana's own variable stands for a duration."""
        return promql_parser.parse(self.text.replace("$__rate_interval", "5m"))

    def __str__(self) -> str:
        return self.where


def dashboards() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and content of every dashboard."""
    for path in sorted((MONITORING / "dashboards").glob("*.json")):
        yield path.stem, json.loads(path.read_text())


def alerts() -> Iterator[tuple[str, dict[str, Any]]]:
    """File name and rule of every alert."""
    for path in sorted((MONITORING / "alerts").glob("*.yaml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                yield path.stem, rule


def expressions() -> list[Expression]:
    """All of them."""
    panels = [
        Expression(f"{name}: {panel['title']} {target['refId']}", target["expr"])
        for name, dashboard in dashboards()
        for panel in dashboard["panels"]
        for target in panel["targets"]
    ]
    return panels + [Expression(rule["alert"], rule["expr"]) for _file, rule in alerts()]


def selectors(tree: Any) -> Iterator[Any]:
    """Every selector of series in a syntax tree."""
    if isinstance(tree, promql_parser.VectorSelector):
        yield tree
    for name in ("lhs", "rhs", "expr", "args", "vector_selector", "param"):
        inner = getattr(tree, name, None)
        for each in inner if isinstance(inner, list) else [inner]:
            if each is not None and not isinstance(each, str):
                yield from selectors(each)


def groupings(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every label an aggregation keeps, with the tree it aggregates."""
    modifier = getattr(tree, "modifier", None)
    if isinstance(tree, promql_parser.AggregateExpr) and modifier is not None:
        for label in modifier.labels:
            yield label, tree.expr
    for name in ("lhs", "rhs", "expr", "args"):
        inner = getattr(tree, name, None)
        for each in inner if isinstance(inner, list) else [inner]:
            if each is not None and not isinstance(each, str):
                yield from groupings(each)
