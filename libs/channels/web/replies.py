"""Addresses that answers by mail go to: each names the account, and proves that the desk wrote to its sender.

`r+<account id>+<day><proof>`: the day it was made, as days since 1970 in four hex digits, and an HMAC under the
account's widget_secret over account, address and day. Another secret ends them all.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from libs.channels.accounts import Credentials
from libs.channels.sending import CannotSend

# People answer old mails, but a mail that went astray must not open a thread for ever. Each mail brings a new one.
PROOF_LIFE = timedelta(days=400)
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = re.compile(r"([0-9a-f]{4})[0-9a-f]{20}")


def reply_name(account_id: str, email: str, credentials: Credentials, at: datetime) -> str:
    """The local part of such an address, for a mail that is sent now. CannotSend without a secret."""
    return f"r+{account_id}+{_proof(account_id, email, credentials, f'{(at - _EPOCH) // _DAY:04x}')}"


def read_reply_name(local_part: str) -> tuple[str, str] | None:
    """Account id and proof of an address made by reply_name; None for any other."""
    parts = local_part.split("+")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "r" and parts[1] else None


def proven_at(account_id: str, email: str, proof: str, credentials: Credentials) -> datetime | None:
    """The day on which the desk gave this proof to this address, None when it did not; in constant time."""
    found = _FORM.fullmatch(proof)
    if found is None:
        return None
    ours = _proof(account_id, email, credentials, found[1])
    return _EPOCH + int(found[1], 16) * _DAY if hmac.compare_digest(ours, proof) else None


def thread_name(account_id: str, email: str, credentials: Credentials) -> str:
    """What all mails to an address of an account name as their root, so that mail programs show them as one thread."""
    return f"thread.{_mac(credentials, 'thread', account_id, email)}"


def _proof(account_id: str, email: str, credentials: Credentials, day: str) -> str:
    return day + _mac(credentials, "mail", account_id, email, day)


def _mac(credentials: Credentials, purpose: str, account_id: str, email: str, day: str = "") -> str:
    secret = credentials.get("widget_secret", "")
    if not secret:
        raise CannotSend("token_expired", "no widget secret is stored for this account")
    said = "\0".join((purpose, account_id, email.strip().lower(), day))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:20]
