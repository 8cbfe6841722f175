"""A service's key is replaced without a moment in which its calls are refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from libs.auth.identity import Identity, KeySet
from libs.auth.tokens import InvalidTokenError, TokenIssuer, TokenVerifier
from libs.clock.clock import SystemClock

_CLOCK = SystemClock(None)


def _accepts(keys: KeySet, identity: Identity) -> bool:
    try:
        TokenVerifier("tenants", keys, _CLOCK).verify(TokenIssuer(identity, _CLOCK).issue("tenants"))
    except InvalidTokenError:
        return False
    return True


def test_while_a_key_is_replaced_both_are_accepted() -> None:
    old, new, forged = (Identity.generate("gateway") for _ in range(3))
    before, between, after = (
        KeySet.of({"gateway": pems})
        for pems in (old.public_pem(), new.public_pem() + old.public_pem(), new.public_pem())
    )
    assert [_accepts(keys, old) for keys in (before, between, after)] == [True, True, False]
    assert [_accepts(keys, new) for keys in (before, between, after)] == [False, True, True]
    assert not any(_accepts(keys, forged) for keys in (before, between, after))


@pytest.mark.parametrize("pem", ["", ec.generate_private_key(ec.SECP256R1()).public_key()], ids=["none", "other"])
def test_what_is_no_ed25519_key_is_refused_when_it_is_read(pem: ec.EllipticCurvePublicKey | str) -> None:
    text = pem if isinstance(pem, str) else pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(ValueError, match="gateway must be an Ed25519 key"):
        KeySet.of({"gateway": text})
