"""Keyset pages: a page token is where the last page ended."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from libs.rpc.errors import InvalidArgumentError
from libs.rpc.ids import uuid_of

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 50
_UNFIT = re.compile("[\x00\ud800-\udfff]")

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, and where the next ones begin; next_token is "" on the last page."""

    rows: Sequence[Row]
    next_token: str

    @classmethod
    def of(cls, found: Sequence[Row], limit: int, token: Callable[[Row], str]) -> "Page[Row]":
        """A page out of up to limit + 1 rows: the one too many tells that there is another page."""
        more = len(found) > limit
        rows = found[:limit]
        return cls(rows, token(rows[-1]) if more else "")


def page_size(wanted: int) -> int:
    """Rows to answer with: 50 when 0, else 1 to 100 (InvalidArgumentError for a negative number)."""
    if wanted < 0:
        raise InvalidArgumentError("page_size must be 1 to 100.", field="page_size")
    return min(wanted or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)


def encode_token(*key: Any) -> str:
    """An opaque token for the sort key of a page's last row; values must be JSON scalars."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_token(token: str, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    """The sort key inside a token, None for "" (the first page); InvalidArgumentError for anything else."""
    if not token:
        return None
    try:
        padded = token + "=" * (-len(token) % 4)
        key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if isinstance(key, list) and [type(value) for value in key] == list(kinds) and all(map(_fits, key)):
            return tuple(key)
    except (binascii.Error, ValueError, RecursionError):
        pass
    raise tampered()


def decode_id(token: str) -> UUID | None:
    """The same for tokens that hold one id and nothing else."""
    key = decode_token(token, (str,))
    return key_id(key[0]) if key else None


def key_id(text: str) -> UUID:
    """An id inside a sort key."""
    return uuid_of(text, tampered())


def tampered() -> InvalidArgumentError:
    """What a token that no list gave is answered with."""
    return InvalidArgumentError("page_token is not one this list gave. Start again without it.", field="page_token")


def _fits(value: Any) -> bool:
    """Whether PostgreSQL takes it: a token may be anybody's writing."""
    if isinstance(value, str):
        return not _UNFIT.search(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63
