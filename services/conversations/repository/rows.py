"""Rows in and out in bulk: one JSON parameter carries any number of them."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

# Field names of a dataclass, and what reads their values.
_READERS: dict[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}


def rows_json(rows: Sequence[Any]) -> str:
    """Dataclass instances as a JSON array for json_populate_recordset."""
    return json.dumps([_as_dict(row) for row in rows], default=_scalar, ensure_ascii=False)


def _as_dict(row: Any) -> dict[str, Any]:
    """What is None may be left out: a record that is not told a column holds NULL there."""
    if isinstance(row, dict):
        return row
    kind = type(row)
    if kind not in _READERS:
        names = tuple(field.name for field in dataclasses.fields(row))
        _READERS[kind] = names, attrgetter(*names)
    names, values = _READERS[kind]
    return {name: value for name, value in zip(names, values(row), strict=True) if value is not None}


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"{type(value).__name__} has no place in a row")
