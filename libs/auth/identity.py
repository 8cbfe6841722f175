"""Who a service is: an Ed25519 key of its own, and the public keys of the others."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_PEM = re.compile("-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True)
class Identity:
    """A service's name and the key that proves it."""

    name: str
    key: Ed25519PrivateKey

    @staticmethod
    def generate(name: str) -> "Identity":
        """A new one."""
        return Identity(name, Ed25519PrivateKey.generate())

    @staticmethod
    def load(name: str, pem: str) -> "Identity":
        """From a private key in PEM, or the path of a file that holds one."""
        text = pem if pem.lstrip().startswith("-----") else Path(pem).read_text()
        key = serialization.load_pem_private_key(text.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"the identity key of {name} must be an Ed25519 key in PEM")
        return Identity(name, key)

    def private_pem(self) -> str:
        """The key, to be stored where only this service reads it."""
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(encoding, form, serialization.NoEncryption()).decode()

    def public_pem(self) -> str:
        """What the others verify with."""
        return (
            self.key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )


@dataclass(frozen=True)
class KeySet:
    """Public keys by service name. While a key is being replaced a service has two."""

    keys: Mapping[str, Sequence[Ed25519PublicKey]]

    @staticmethod
    def of(pems: Mapping[str, str]) -> "KeySet":
        """From public keys in PEM, several of a service one after another."""
        return KeySet({name: _public_keys(name, text) for name, text in pems.items()})

    @staticmethod
    def load(path: Path) -> "KeySet":
        """From a JSON file {service: public PEM}."""
        return KeySet.of(json.loads(path.read_text()))


def _public_keys(name: str, pems: str) -> list[Ed25519PublicKey]:
    keys = [serialization.load_pem_public_key(each.encode()) for each in _PEM.findall(pems)]
    usable = [key for key in keys if isinstance(key, Ed25519PublicKey)]
    if not usable or len(usable) < len(keys):
        raise ValueError(f"the public key of {name} must be an Ed25519 key in PEM")
    return usable
