"""Several updates of one account in one entry, as Meta sometimes merges them."""

import json
from collections.abc import Sequence
from typing import Any

from services.simulator.domain.signing import meta_json


def grouped(raws: Sequence[bytes]) -> list[bytes]:
    """The same updates in fewer entries: neighbours of one account share an entry, and on WhatsApp a change."""
    merged: list[dict[str, Any]] = []
    for raw in raws:
        entry = json.loads(raw)
        if not merged or not _join(merged[-1], entry):
            merged.append(entry)
    return [meta_json(entry) for entry in merged]


def _join(last: dict[str, Any], entry: dict[str, Any]) -> bool:
    if last["id"] != entry["id"] or last.keys() != entry.keys():
        return False
    for name in ("messaging", "standby"):
        if name in entry:
            last[name] += entry[name]
            return True
    mine, other = last["changes"][-1], entry["changes"][0]
    if mine["field"] == other["field"] and mine["value"]["metadata"] == other["value"]["metadata"]:
        _join_values(mine["value"], other["value"])
    else:
        last["changes"].append(other)
    return True


def _join_values(value: dict[str, Any], other: dict[str, Any]) -> None:
    for name in ("contacts", "messages", "statuses", "message_echoes"):
        fresh = [item for item in other.get(name, []) if name != "contacts" or item not in value.get(name, [])]
        if fresh:
            value[name] = value.get(name, []) + fresh
