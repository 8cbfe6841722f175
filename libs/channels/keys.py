"""Keys that are the same for every delivery of one event."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

# A key travels as a message header and as a database key, so it stays short and printable.
_SAFE = re.compile(r"[A-Za-z0-9_.=+/-]{1,128}")


def dedup_key(account_id: str, kind: str, key: str) -> str:
    """account:kind:key. The kind is part of it because an unsend or an edit carries its message's id."""
    return f"{account_id}:{kind}:{key if _SAFE.fullmatch(key) else hash_text(key)}"


def content_key(event: Mapping[str, Any], without: Iterable[str]) -> str:
    """A key for an event that has none: a hash of its fields, except those that differ between deliveries."""
    kept = {name: value for name, value in event.items() if name not in without}
    return hash_text(json.dumps(kept, sort_keys=True))


def hash_text(text: str) -> str:
    """40 hexadecimal digits, the same on every machine."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
