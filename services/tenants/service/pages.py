"""Keyset pages: rows, and where the next ones begin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from libs.rpc.errors import InvalidArgumentError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """next_token is "" on the last page."""

    rows: Sequence[Row]
    next_token: str

    @classmethod
    def of(cls, found: Sequence[Row], limit: int, token: Callable[[Row], str]) -> "Page[Row]":
        """A page out of up to limit + 1 rows: the one too many tells that there is another page."""
        more = len(found) > limit
        rows = found[:limit]
        return cls(rows, token(rows[-1]) if more else "")


def place_id(text: str) -> UUID:
    """An id inside a page token."""
    try:
        return UUID(text)
    except ValueError:
        message = "page_token is not one this list gave. Start again without it."
        raise InvalidArgumentError(message, field="page_token") from None
