"""What the command line does across tenants. Everything can be repeated."""

import re
from uuid import UUID

from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.db.unit import Unit
from libs.rpc.errors import InvalidArgumentError, NotFoundError
from services.tenants.domain import channels, plans, roles, text
from services.tenants.domain.errors import EmailTakenError
from services.tenants.models import ChannelAccount, Teammate, Tenant
from services.tenants.repository.channel_accounts import ChannelAccountRepository
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.repository.tenants import TenantRepository, tenant_of_slug
from services.tenants.service.base import UseCases
from services.tenants.service.channel_accounts import ChannelAccounts, NewAccount
from services.tenants.service.passwords import Passwords
from services.tenants.service.record import Recorder
from services.tenants.service.team import new_teammate

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}\Z")
_REGION = re.compile(r"[a-z0-9-]{1,40}\Z")


class Operator(UseCases):
    """Use cases of OperatorService but ReencryptCredentials."""

    def __init__(
        self, database: Database, clock: Clock, record: Recorder, passwords: Passwords, accounts: ChannelAccounts
    ) -> None:
        super().__init__(database, clock, record)
        self._passwords = passwords
        self._accounts = accounts

    async def ensure_tenant(self, slug: str, name: str, region: str, plan: str) -> Tenant:
        """The tenant of that slug, made if there is none."""
        wanted = self._tenant(slug, name, region, plan)
        found = await self._tenant_of(slug)
        if found is not None:
            return found
        async with self.database.unit([wanted.tenant_id]) as unit:
            if await TenantRepository(unit, wanted.tenant_id).add(wanted):
                fields = {"slug": slug, "plan": wanted.plan, "region": wanted.region}
                await self.record.act(unit, wanted.tenant_id, None, "tenant.created", wanted.tenant_id, **fields)
                return wanted
        # Made by another call a moment ago.
        return await self._tenant_of(slug) or wanted

    async def ensure_teammate(self, tenant_id: UUID, email: str, name: str, role: str, password: str) -> Teammate:
        """The teammate with this address, made active with the password if there is none. EmailTakenError."""
        address, clean, new = text.email(email), text.name(name), text.password(password)
        wanted = new_teammate(self.clock, tenant_id, address, clean, roles.known(role), roles.ACTIVE)
        async with self.database.unit([tenant_id]) as unit:
            await self._require_tenant(unit, tenant_id)
            found = await TeammateRepository(unit, tenant_id).by_email(address.key)
        return found or await self._add_teammate(wanted, await self._passwords.hash(new))

    async def ensure_account(self, tenant_id: UUID, account_id: str, new: NewAccount) -> ChannelAccount:
        """The account with this id, connected if there is none. AccountConnectedError, AccountIdTakenError."""
        chosen = channels.given_id(account_id)
        async with self.database.unit([tenant_id]) as unit:
            await self._require_tenant(unit, tenant_id)
            found = await ChannelAccountRepository(unit, tenant_id).get(chosen)
            return found or await self._accounts.connect(unit, tenant_id, None, new, chosen)

    async def _add_teammate(self, wanted: Teammate, hashed: str) -> Teammate:
        async with self.database.unit([wanted.tenant_id]) as unit:
            team = TeammateRepository(unit, wanted.tenant_id)
            if await team.add(wanted, hashed):
                fields = {"email": wanted.email, "role": wanted.role}
                await self.record.act(unit, wanted.tenant_id, None, "teammate.created", wanted.id, **fields)
                await self.record.teammate_changed(unit, wanted)
                return wanted
            found = await team.by_email(wanted.email_key)
            if found is None:
                raise EmailTakenError
            return found

    async def _tenant_of(self, slug: str) -> Tenant | None:
        async with self.database.system_unit() as unit:
            tenant_id = await tenant_of_slug(unit, slug)
        if tenant_id is None:
            return None
        async with self.database.unit([tenant_id]) as unit:
            return await TenantRepository(unit, tenant_id).get()

    async def _require_tenant(self, unit: Unit, tenant_id: UUID) -> None:
        if await TenantRepository(unit, tenant_id).get() is None:
            raise NotFoundError("There is no such tenant.")

    def _tenant(self, slug: str, name: str, region: str, plan: str) -> Tenant:
        for field, pattern, value in (("slug", _SLUG, slug), ("region", _REGION, region)):
            if not pattern.match(value):
                raise InvalidArgumentError(f"{field} must be lower-case letters, digits and -.", field=field)
        return Tenant(new_id(self.clock), slug, text.name(name), region, plans.plan_name(plan), self.now())
