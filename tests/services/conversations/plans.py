"""Plans of the statements that code really runs."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from libs.db.unit import Unit

# A condition on a column, with whatever name its table goes by.
_MORE_THAN_TENANT = re.compile(r"\((?:\w+\.)?(?!tenant_id\b)\w+ (?:=|<|>|IS )")
_EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class Plan:
    """One statement and a plan for it."""

    sql: str
    root: dict[str, Any]

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Every step, from the top."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop(0)
            yield node
            waiting += node.get("Plans", [])

    def unindexed(self) -> set[str]:
        """Tables that are read as a whole, or a tenant's whole part of them."""
        scans = [node for node in self.nodes() if "Relation Name" in node and "Scan" in node["Node Type"]]
        return {node["Relation Name"] for node in scans if not _MORE_THAN_TENANT.search(node.get("Index Cond", ""))}

    def sorted_rows(self) -> int:
        """Most rows that a step sorts."""
        sorts = [node for node in self.nodes() if node["Node Type"] in ("Sort", "Incremental Sort")]
        inputs = [inner["Actual Rows"] * inner["Actual Loops"] for node in sorts for inner in node["Plans"]]
        return int(max(inputs, default=0))

    def visited_rows(self) -> int:
        """Rows of tables that were looked at, those that did not fit included."""
        scans = [node for node in self.nodes() if "Relation Name" in node]
        return int(
            sum((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in scans)
        )


@dataclass
class Plans:
    """What was planned while the block ran."""

    found: list[Plan] = field(default_factory=list)


@asynccontextmanager
async def batch_plans(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Plans]:
    """Plans of everything that goes straight to the driver: for these values, and for any values, as a statement
    that is prepared once gets it in the end."""
    plans, fetch = Plans(), Unit.fetch

    async def explaining(self: Unit, sql: str, *args: Any) -> list[Any]:
        if sql.strip().startswith(_EXPLAINED):
            mine = await fetch(self, f"EXPLAIN (FORMAT JSON) {sql}", *args)
            generic = await fetch(self, f"EXPLAIN (FORMAT JSON, GENERIC_PLAN) {sql}", *args)
            plans.found += [Plan(sql, rows[0][0][0]["Plan"]) for rows in (mine, generic)]
        return await fetch(self, sql, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Unit, "fetch", explaining)
        yield plans


@asynccontextmanager
async def query_plans(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Plans]:
    """Plans, with what really happened, of every query with named parameters."""
    plans, rows = Plans(), Unit.rows

    async def explaining(self: Unit, sql: Any, params: Any = None) -> list[Any]:
        found = await rows(self, f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        plans.found.append(Plan(sql, found[0]["QUERY PLAN"][0]["Plan"]))
        return await rows(self, sql, params)

    with monkeypatch.context() as patched:
        patched.setattr(Unit, "rows", explaining)
        yield plans
