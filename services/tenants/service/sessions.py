"""Staying signed in, and signing out."""

import secrets
from uuid import UUID

from libs.clock.clock import Clock
from libs.db.database import Database
from libs.db.unit import Unit
from libs.observe.log import get_logger
from services.tenants.domain import sessions, tokens
from services.tenants.domain.errors import SessionEndedError
from services.tenants.domain.sessions import SessionRules, Verdict
from services.tenants.domain.tokens import Token
from services.tenants.models import Session
from services.tenants.repository.sessions import SessionRepository
from services.tenants.service.base import Actor, UseCases
from services.tenants.service.grants import Grant, Principal, grant, principal_of
from services.tenants.service.record import Recorder

_log = get_logger(__name__)


class Sessions(UseCases):
    """What becomes of a session once it is there."""

    def __init__(self, database: Database, clock: Clock, record: Recorder, rules: SessionRules) -> None:
        super().__init__(database, clock, record)
        self._rules = rules

    async def refresh(self, refresh_token: str) -> Grant:
        """The next refresh token, or once more the one whose answer was lost. SessionEndedError otherwise."""
        token = tokens.parse(refresh_token, sessions.REFRESH_BYTES)
        granted = None
        if token is not None:
            async with self.database.unit([token.tenant_id]) as unit:
                granted = await self._refresh(unit, token)
        # Raised out here, where it does not take a revocation back.
        if granted is None:
            raise SessionEndedError
        return granted

    async def principal(self, tenant_id: UUID, session_id: UUID, generation: int) -> Principal:
        """Who the session is now; notes that the answer with this generation arrived. SessionEndedError."""
        async with self.database.unit([tenant_id]) as unit:
            repository = SessionRepository(unit, tenant_id)
            session = await repository.get(session_id)
            if session is None or not sessions.is_live(session, self.now(), self._rules):
                raise SessionEndedError
            seen = min(generation or session.generation, session.generation)
            if seen > session.confirmed_generation:
                await repository.confirm(session_id, seen)
            return await principal_of(unit, session)

    async def revoke(self, actor: Actor, session_id: UUID) -> None:
        """Signs out of one of the actor's own sessions; nothing happens where there is none to end."""
        async with self.database.unit([actor.tenant_id]) as unit:
            if await SessionRepository(unit, actor.tenant_id).revoke(session_id, actor.id, self.now()):
                await self.record.sessions_revoked(unit, actor.tenant_id, [session_id])
                await self.record.act(unit, actor.tenant_id, actor.id, "session.revoked", session_id)

    async def _refresh(self, unit: Unit, token: Token) -> Grant | None:
        session = await SessionRepository(unit, token.tenant_id).get(token.id, lock=True)
        if session is None:
            return None
        verdict = sessions.judge(session, token, self.now(), self._rules)
        if verdict is Verdict.NEXT:
            return await self._rotate(unit, session, token)
        if verdict is Verdict.REPEAT and session.salt is not None:
            return await grant(unit, session, sessions.successor(token, session.salt), self._rules)
        if verdict is Verdict.STOLEN:
            await self._end_stolen(unit, session)
        return None

    async def _rotate(self, unit: Unit, session: Session, token: Token) -> Grant:
        salt = secrets.token_bytes(tokens.SECRET_BYTES)
        following = sessions.successor(token, salt)
        _family, secret = sessions.split(following)
        repository = SessionRepository(unit, session.tenant_id)
        rotated = await repository.rotate(session.id, tokens.digest(secret), salt, self.now())
        return await grant(unit, rotated, following, self._rules)

    async def _end_stolen(self, unit: Unit, session: Session) -> None:
        tenant_id, session_id = session.tenant_id, session.id
        _log.warning("a spent refresh token came again: its session is revoked", session=str(session_id))
        await SessionRepository(unit, tenant_id).revoke(session_id, session.teammate_id, self.now())
        await self.record.sessions_revoked(unit, tenant_id, [session_id])
        whose = {"teammate_id": str(session.teammate_id)}
        await self.record.act(unit, tenant_id, None, "session.reuse_detected", session_id, **whose)
