"""Opaque tokens handed to browsers and mails. Each says where it belongs, so that it is looked up inside its tenant."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from uuid import UUID

SECRET_BYTES = 32
FAMILY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Token:
    """tenant and row it belongs to, and the secret that proves it: of which only the hash is ever stored."""

    tenant_id: UUID
    id: UUID
    secret: bytes

    def text(self) -> str:
        """As it is handed out: URL-safe, without padding."""
        raw = self.tenant_id.bytes + self.id.bytes + self.secret
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @property
    def digest(self) -> bytes:
        """What is stored of the secret."""
        return digest(self.secret)


def parse(text: str, secret_bytes: int = SECRET_BYTES) -> Token | None:
    """The token in a text; None for anything that was never handed out by text()."""
    size = 32 + secret_bytes
    if len(text) != -(-size * 4 // 3):
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return Token(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), raw[32:])


def digest(secret: bytes) -> bytes:
    """SHA-256: enough for secrets of 256 random bits, which nobody guesses however fast the hash is."""
    return hashlib.sha256(secret).digest()
