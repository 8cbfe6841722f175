"""Forgotten passwords."""

from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.db.unit import Unit
from services.tenants.domain import languages, text, tokens
from services.tenants.domain.errors import LinkSpentError
from services.tenants.domain.throttles import RESET_EMAIL, RESET_IP, SIGN_IN_EMAIL, network
from services.tenants.domain.tokens import Token
from services.tenants.models import Mail, Teammate
from services.tenants.repository.mails import MailQueue
from services.tenants.repository.one_time_tokens import OneTimeTokenRepository
from services.tenants.repository.sessions import SessionRepository
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.repository.throttles import ThrottleCounter
from services.tenants.service.base import UseCases
from services.tenants.service.links import PASSWORD_RESET, open_link
from services.tenants.service.mailer import Wake
from services.tenants.service.passwords import Passwords
from services.tenants.service.record import Recorder
from services.tenants.service.throttling import admit


class PasswordResets(UseCases):
    """Asking for a link, and using it."""

    def __init__(
        self, database: Database, clock: Clock, record: Recorder, passwords: Passwords, wake_mailer: Wake
    ) -> None:
        super().__init__(database, clock, record)
        self._passwords = passwords
        self._wake_mailer = wake_mailer

    async def request(self, email: str, client_ip: str, language: str) -> None:
        """Queues a mail. Whether the address is known is looked up when it is sent: neither answer nor time tells."""
        address = text.email(email)
        charges = ((RESET_IP, network(client_ip)), (RESET_EMAIL, address.key))
        await admit(self.database, self.now(), charges)
        async with self.database.system_unit() as unit:
            await MailQueue(unit).add(self._mail(address.key, languages.pick(language)))
            unit.after_commit(self._wake_mailer)

    async def complete(self, token_text: str, password: str) -> None:
        """Sets the password, ends every session, forgives failed sign-ins. LinkSpentError."""
        new = text.password(password)
        token = tokens.parse(token_text)
        if token is None:
            raise LinkSpentError
        await self._peek(token)
        hashed = await self._passwords.hash(new)
        async with self.database.unit([token.tenant_id]) as unit:
            await self._set(unit, await self._open(unit, token), hashed)

    async def _peek(self, token: Token) -> None:
        """Worthless links cost no hash."""
        async with self.database.unit([token.tenant_id]) as unit:
            await self._open(unit, token)

    async def _open(self, unit: Unit, token: Token) -> Teammate:
        teammate = await open_link(unit, token, PASSWORD_RESET, self.now())
        if teammate is None:
            raise LinkSpentError
        return teammate

    async def _set(self, unit: Unit, teammate: Teammate, hashed: str) -> None:
        tenant_id = teammate.tenant_id
        await TeammateRepository(unit, tenant_id).set_password(teammate.id, hashed)
        await OneTimeTokenRepository(unit, tenant_id).spend(teammate.id, PASSWORD_RESET)
        revoked = await SessionRepository(unit, tenant_id).revoke_all(teammate.id, self.now())
        await self.record.sessions_revoked(unit, tenant_id, revoked)
        await ThrottleCounter(unit).clear(SIGN_IN_EMAIL, teammate.email_key)
        await self.record.act(unit, tenant_id, teammate.id, "password.reset", teammate.id)

    def _mail(self, email_key: str, language: str) -> Mail:
        return Mail(new_id(self.clock), PASSWORD_RESET, language, email_key, None, None, 0, self.now())
