"""The name an attempt has outside.

Platforms give it back in receipts and echoes, so that an attempt whose answer was lost can be told from one that never
arrived.
"""

import re
from uuid import UUID

_FORM = re.compile(r"fd1\.([0-9a-f]{32})\.([1-9][0-9]{0,5})")


def reference(message_id: UUID, attempt: int) -> str:
    """fd1.<message>.<attempt>; at most 44 characters."""
    return f"fd1.{message_id.hex}.{attempt}"


def read_reference(text: str) -> tuple[UUID, int] | None:
    """Message and attempt; None for what this desk did not write. Whoever sends an echo may write anything here, so
    the message must still be looked for within the echo's own tenant, account and contact."""
    found = _FORM.fullmatch(text)
    return (UUID(hex=found[1]), int(found[2])) if found else None
