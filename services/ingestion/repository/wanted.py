"""Conditions of a page of entries, the same for both tables of the ledger."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from libs.clock.ids import first_id
from services.ingestion.models import Wanted

# An entry's id tells when it was written down, by the broker's clock: later than it was received, clocks aside.
_CLOCKS = timedelta(hours=1)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def conditions(wanted: Wanted, edge: UUID | None, oldest_first: bool) -> tuple[list[str], dict[str, Any]]:
    """SQL of what is wanted beyond the edge, and its parameters."""
    parts: dict[str, tuple[str, Any]] = {
        "account_id": ("account_id = :account_id", wanted.account_id),
        "verdict": ("verdict = :verdict", wanted.verdict),
        "kind": ("kind = :kind", wanted.kind),
        "edge": (f"id {'>' if oldest_first else '<'} :edge", edge),
        "since": ("received_at >= :since", wanted.received_from),
        "before": ("received_at < :before", wanted.received_before),
    }
    if wanted.received_from:
        # What is older lies outside the range of the index that is read.
        parts["first"] = ("id >= :first", first_id(max(wanted.received_from, _FIRST) - _CLOCKS))
    given = {name: part for name, part in parts.items() if part[1]}
    return [sql for sql, _ in given.values()], {name: value for name, (_, value) in given.items()}


def order(oldest_first: bool) -> str:
    """ORDER BY of such a page."""
    return f"ORDER BY id {'ASC' if oldest_first else 'DESC'}"
