"""Text as platforms count it and as PostgreSQL takes it."""

import re
from bisect import bisect_left
from itertools import accumulate
from typing import Any

# PostgreSQL refuses NUL; half a surrogate pair cannot be encoded in UTF-8.
_UNCLEAN = re.compile("[\x00\ud800-\udfff]")


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, as JavaScript, LINE and most phones count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean_text(text: str) -> str:
    """The text without NULs and lone surrogates; two halves of one character side by side are joined."""
    return text if _UNCLEAN.search(text) is None else _UNCLEAN.sub("", _joined(text))


def clean_json(value: Any) -> Any:
    """Clean every text of a JSON value, keys included. Where two keys become the same, the last one stays."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {clean_json(key): clean_json(item) for key, item in value.items()}
    return value


class Utf16Offsets:
    """Places in a text by their UTF-16 offset, as code points of the clean text.

    >>> Utf16Offsets("😀 @Bo").place(3)
    2
    """

    def __init__(self, text: str) -> None:
        joined = _joined(text)
        self._starts = list(accumulate((2 if letter > "\uffff" else 1 for letter in joined), initial=0))
        self._kept = list(accumulate((0 if _UNCLEAN.match(letter) else 1 for letter in joined), initial=0))

    def place(self, utf16_offset: int) -> int | None:
        """The code point at an offset of the text as it came; None outside of it or inside a character."""
        at = bisect_left(self._starts, utf16_offset)
        if at == len(self._starts) or self._starts[at] != utf16_offset:
            return None
        return self._kept[at]


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
