"""Refresh tokens that succeed each other, and telling a lost answer from a theft.

A refresh token holds a family secret, the same for the whole session, and a secret of its own. The next one's secret
is HMAC(salt, secret): the salt lies in the table, the secret only with the client, so the table alone gives nothing
away, yet whoever comes again with the token before the current one can be given the same successor again.

That happens when the answer was lost, or when two tabs refresh at once. It is allowed for a few seconds, and longer as
long as nobody has used an access token of the current generation: then its answer never arrived. Afterwards, and for
every older token, coming again means that two hold the same family: the session ends for both.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from services.tenants.domain.tokens import FAMILY_BYTES, SECRET_BYTES, Token, digest
from services.tenants.models import Session

REFRESH_BYTES = FAMILY_BYTES + SECRET_BYTES


@dataclass(frozen=True, slots=True)
class SessionRules:
    """idle: between two refreshes. absolute: in all. grace and lost_answer: see above."""

    idle: timedelta
    absolute: timedelta
    grace: timedelta
    lost_answer: timedelta


class Verdict(Enum):
    """What a refresh token is worth."""

    NEXT = "next"
    REPEAT = "repeat"
    STOLEN = "stolen"
    NOTHING = "nothing"


def judge(session: Session, token: Token, now: datetime, rules: SessionRules) -> Verdict:
    """The verdict on a refresh token that names this session."""
    family, secret = split(token)
    if not is_live(session, now, rules) or not hmac.compare_digest(digest(family), session.family_hash):
        return Verdict.NOTHING
    presented = digest(secret)
    if hmac.compare_digest(presented, session.current_hash):
        return Verdict.NEXT
    if hmac.compare_digest(presented, session.previous_hash or b"") and _may_be_lost(session, now, rules):
        return Verdict.REPEAT
    return Verdict.STOLEN


def _may_be_lost(session: Session, now: datetime, rules: SessionRules) -> bool:
    age = now - session.rotated_at
    unused = session.confirmed_generation < session.generation
    return age <= rules.grace or (unused and age <= rules.lost_answer)


def is_live(session: Session, now: datetime, rules: SessionRules) -> bool:
    """Neither revoked nor expired."""
    return session.revoked_at is None and now < ends_at(session.rotated_at, session.expires_at, rules)


def ends_at(rotated_at: datetime, expires_at: datetime, rules: SessionRules) -> datetime:
    """When a session ends unless it is refreshed before."""
    return min(expires_at, rotated_at + rules.idle)


def successor(token: Token, salt: bytes) -> Token:
    """The token after this one; the same for the same salt."""
    family, secret = split(token)
    return Token(token.tenant_id, token.id, family + hmac.digest(salt, secret, "sha256"))


def split(token: Token) -> tuple[bytes, bytes]:
    """The family's secret and the token's own."""
    return token.secret[:FAMILY_BYTES], token.secret[FAMILY_BYTES:]
