"""What an invited person does with the link; who sends it is in team.py."""

import dataclasses
from dataclasses import dataclass

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from services.tenants.domain import roles, text, tokens
from services.tenants.domain.errors import InvitationNotFoundError
from services.tenants.domain.tokens import Token
from services.tenants.models import Teammate
from services.tenants.repository.one_time_tokens import OneTimeTokenRepository
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.repository.tenants import TenantRepository
from services.tenants.service.base import UseCases
from services.tenants.service.links import INVITATION, open_link
from services.tenants.service.passwords import Passwords
from services.tenants.service.record import Recorder


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the page behind the link shows."""

    email: str
    name: str
    tenant_name: str


class Invitations(UseCases):
    """Looking at an invitation, and accepting it."""

    def __init__(self, database: Database, clock: Clock, record: Recorder, passwords: Passwords) -> None:
        super().__init__(database, clock, record)
        self._passwords = passwords

    async def get(self, token_text: str) -> Invitation:
        """Whom it is for. InvitationNotFoundError."""
        token = _parse(token_text)
        async with self.database.unit([token.tenant_id]) as unit:
            teammate = await self._open(unit, token)
            tenant = await TenantRepository(unit, token.tenant_id).get()
            return Invitation(teammate.email, teammate.name, tenant.name if tenant else "")

    async def accept(self, token_text: str, name: str, password: str) -> None:
        """Makes the teammate active under this name and password. InvitationNotFoundError."""
        chosen, new, token = text.name(name), text.password(password), _parse(token_text)
        async with self.database.unit([token.tenant_id]) as unit:
            await self._open(unit, token)
        hashed = await self._passwords.hash(new)
        async with self.database.unit([token.tenant_id]) as unit:
            await self._join(unit, await self._open(unit, token), chosen, hashed)

    async def _open(self, unit: Unit, token: Token) -> Teammate:
        teammate = await open_link(unit, token, INVITATION, self.now())
        if teammate is None:
            raise InvitationNotFoundError
        return teammate

    async def _join(self, unit: Unit, invited: Teammate, name: str, hashed: str) -> None:
        team = TeammateRepository(unit, invited.tenant_id)
        await team.set_password(invited.id, hashed)
        joined = dataclasses.replace(invited, name=name, name_key=text.name_key(name), state=roles.ACTIVE)
        joined = await team.save(joined)
        await OneTimeTokenRepository(unit, invited.tenant_id).spend(invited.id, INVITATION)
        await self.record.teammate_changed(unit, joined)
        await self.record.act(unit, invited.tenant_id, invited.id, "teammate.joined", invited.id)


def _parse(token_text: str) -> Token:
    token = tokens.parse(token_text)
    if token is None:
        raise InvitationNotFoundError
    return token
