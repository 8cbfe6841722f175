"""Ids of people and accounts, which are texts or, in some of Meta's own examples, numbers."""

from collections.abc import Mapping
from typing import Any

from libs.channels.text import clean_text


def identity(value: Any) -> str:
    """An id as a text; "" for what is none."""
    if isinstance(value, str):
        return clean_text(value)
    return str(value) if type(value) is int and value > 0 else ""


def party(item: Mapping[str, Any], role: str) -> str:
    """The id of an event's "sender" or "recipient"; "" where it does not tell."""
    found = item.get(role)
    return identity(found.get("id")) if isinstance(found, dict) else ""
