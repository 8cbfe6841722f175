"""How a mail is handed over to the desk: signed so that a stranger's is refused before it is read.

`X-Frontdesk-Mail-Signature: t=<Unix seconds>,n=<bytes>,d=<SHA-256 of the mail, hex>,s=<HMAC-SHA256, hex>`, the last one
over "frontdesk mail", t, n and d, each followed by a line feed, under FRONTDESK_MAIL_SECRET.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

HEADER = "X-Frontdesk-Mail-Signature"
# Between signing and arriving; clocks differ, too.
LIFE_SECONDS = 300
_FORM = re.compile(r"t=([0-9]{1,12}),n=([0-9]{1,12}),d=([0-9a-f]{64}),s=([0-9a-f]{64})")


class BadHandoverError(ValueError):
    """The header is not one that the secret's owner wrote."""


class OldHandoverError(BadHandoverError):
    """It was, but not within the last minutes; or one of the two clocks is wrong."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What is on its way: how many bytes, and their SHA-256 in hex."""

    size_bytes: int
    digest: str


def sign(secret: str, raw: bytes, at: datetime) -> str:
    """The header's value for a mail that is handed over now."""
    seconds, digest = int(at.timestamp()), hashlib.sha256(raw).hexdigest()
    return f"t={seconds},n={len(raw)},d={digest},s={_mac(secret, seconds, len(raw), digest)}"


def read(secret: str, header: str, now: datetime) -> Handover:
    """What the header announces. BadHandoverError, OldHandoverError; with secret "" for whatever it is."""
    found = _FORM.fullmatch(header.strip())
    if not secret or found is None:
        raise BadHandoverError("The mail is not signed with FRONTDESK_MAIL_SECRET.")
    seconds, size, digest = int(found[1]), int(found[2]), found[3]
    if not hmac.compare_digest(_mac(secret, seconds, size, digest), found[4]):
        raise BadHandoverError("The mail is not signed with FRONTDESK_MAIL_SECRET.")
    if abs(now.timestamp() - seconds) > LIFE_SECONDS:
        raise OldHandoverError("The mail was signed too long ago. Sign it anew, and look at both clocks.")
    return Handover(size, digest)


def _mac(secret: str, seconds: int, size: int, digest: str) -> str:
    return hmac.new(secret.encode(), f"frontdesk mail\n{seconds}\n{size}\n{digest}\n".encode(), "sha256").hexdigest()
