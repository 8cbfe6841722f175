"""The one-time links in mails: https://<public address>/<page>?token=…"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.unit import Unit
from services.tenants.domain import tokens
from services.tenants.domain.tokens import Token
from services.tenants.models import OneTimeToken, Teammate
from services.tenants.repository.one_time_tokens import OneTimeTokenRepository
from services.tenants.repository.teammates import TeammateRepository

INVITATION, PASSWORD_RESET = "invitation", "password_reset"
_PAGES = {INVITATION: "accept-invitation", PASSWORD_RESET: "reset-password"}
# The state in which a teammate can use a link of this kind.
_STATES = {INVITATION: "invited", PASSWORD_RESET: "active"}


class Links:
    """Makes links and opens them again."""

    def __init__(self, clock: Clock, public_url: str, lifetimes: Mapping[str, timedelta]) -> None:
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._lifetimes = lifetimes

    async def make(self, unit: Unit, teammate: Teammate, kind: str) -> str:
        """A new address; only a hash of its secret stays behind."""
        token = Token(teammate.tenant_id, new_id(self._clock), secrets.token_bytes(tokens.SECRET_BYTES))
        expires_at = self._clock.now() + self._lifetimes[kind]
        stored = OneTimeToken(token.tenant_id, token.id, teammate.id, kind, token.digest, expires_at)
        await OneTimeTokenRepository(unit, token.tenant_id).add(stored)
        return f"{self._public_url}/{_PAGES[kind]}?token={token.text()}"

    def lifetime(self, kind: str) -> timedelta:
        """How long a new link of this kind will be good."""
        return self._lifetimes[kind]


def is_useful(teammate: Teammate | None, kind: str) -> bool:
    """Whether a link of this kind would be of use to the teammate now."""
    return teammate is not None and teammate.state == _STATES[kind]


async def open_link(unit: Unit, token: Token, kind: str, now: datetime) -> Teammate | None:
    """Whom a link is for, locked; None when it is spent, expired, of another kind, or no use any more."""
    repository = OneTimeTokenRepository(unit, token.tenant_id)
    stored = await repository.get(token.id)
    if stored is None or stored.kind != kind or stored.expires_at <= now:
        return None
    if not hmac.compare_digest(stored.secret_hash, token.digest):
        return None
    teammate = await TeammateRepository(unit, token.tenant_id).get(stored.teammate_id, lock=True)
    # Whoever held the lock before may have spent it.
    spent = await repository.get(token.id) is None
    return None if spent or not is_useful(teammate, kind) else teammate
