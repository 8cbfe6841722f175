"""Where a file lies: `<tenant_id>/<yyyy>/<mm>/<uuid>/<name>`. The ending of the name tells what it is."""

import re
from datetime import datetime
from uuid import UUID

_FORM = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/\d{4}/\d{2}/[0-9a-f-]{36}/[a-z0-9][a-z0-9._-]{0,60}")


class BadKeyError(ValueError):
    """A key that this desk never made."""


def new_key(tenant_id: UUID, at: datetime, unique: UUID, name: str) -> str:
    """A key for a new file; several files of one thing share its `unique`."""
    return checked(f"{tenant_id}/{at:%Y/%m}/{unique}/{name}")


def beside(key: str, name: str) -> str:
    """The key of another file of the same thing."""
    return checked(f"{key.rpartition('/')[0]}/{name}")


def checked(key: str) -> str:
    """The key itself. Raises BadKeyError for a path that could lead elsewhere."""
    if not _FORM.fullmatch(key) or ".." in key:
        raise BadKeyError(f"{key[:200]!r} is no key of this desk")
    return key


def tenant_of(key: str) -> UUID:
    """Whose file it is."""
    return UUID(checked(key).partition("/")[0])
