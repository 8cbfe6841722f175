"""Keyset pages: a page token is where the last page ended."""

import base64
import binascii
import json
import re
from typing import Any

from libs.rpc.errors import InvalidArgumentError

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 50
_UNFIT = re.compile("[\x00\ud800-\udfff]")


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
    raise InvalidArgumentError("page_token is not one this list gave. Start again without it.", field="page_token")


def _fits(value: Any) -> bool:
    """Whether PostgreSQL takes it: a token may be anybody's writing."""
    if isinstance(value, str):
        return not _UNFIT.search(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63
