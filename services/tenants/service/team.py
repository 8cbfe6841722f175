"""The team of a tenant: rules 105, 106, 107, 109 and 111."""

import dataclasses
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.db.pages import Page, decode_token, encode_token, key_id, page_size
from libs.db.unit import Unit
from services.tenants.domain import languages, roles, text
from services.tenants.domain.errors import EmailTakenError, TeammateNotFoundError
from services.tenants.domain.text import Email
from services.tenants.domain.throttles import INVITE_EMAIL, INVITE_TENANT
from services.tenants.models import Mail, Teammate
from services.tenants.repository.mails import MailQueue
from services.tenants.repository.one_time_tokens import OneTimeTokenRepository
from services.tenants.repository.sessions import SessionRepository
from services.tenants.repository.teammates import Place, TeammateRepository
from services.tenants.repository.tenants import TenantRepository
from services.tenants.service.base import Actor, UseCases, load_actor
from services.tenants.service.links import INVITATION
from services.tenants.service.mailer import Wake
from services.tenants.service.record import Recorder
from services.tenants.service.throttling import admit


@dataclass(frozen=True, slots=True)
class Invite:
    """Whom to invite, as what, in which language."""

    email: Email
    name: str
    role: str
    language: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change of a teammate; None leaves it."""

    name: str | None = None
    phone: str | None = None
    role: str | None = None


class Team(UseCases):
    """Use cases of TeamService. Changes of one team run one after the other."""

    def __init__(self, database: Database, clock: Clock, record: Recorder, wake_mailer: Wake) -> None:
        super().__init__(database, clock, record)
        self._wake_mailer = wake_mailer

    async def page(self, tenant_id: UUID, query: str, size: int, token: str) -> tuple[Page[Teammate], int]:
        """Teammates sorted by role, then name (rule 106), and how many there are in all."""
        limit, after = page_size(size), _place(token)
        async with self.database.unit([tenant_id]) as unit:
            team, key = TeammateRepository(unit, tenant_id), text.search_key(query)
            found = await team.page(key, after, limit + 1)
            return Page.of(found, limit, _token), await team.count(key)

    async def invite(self, actor: Actor, email: str, name: str, role: str, language: str) -> Teammate:
        """Adds an invited teammate and queues the mail; again for one who has not accepted yet. EmailTakenError,
        TooManyAttemptsError."""
        invite = Invite(text.email(email), text.name(name), roles.known(role), languages.pick(language))
        charges = ((INVITE_TENANT, str(actor.tenant_id)), (INVITE_EMAIL, f"{actor.tenant_id}/{invite.email.key}"))
        await admit(self.database, self.now(), charges)
        async with self.database.unit([actor.tenant_id]) as unit:
            await TenantRepository(unit, actor.tenant_id).lock()
            inviter = await load_actor(unit, actor)
            roles.require(inviter, "manage_team")
            roles.require_reach(inviter, invite.role)
            invited = await self._invited(unit, inviter, invite)
            await MailQueue(unit).add(self._mail(invited, invite.language))
            unit.after_commit(self._wake_mailer)
            await self._note(unit, actor, "teammate.invited", invited, email=invited.email, role=invited.role)
            return invited

    async def update(self, actor: Actor, teammate_id: UUID, wanted: Changes) -> Teammate:
        """Own name and phone (rule 111), or a colleague's and roles (rule 107)."""
        changes = _clean(wanted)
        async with self.database.unit([actor.tenant_id]) as unit:
            editor, target = await self._both(unit, actor, teammate_id)
            roles.require_update(editor, target, changes.get("role"))
            different = {name: value for name, value in changes.items() if getattr(target, name) != value}
            if not different:
                return target
            after = await self._change(unit, target, different)
            await self._note(unit, actor, "teammate.updated", after, **_noted(different))
            return after

    async def disable(self, actor: Actor, teammate_id: UUID) -> Teammate:
        """Rule 109: signs the teammate out everywhere, for good. LastAdminError."""
        async with self.database.unit([actor.tenant_id]) as unit:
            editor, target = await self._both(unit, actor, teammate_id)
            roles.require_admin(editor)
            if target.state == roles.DISABLED:
                return target
            after = await self._change(unit, target, {"state": roles.DISABLED})
            revoked = await SessionRepository(unit, actor.tenant_id).revoke_all(teammate_id, self.now())
            await self.record.sessions_revoked(unit, actor.tenant_id, revoked)
            for kind in ("invitation", "password_reset"):
                await OneTimeTokenRepository(unit, actor.tenant_id).spend(teammate_id, kind)
            await self._note(unit, actor, "teammate.disabled", after)
            return after

    async def enable(self, actor: Actor, teammate_id: UUID) -> Teammate:
        """Lets a disabled teammate in again; one who never accepted the invitation is invited again."""
        async with self.database.unit([actor.tenant_id]) as unit:
            editor, target = await self._both(unit, actor, teammate_id)
            roles.require_admin(editor)
            if target.state != roles.DISABLED:
                return target
            has_password = await TeammateRepository(unit, actor.tenant_id).password_hash(teammate_id)
            after = await self._change(unit, target, {"state": roles.ACTIVE if has_password else roles.INVITED})
            await self._note(unit, actor, "teammate.enabled", after)
            return after

    async def _both(self, unit: Unit, actor: Actor, teammate_id: UUID) -> tuple[Teammate, Teammate]:
        await TenantRepository(unit, actor.tenant_id).lock()
        editor = await load_actor(unit, actor)
        target = await TeammateRepository(unit, actor.tenant_id).get(teammate_id, lock=True)
        if target is None:
            raise TeammateNotFoundError
        return editor, target

    async def _change(self, unit: Unit, target: Teammate, changes: dict[str, Any]) -> Teammate:
        team = TeammateRepository(unit, target.tenant_id)
        after = dataclasses.replace(target, **changes)
        roles.keep_an_admin(target, after.role, after.state, await team.active_admins())
        return await team.save(after)

    async def _invited(self, unit: Unit, inviter: Teammate, invite: Invite) -> Teammate:
        team = TeammateRepository(unit, inviter.tenant_id)
        earlier = await team.by_email(invite.email.key)
        if earlier is not None and earlier.state == roles.INVITED:
            roles.require_reach(inviter, earlier.role)
            return await self._change(unit, earlier, {**_named(invite.name), "role": invite.role})
        invited = new_teammate(self.clock, inviter.tenant_id, invite.email, invite.name, invite.role, roles.INVITED)
        if not await team.add(invited, password_hash=None):
            raise EmailTakenError
        return invited

    async def _note(self, unit: Unit, actor: Actor, action: str, teammate: Teammate, **fields: str) -> None:
        await self.record.act(unit, actor.tenant_id, actor.id, action, teammate.id, **fields)
        await self.record.teammate_changed(unit, teammate)

    def _mail(self, invited: Teammate, language: str) -> Mail:
        now = self.now()
        return Mail(new_id(self.clock), INVITATION, language, "", invited.tenant_id, invited.id, 0, now)


def new_teammate(clock: Clock, tenant_id: UUID, email: Email, name: str, role: str, state: str) -> Teammate:
    """A teammate's first version."""
    return Teammate(
        tenant_id=tenant_id,
        id=new_id(clock),
        email=email.text,
        email_key=email.key,
        name=name,
        name_key=text.name_key(name),
        phone="",
        role=role,
        state=state,
        version=1,
        created_at=clock.now(),
    )


def _clean(wanted: Changes) -> dict[str, str]:
    changes: dict[str, str] = {}
    if wanted.name is not None:
        changes |= _named(text.name(wanted.name))
    if wanted.phone is not None:
        changes["phone"] = text.phone(wanted.phone)
    if wanted.role is not None:
        changes["role"] = roles.known(wanted.role)
    return changes


def _named(name: str) -> dict[str, str]:
    return {"name": name, "name_key": text.name_key(name)}


def _noted(changes: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in changes.items() if name != "name_key"}


def _token(last: Teammate) -> str:
    return encode_token(roles.rank(last.role) + 1, last.name_key, str(last.id))


def _place(token: str) -> Place | None:
    key = decode_token(token, (int, str, str))
    return (key[0], key[1], key_id(key[2])) if key else None
