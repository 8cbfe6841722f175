"""Tokens between services: short-lived, for one audience, by known issuers alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.auth.identity import Identity, KeySet
from libs.auth.tokens import LIFETIME, Caller, InvalidTokenError, TeammateClaims, TokenIssuer, TokenVerifier
from libs.clock.clock import FixedClock

_GATEWAY, _DELIVERY, _STRANGER = (Identity.generate(name) for name in ("gateway", "delivery", "stranger"))
_KEYS = KeySet.of({"gateway": _GATEWAY.public_pem(), "delivery": _DELIVERY.public_pem()})
_START = datetime(2026, 11, 21, tzinfo=UTC)
_TENANT = UUID(int=7)
_TEAMMATE = TeammateClaims(UUID(int=8), "sales_manager", frozenset({"send_messages"}), 3, ("s1", "s2"))


@pytest.fixture
def clock() -> FixedClock:
    """Stands still."""
    return FixedClock(_START)


@pytest.fixture
def verifier(clock: FixedClock) -> TokenVerifier:
    """What conversations verifies with."""
    return TokenVerifier("conversations", _KEYS, clock)


def forged(clock: FixedClock, key: Any = _GATEWAY.key, algorithm: str = "EdDSA", **claims: Any) -> str:
    """A token with these claims instead of the right ones; None leaves one out."""
    right = {"iss": "gateway", "aud": "conversations", "exp": int(clock.now().timestamp()) + 60}
    return jwt.encode({n: v for n, v in {**right, **claims}.items() if v is not None}, key, algorithm)


def test_a_token_tells_service_tenant_and_teammate(clock: FixedClock, verifier: TokenVerifier) -> None:
    issuer = TokenIssuer(_GATEWAY, clock)
    assert verifier.verify(issuer.issue("conversations")) == Caller("gateway", None, None)
    assert verifier.verify(issuer.issue("conversations", _TENANT)) == Caller("gateway", _TENANT, None)
    assert verifier.verify(issuer.issue("conversations", _TENANT, _TEAMMATE)) == Caller("gateway", _TENANT, _TEAMMATE)


def test_a_token_ends_after_a_minute_also_where_it_was_seen_before(clock: FixedClock, verifier: TokenVerifier) -> None:
    token = TokenIssuer(_GATEWAY, clock).issue("conversations")
    verifier.verify(token)
    clock.advance(LIFETIME - timedelta(seconds=1))
    verifier.verify(token)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(InvalidTokenError):
        verifier.verify(token)
    with pytest.raises(InvalidTokenError):
        TokenVerifier("conversations", _KEYS, clock).verify(token)


def test_a_token_is_minted_anew_before_it_ends(clock: FixedClock) -> None:
    issuer = TokenIssuer(_GATEWAY, clock)
    first = issuer.issue("conversations", _TENANT, _TEAMMATE)
    clock.advance(timedelta(seconds=44))
    assert issuer.issue("conversations", _TENANT, _TEAMMATE) == first
    assert issuer.issue("tenants", _TENANT, _TEAMMATE) != first
    assert issuer.issue("conversations", uuid4(), _TEAMMATE) != first
    clock.advance(timedelta(seconds=2))
    assert issuer.issue("conversations", _TENANT, _TEAMMATE) != first


def test_a_clock_that_goes_back_is_followed(clock: FixedClock, verifier: TokenVerifier) -> None:
    issuer = TokenIssuer(_GATEWAY, clock)
    clock.advance(timedelta(days=1))
    future = issuer.issue("conversations")
    clock.advance(timedelta(days=-1))
    assert issuer.issue("conversations") != future


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "tenants"},
        {"aud": None},
        {"aud": ["tenants", "delivery"]},
        {"iss": "stranger"},
        {"iss": None},
        {"iss": "delivery"},
        {"exp": None},
        {"exp": 1},
        {"key": _DELIVERY.key},
        {"key": _STRANGER.key},
        {"key": _STRANGER.key, "iss": "stranger"},
        {"key": None, "algorithm": "none"},
        {"key": _GATEWAY.public_pem().replace("-", "").encode(), "algorithm": "HS256"},
    ],
    ids=[f"forged-{number}" for number in range(13)],
)
def test_what_proves_nothing_is_refused(clock: FixedClock, verifier: TokenVerifier, claims: dict[str, Any]) -> None:
    assert verifier.verify(forged(clock)).service == "gateway"
    with pytest.raises(InvalidTokenError):
        verifier.verify(forged(clock, **claims))


@pytest.mark.promise(5)
@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", fullmatch=True))
def test_garbage_is_refused_and_nothing_worse(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        TokenVerifier("conversations", _KEYS, FixedClock(_START)).verify(token)


@pytest.mark.promise(5)
def test_one_bit_changed_anywhere_spoils_it(clock: FixedClock, verifier: TokenVerifier) -> None:
    token = TokenIssuer(_GATEWAY, clock).issue("conversations", _TENANT)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, letter in enumerate(token[:-1]):
        if letter != ".":
            changed = token[:place] + letters[letters.index(letter) ^ 32] + token[place + 1 :]
            with pytest.raises(InvalidTokenError):
                verifier.verify(changed)
