"""What a signed-in browser is given."""

from dataclasses import dataclass
from datetime import datetime

from libs.db.unit import Unit
from services.tenants.domain import roles, sessions
from services.tenants.domain.errors import SessionEndedError
from services.tenants.domain.sessions import SessionRules
from services.tenants.domain.tokens import Token
from services.tenants.models import Session, Teammate, Tenant
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.repository.tenants import TenantRepository


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a session is."""

    session: Session
    teammate: Teammate
    tenant: Tenant


@dataclass(frozen=True, slots=True)
class Grant:
    """A principal with the refresh token to go on with."""

    principal: Principal
    refresh_token: str
    refresh_expires_at: datetime


async def principal_of(unit: Unit, session: Session) -> Principal:
    """Who the session is now; SessionEndedError when that is nobody any more."""
    teammate = await TeammateRepository(unit, session.tenant_id).get(session.teammate_id)
    tenant = await TenantRepository(unit, session.tenant_id).get()
    if tenant is None or teammate is None or teammate.state != roles.ACTIVE:
        raise SessionEndedError
    return Principal(session, teammate, tenant)


async def grant(unit: Unit, session: Session, token: Token, rules: SessionRules) -> Grant:
    """The session with the refresh token that is its newest."""
    expires_at = sessions.ends_at(session.rotated_at, session.expires_at, rules)
    return Grant(await principal_of(unit, session), token.text(), expires_at)
