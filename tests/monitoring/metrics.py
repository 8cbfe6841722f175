"""Every metric the code makes, read from its source: name, kind, labels."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

_KINDS = {"Counter", "Gauge", "Histogram"}
# What prometheus_client tells of every process, and Prometheus of every scrape.
_PROCESS = ("up", "process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total")
_FILES = ("process_open_fds", "process_max_fds")
# Added when scraping, to every series.
SCRAPED = frozenset({"job", "service", "instance", "namespace", "pod"})


@dataclass(frozen=True)
class Metric:
    """One metric family as the code names it."""

    name: str
    kind: str
    labels: frozenset[str]

    def series(self) -> Iterator[tuple[str, frozenset[str]]]:
        """The names Prometheus knows it by, with their labels."""
        if self.kind != "Histogram":
            yield self.name, self.labels
            return
        yield f"{self.name}_bucket", self.labels | {"le"}
        yield f"{self.name}_sum", self.labels
        yield f"{self.name}_count", self.labels


@cache
def declared() -> tuple[Metric, ...]:
    """All metrics of libs and services."""
    files = [path for folder in ("libs", "services") for path in (ROOT / folder).rglob("*.py")]
    return tuple(sorted({each for path in files for each in _in_file(path)}, key=lambda metric: metric.name))


@cache
def known_series() -> dict[str, frozenset[str]]:
    """Series name to the labels it may have."""
    own = {name: labels | SCRAPED for metric in declared() for name, labels in metric.series()}
    return own | dict.fromkeys((*_PROCESS, *_FILES), SCRAPED)


def _in_file(path: Path) -> Iterator[Metric]:
    source = path.read_text()
    if "libs.observe.metrics import" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KINDS:
            name, labels = _text(node.args[0]), node.args[2] if len(node.args) > 2 else None
            if name:
                yield Metric(name, node.func.id, frozenset(_texts(labels)))


def _texts(node: ast.expr | None) -> list[str]:
    return [_text(each) for each in node.elts] if isinstance(node, ast.List | ast.Tuple) else []


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
