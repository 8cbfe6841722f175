"""Addresses under which files are fetched: short-lived ones for browsers, unguessable lasting ones for platforms.

Both carry the file's key (the tenant inside it) and an HMAC-SHA256 over it; what they are for is part of what is
signed, so that neither can be turned into the other. docs/decisions/0016-addresses-of-media.md.
"""

import base64
import hmac
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from libs.storage.keys import BadKeyError, checked

BROWSER_PATH = "/media"
PUBLIC_PATH = "/media/public"
CUSTOMER_PATH = "/media/customer"
# A browser's address ends with a quarter of an hour, the next but one at the latest: until then everybody is given the
# same address, so that browsers find in their cache what they have seen.
WINDOW_SECONDS = 900
_MOST_TOKEN = 2000
_MAC_BYTES = 24
_NAME_CHARACTERS = 100
_KEY_BYTES = 32
_ODD = re.compile(r"[\x00-\x1f\x7f/\\]+")


class MediaKeyError(ValueError):
    """FRONTDESK_MEDIA_KEY is not what it should be."""


@dataclass(frozen=True, slots=True)
class BrowserAddress:
    """What a browser's address proves: the file, how it is called, and until when the address holds (Unix seconds)."""

    key: str
    file_name: str
    expires_at: int


def parse_keys(text: str) -> tuple[bytes, ...]:
    """Keys of `base64,base64`, each of at least 32 bytes: the first signs, all verify. Raises MediaKeyError."""
    try:
        keys = tuple(base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise MediaKeyError("it is not base64") from error
    if not keys or any(len(key) < _KEY_BYTES for key in keys):
        raise MediaKeyError(f"it needs one or more keys of at least {_KEY_BYTES} bytes in base64, separated by commas")
    return keys


class MediaAddresses:
    """Makes and reads addresses. public_url: FRONTDESK_PUBLIC_URL, without a slash at the end."""

    def __init__(self, keys: Sequence[bytes], public_url: str, now: Callable[[], datetime]) -> None:
        self._keys = tuple(keys)
        self._public_url = public_url
        self._now = now

    def browser_path(self, storage_key: str, file_name: str = "") -> str:
        """A path on this desk that shows the file for 15 to 30 minutes."""
        return f"{BROWSER_PATH}/{self._timed('browser', storage_key, file_name)}"

    def customer_path(self, storage_key: str, file_name: str = "") -> str:
        """The same for a customer's browser, which shows it on a page of the shop's own site."""
        return f"{CUSTOMER_PATH}/{self._timed('customer', storage_key, file_name)}"

    def public_url(self, storage_key: str, file_name: str = "") -> str:
        """A whole address for a platform: it holds for as long as the file is there."""
        name = quote(_tidy(file_name), safe="")
        address = f"{self._public_url}{PUBLIC_PATH}/{self._token('public', checked(storage_key))}"
        return f"{address}/{name}" if name else address

    def read_browser(self, token: str) -> BrowserAddress | None:
        """What the last part of a browser_path proves; None for a wrong one or one whose time is over."""
        return self._read_timed("browser", token)

    def read_customer(self, token: str) -> BrowserAddress | None:
        """The same of a customer_path."""
        return self._read_timed("customer", token)

    def read_public(self, token: str) -> str | None:
        """The storage key of a public_url's token; None for a wrong one."""
        return self._proved("public", token) or None

    def _timed(self, purpose: str, storage_key: str, file_name: str) -> str:
        windows = math.floor(self._now().timestamp() / WINDOW_SECONDS) + 2
        return self._token(purpose, f"{windows:x}|{checked(storage_key)}|{_tidy(file_name)}")

    def _read_timed(self, purpose: str, token: str) -> BrowserAddress | None:
        parts = (self._proved(purpose, token) or "").split("|", 2)
        if len(parts) != 3:
            return None
        expires_at = int(parts[0], 16) * WINDOW_SECONDS
        if self._now().timestamp() >= expires_at:
            return None
        return BrowserAddress(parts[1], parts[2], expires_at)

    def _token(self, purpose: str, content: str) -> str:
        return f"{_encode(content.encode())}.{_encode(_mac(self._keys[0], purpose, content.encode()))}"

    def _proved(self, purpose: str, token: str) -> str | None:
        content, dot, mac = token.partition(".")
        if not dot or len(token) > _MOST_TOKEN or not token.isascii():
            return None
        try:
            signed, given = _decode(content), _decode(mac)
        except ValueError:
            return None
        # Every key is tried, whichever fits: how long it takes tells nothing.
        fits = [hmac.compare_digest(_mac(key, purpose, signed), given) for key in self._keys]
        return signed.decode() if any(fits) and _names_a_file(purpose, signed.decode()) else None


def _names_a_file(purpose: str, content: str) -> bool:
    key = content if purpose == "public" else content.split("|", 2)[1]
    try:
        checked(key)
    except BadKeyError:
        return False
    return True


def _mac(key: bytes, purpose: str, content: bytes) -> bytes:
    return hmac.digest(key, f"frontdesk media {purpose}\0".encode() + content, "sha256")[:_MAC_BYTES]


def _tidy(file_name: str) -> str:
    """Short and on one line, its ending kept."""
    name = _ODD.sub(" ", file_name).strip()
    if len(name) <= _NAME_CHARACTERS:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
    return (stem if kept else name)[: _NAME_CHARACTERS - len(kept)] + kept


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    # Unused bits at the end could say anything: one file, one address.
    if _encode(found) != text:
        raise ValueError("not the one way to write it")
    return found
