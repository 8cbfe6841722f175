"""Short-lived tokens between services: who calls, for which tenant and teammate, and only at one audience."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from libs.auth.identity import Identity, KeySet
from libs.auth.visibility import Visibility
from libs.clock.clock import Clock

LIFETIME = timedelta(seconds=60)
# A minted token is handed out again until this much of its life is left.
_RENEW = timedelta(seconds=15)
_ALGORITHM = "EdDSA"


class InvalidTokenError(Exception):
    """The token proves nothing: forged, expired, for another audience, or by an unknown service."""


@dataclass(frozen=True)
class TeammateClaims:
    """The teammate a call is made for. version rises with every change of role or state."""

    id: UUID
    role: str
    permissions: frozenset[str]
    version: int
    store_ids: tuple[str, ...] = ()

    @property
    def visibility(self) -> Visibility:
        """What this teammate may see."""
        return Visibility.of(self.id, self.role, self.permissions, self.store_ids)


@dataclass(frozen=True)
class Caller:
    """Who stands behind a call: the service that makes it and, where there is one, the teammate."""

    service: str
    tenant_id: UUID | None
    teammate: TeammateClaims | None


class TokenIssuer:
    """Mints tokens in one service's name."""

    def __init__(self, identity: Identity, clock: Clock) -> None:
        self._identity = identity
        self._clock = clock
        self._cache: dict[tuple[str, UUID | None, TeammateClaims | None], tuple[str, float]] = {}

    def issue(self, audience: str, tenant_id: UUID | None = None, teammate: TeammateClaims | None = None) -> str:
        """A token for calls to the service named audience."""
        now = self._clock.now().timestamp()
        key = (audience, tenant_id, teammate)
        cached = self._cache.get(key)
        # The second bound drops tokens of a future that a moved clock has taken back.
        if cached and _RENEW.total_seconds() < cached[1] - now <= LIFETIME.total_seconds():
            return cached[0]
        if len(self._cache) > 10_000:
            self._cache.clear()
        expires = now + LIFETIME.total_seconds()
        token = jwt.encode(self._claims(audience, tenant_id, teammate, expires), self._identity.key, _ALGORITHM)
        self._cache[key] = (token, expires)
        return token

    def _claims(
        self, audience: str, tenant_id: UUID | None, teammate: TeammateClaims | None, expires: float
    ) -> dict[str, Any]:
        claims: dict[str, Any] = {"iss": self._identity.name, "aud": audience, "exp": int(expires)}
        if tenant_id:
            claims["tid"] = str(tenant_id)
        if teammate:
            claims["sub"] = str(teammate.id)
            claims["role"] = teammate.role
            claims["perms"] = sorted(teammate.permissions)
            claims["ver"] = teammate.version
            claims["stores"] = list(teammate.store_ids)
        return claims


class TokenVerifier:
    """Checks tokens meant for one service. Answers are remembered until the token expires."""

    def __init__(self, audience: str, keys: KeySet, clock: Clock) -> None:
        self._audience = audience
        self._keys = keys
        self._clock = clock
        self._cache: dict[str, tuple[Caller, float]] = {}

    def verify(self, token: str) -> Caller:
        """Who the token stands for; InvalidTokenError when it stands for nobody."""
        now = self._clock.now().timestamp()
        cached = self._cache.get(token)
        if cached is None:
            claims = self._decode(token)
            cached = (_caller(claims), float(claims["exp"]))
            if len(self._cache) > 10_000:
                self._cache.clear()
            self._cache[token] = cached
        if cached[1] <= now:
            raise InvalidTokenError("expired")
        return cached[0]

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
            keys = self._keys.keys.get(str(issuer), ())
            for key in keys:
                with contextlib.suppress(jwt.InvalidSignatureError):
                    return self._claims_of(token, key)
        except jwt.InvalidTokenError as error:
            raise InvalidTokenError(str(error)) from error
        raise InvalidTokenError("signed with another key" if keys else "unknown issuer")

    def _claims_of(self, token: str, key: Ed25519PublicKey) -> dict[str, Any]:
        # Expiry is checked against our own clock, which tests move.
        options: Any = {"verify_exp": False, "require": ["iss", "aud", "exp"]}
        return jwt.decode(token, key, [_ALGORITHM], options=options, audience=self._audience)


def _caller(claims: Mapping[str, Any]) -> Caller:
    tenant_id = UUID(claims["tid"]) if "tid" in claims else None
    teammate = None
    if "sub" in claims:
        teammate = TeammateClaims(
            id=UUID(claims["sub"]),
            role=claims["role"],
            permissions=frozenset(claims["perms"]),
            version=claims["ver"],
            store_ids=tuple(claims["stores"]),
        )
    return Caller(str(claims["iss"]), tenant_id, teammate)
