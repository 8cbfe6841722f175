"""The console's own words, so that tests find things by the names people see, in any of its languages."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_LOCALES = Path(__file__).parents[2] / "console" / "src" / "locales"


class Words:
    """The texts of one language: `words("auth:signIn.action")`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The text of `file:path.of.keys`, filled in; with count, the plural form where there is one."""
        name, _, path = key.partition(":")
        texts: Any = _read(self.language, name)
        for part in path.split("."):
            plural = f"{part}_{'one' if values.get('count') == 1 and self.language == 'en' else 'other'}"
            texts = texts.get(part, texts.get(plural))
            assert texts is not None, f"{self.language} has no {key}"
        return re.sub(r"\{\{(\w+)\}\}", lambda match: str(values[match[1]]), str(texts))


@cache
def _read(language: str, name: str) -> Any:
    return json.loads((_LOCALES / language / f"{name}.json").read_text())
