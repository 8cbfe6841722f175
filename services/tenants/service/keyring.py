"""Credentials under a key ring: the first key encrypts, every key decrypts, so that keys can be changed in peace."""

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from libs.app.settings import SettingsError
from services.tenants.domain.errors import KeyMissingError
from services.tenants.models import SealedCredentials

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")
_HOW = 'set it to "<id>:<base64 of 32 random bytes>", the newest key first, several separated by commas'


class KeyRing:
    """AES-256-GCM with a random nonce, bound to tenant, account and key: a row moved elsewhere opens no more."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current = next(iter(self._keys))

    @staticmethod
    def parse(text: str) -> "KeyRing":
        """From FRONTDESK_CREDENTIAL_KEYS; SettingsError says what is wrong, never what was written."""
        keys: dict[str, bytes] = {}
        for number, part in enumerate(filter(None, text.split(",")), 1):
            key_id, _, encoded = part.strip().partition(":")
            key = _decode(encoded)
            if not _KEY_ID.match(key_id) or len(key) != 32 or key_id in keys:
                raise SettingsError(f"FRONTDESK_CREDENTIAL_KEYS: key {number} is wrong or there twice: {_HOW}")
            keys[key_id] = key
        if not keys:
            raise SettingsError(f"FRONTDESK_CREDENTIAL_KEYS: {_HOW}")
        return KeyRing(keys)

    def seal(self, tenant_id: UUID, account_id: str, credentials: Mapping[str, str]) -> SealedCredentials:
        """Encrypts under the current key."""
        nonce = secrets.token_bytes(12)
        plain = json.dumps(dict(credentials)).encode()
        bound = _bound(tenant_id, account_id, self.current)
        return SealedCredentials(self.current, nonce, self._keys[self.current].encrypt(nonce, plain, bound))

    def open(self, tenant_id: UUID, account_id: str, sealed: SealedCredentials) -> dict[str, str]:
        """Decrypts. KeyMissingError when the ring lacks the key; cryptography's InvalidTag when the row was altered."""
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise KeyMissingError(sealed.key_id)
        plain = key.decrypt(sealed.nonce, sealed.ciphertext, _bound(tenant_id, account_id, sealed.key_id))
        found: dict[str, str] = json.loads(plain)
        return found


def _bound(tenant_id: UUID, account_id: str, key_id: str) -> bytes:
    return f"{tenant_id}|{account_id}|{key_id}".encode()


def _decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
