"""Access tokens of the public API: the gateway makes them, and only the gateway reads them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from libs.auth.identity import Identity
from libs.clock.clock import Clock
from libs.rpc.errors import UnauthenticatedError

AUDIENCE = "frontdesk-api"
LIFETIME = timedelta(minutes=10)
_ALGORITHM = "EdDSA"
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Access:
    """What a token proves. generation: of the session's refresh token it was given with."""

    tenant_id: UUID
    teammate_id: UUID
    session_id: str
    generation: int
    expires_at: float


class AccessTokens:
    """Mints and verifies."""

    def __init__(self, identity: Identity, clock: Clock) -> None:
        self._key = identity.key
        self._issuer = identity.name
        self._clock = clock
        self._known: dict[str, Access] = {}

    def mint(self, access: Access) -> str:
        """A token for this access."""
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(access.teammate_id),
            "tid": str(access.tenant_id),
            "sid": access.session_id,
            "gen": access.generation,
            "exp": int(access.expires_at),
        }
        return jwt.encode(claims, self._key, _ALGORITHM)

    def expiry(self) -> datetime:
        """When a token minted now ends; whole seconds, as in the token."""
        return (self._clock.now() + LIFETIME).replace(microsecond=0).astimezone(UTC)

    def verify(self, token: str) -> Access:
        """What the token proves; UnauthenticatedError when that is nothing, or no longer."""
        access = self._known.get(token)
        if access is None:
            access = self._read(token)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[token] = access
        if self.expired(access):
            raise UnauthenticatedError("The access token has expired. Refresh the session or sign in again.")
        return access

    def expired(self, access: Access) -> bool:
        """Whether its time is over."""
        return access.expires_at <= self._clock.now().timestamp()

    def _read(self, token: str) -> Access:
        try:
            # Expiry is checked against our own clock, which tests move.
            options: Any = {"verify_exp": False, "require": ["aud", "exp", "sub"]}
            claims = jwt.decode(token, self._key.public_key(), [_ALGORITHM], options=options, audience=AUDIENCE)
            return Access(UUID(claims["tid"]), UUID(claims["sub"]), claims["sid"], claims["gen"], float(claims["exp"]))
        except (jwt.InvalidTokenError, ValueError, KeyError) as error:
            raise UnauthenticatedError("The access token is not one of ours. Sign in.") from error
