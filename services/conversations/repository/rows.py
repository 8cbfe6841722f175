"""Rows in and out in bulk: one JSON parameter carries any number of them."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from libs.db.unit import Unit


def rows_json(rows: Sequence[Any]) -> str:
    """Dataclass instances as a JSON array for json_populate_recordset."""
    return json.dumps([_as_dict(row) for row in rows], default=_scalar, ensure_ascii=False)


async def insert_rows(unit: Unit, table: str, columns: Sequence[str], rows: Sequence[Any], suffix: str = "") -> None:
    """Inserts dataclass instances whose field names are the columns. table and columns are code, never input."""
    if not rows:
        return
    names = ", ".join(columns)
    await unit.fetch(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, $1) {suffix}",
        rows_json(rows),
    )


def _as_dict(row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return row
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"{type(value).__name__} has no place in a row")
