"""Signing in."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from libs.clock.clock import Clock
from libs.clock.ids import new_id
from libs.db.database import Database
from libs.db.unit import Unit
from libs.observe.metrics import Counter
from libs.rpc.errors import InvalidArgumentError
from services.tenants.domain import roles, sessions, text, tokens
from services.tenants.domain.errors import TooManyAttemptsError, WrongCredentialsError
from services.tenants.domain.sessions import SessionRules
from services.tenants.domain.throttles import SIGN_IN_EMAIL, SIGN_IN_IP, network
from services.tenants.domain.tokens import Token
from services.tenants.models import Session, Teammate
from services.tenants.repository.sessions import SessionRepository
from services.tenants.repository.teammates import TeammateRepository
from services.tenants.repository.tenants import login_of
from services.tenants.repository.throttles import ThrottleCounter
from services.tenants.service.base import UseCases
from services.tenants.service.grants import Grant, grant
from services.tenants.service.passwords import Passwords
from services.tenants.service.record import Recorder
from services.tenants.service.throttling import admit

# Unknown addresses are looked up in a tenant that is not there, so that they take the same way.
_NOBODY = (UUID(int=0), UUID(int=0))
# Longer than any address or password that could be right.
_LONGEST = 1000

_attempts = Counter("frontdesk_sign_ins_total", "Attempts to sign in, by outcome.", ["outcome"])


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What somebody signs in with, normalised. origin is what is throttled, client_ip what is noted down."""

    email_key: str
    password: str
    origin: str
    client_ip: str
    user_agent: str


class SignIn(UseCases):
    """The one use case that checks passwords."""

    def __init__(
        self, database: Database, clock: Clock, record: Recorder, passwords: Passwords, rules: SessionRules
    ) -> None:
        super().__init__(database, clock, record)
        self._passwords = passwords
        self._rules = rules

    async def create(self, email: str, password: str, client_ip: str, user_agent: str) -> Grant:
        """A new session. WrongCredentialsError after the same time whatever was wrong; TooManyAttemptsError."""
        attempt = _attempt(email, password, client_ip, user_agent)
        try:
            granted = await self._check(attempt)
        except (WrongCredentialsError, TooManyAttemptsError) as error:
            _attempts.labels(error.code).inc()
            raise
        _attempts.labels("granted").inc()
        return granted

    async def _check(self, attempt: _Attempt) -> Grant:
        charges = ((SIGN_IN_IP, attempt.origin), (SIGN_IN_EMAIL, attempt.email_key))
        await admit(self.database, self.now(), charges)
        teammate, stored = await self._find(attempt.email_key)
        right = await self._passwords.verify(stored, attempt.password)
        if not right or stored is None or teammate is None or teammate.state != roles.ACTIVE:
            raise WrongCredentialsError
        return await self._open(teammate, stored, attempt)

    async def _find(self, email_key: str) -> tuple[Teammate | None, str | None]:
        async with self.database.system_unit() as unit:
            tenant_id, teammate_id = await login_of(unit, email_key) or _NOBODY
        async with self.database.unit([tenant_id]) as unit:
            team = TeammateRepository(unit, tenant_id)
            return await team.get(teammate_id), await team.password_hash(teammate_id)

    async def _open(self, found: Teammate, stored: str, attempt: _Attempt) -> Grant:
        renewed = await self._passwords.hash(attempt.password) if self._passwords.is_outdated(stored) else stored
        async with self.database.unit([found.tenant_id]) as unit:
            team = TeammateRepository(unit, found.tenant_id)
            # Locked and looked at again: the hash took a while, and a reset or a disabling may have come first.
            teammate = await team.get(found.id, lock=True)
            if teammate is None or teammate.state != roles.ACTIVE or await team.password_hash(found.id) != stored:
                raise WrongCredentialsError
            if renewed != stored:
                await team.set_password(found.id, renewed)
            await self._forgive(unit, attempt)
            return await self._start(unit, teammate, attempt)

    async def _forgive(self, unit: Unit, attempt: _Attempt) -> None:
        counter = ThrottleCounter(unit)
        await counter.refund(SIGN_IN_IP, attempt.origin)
        await counter.clear(SIGN_IN_EMAIL, attempt.email_key)

    async def _start(self, unit: Unit, teammate: Teammate, attempt: _Attempt) -> Grant:
        token = Token(teammate.tenant_id, new_id(self.clock), secrets.token_bytes(sessions.REFRESH_BYTES))
        session = self._session(teammate, token, attempt)
        await SessionRepository(unit, teammate.tenant_id).add(session)
        origin = {"client_ip": attempt.client_ip, "user_agent": attempt.user_agent}
        await self.record.act(unit, teammate.tenant_id, teammate.id, "session.created", session.id, **origin)
        return await grant(unit, session, token, self._rules)

    def _session(self, teammate: Teammate, token: Token, attempt: _Attempt) -> Session:
        now = self.now()
        family, secret = sessions.split(token)
        return Session(
            tenant_id=teammate.tenant_id,
            id=token.id,
            teammate_id=teammate.id,
            family_hash=tokens.digest(family),
            current_hash=tokens.digest(secret),
            previous_hash=None,
            salt=None,
            generation=1,
            confirmed_generation=0,
            created_at=now,
            rotated_at=now,
            expires_at=now + self._rules.absolute,
            revoked_at=None,
            client_ip=attempt.client_ip,
            user_agent=attempt.user_agent,
        )


def _attempt(email: str, password: str, client_ip: str, user_agent: str) -> _Attempt:
    for field, value in (("email", email), ("password", password)):
        if not value.strip():
            raise InvalidArgumentError(f"{field} is missing.", field=field)
    return _Attempt(
        email_key=text.email_key(email[:_LONGEST]),
        password=text.normal_password(password[:_LONGEST]),
        origin=network(client_ip),
        client_ip=text.trace(client_ip, 64),
        user_agent=text.trace(user_agent, 300),
    )
