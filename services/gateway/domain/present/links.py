"""Addresses that customers and platforms tell. Whoever clicks one must get to a page of the web, and nowhere else: a
browser takes `javascript:` and `data:` for programs, and other schemes start whatever is installed."""

import re
from typing import Any

_WEB = re.compile(r"https?://[^\s/\\]", re.IGNORECASE)


def web_link(text: Any) -> str | None:
    """The address when it is one of the web, else None."""
    return text if isinstance(text, str) and _WEB.match(text) else None


def is_link(name: str) -> bool:
    """Whether a field of this name holds an address."""
    return name == "url" or name.endswith("_url")


def with_web_links(value: Any) -> Any:
    """JSON in which every field that holds an address holds one of the web, or null."""
    if isinstance(value, list):
        return [with_web_links(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: web_link(one) if is_link(name) else with_web_links(one) for name, one in value.items()}
