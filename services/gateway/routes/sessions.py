"""Signing in, staying signed in, signing out."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Body, Cookie, Request, Response

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.edge.clients import header
from libs.rpc.errors import PermissionDeniedError, UnauthenticatedError
from services.gateway.domain.present.common import moment
from services.gateway.domain.present.sessions import Refresh, SessionAnswer, SignIn, session_answer
from services.gateway.routes.dependencies import DeskDep, SignedInDep, noun_router, operation
from services.gateway.service.access import Access
from services.gateway.service.desk import Desk

COOKIE = "frontdesk_refresh"
# Exactly the address that reads it: "/api/v1/sessions" would not cover "/api/v1/sessions:refresh".
_COOKIE_PATH = "/api/v1/sessions:refresh"

router = noun_router("sessions")
_SERVICE = "frontdesk.tenants.v1.SessionsService"


@router.post("/sessions", status_code=201, **operation(f"{_SERVICE}/CreateSession", 401, body=True))
async def create_session(sign_in: SignIn, request: Request, response: Response, desk: DeskDep) -> SessionAnswer:
    """Sign in. The refresh token comes in the body, and for browsers in a cookie scripts cannot read.

    A wrong email and a wrong password are answered alike; too many tries are throttled (429).
    """
    answer = await desk.sessions.CreateSession(
        pb.CreateSessionRequest(
            email=sign_in.email,
            password=sign_in.password,
            client_ip=request.scope["state"]["address"],
            user_agent=header(request.scope, b"user-agent")[:300],
        )
    )
    return _answer(desk, answer, response)


@router.post("/sessions:refresh", **operation(f"{_SERVICE}/RefreshSession", 401, 403, body=True))
async def refresh_session(
    request: Request,
    response: Response,
    desk: DeskDep,
    refresh: Annotated[Refresh | None, Body()] = None,
    frontdesk_refresh: Annotated[str | None, Cookie(max_length=500, include_in_schema=False)] = None,
) -> SessionAnswer:
    """Trade the refresh token for a new one and a new access token.

    The token of the body counts; without one, the cookie's, which is taken from the desk's own pages only. A token
    that comes a second time after its successor was used ends the session (401): somebody else has it.
    """
    token = refresh.refresh_token if refresh else None
    if token is None:
        _require_own_page(request, desk)
        token = frontdesk_refresh
    if not token:
        raise UnauthenticatedError("There is no refresh token. Sign in.")
    answer = await desk.sessions.RefreshSession(pb.RefreshSessionRequest(refresh_token=token))
    return _answer(desk, answer, response)


@router.delete("/sessions/current", status_code=204, **operation(f"{_SERVICE}/RevokeSession"))
async def delete_current_session(response: Response, acting: SignedInDep) -> None:
    """Sign out: both tokens end, and open streams of the session close."""
    session_id = acting.who.access.session_id
    await acting.sessions.RevokeSession(pb.RevokeSessionRequest(session_id=session_id))
    acting.desk.live.session_revoked(session_id)
    response.delete_cookie(COOKIE, _COOKIE_PATH, secure=acting.desk.settings.secure, httponly=True, samesite="strict")


def _answer(
    desk: Desk, message: pb.CreateSessionResponse | pb.RefreshSessionResponse, response: Response
) -> SessionAnswer:
    principal, refresh_expires_at = message.principal, moment(message.refresh_expires_at)
    expires_at = min(desk.tokens.expiry(), refresh_expires_at)
    access = Access(
        tenant_id=UUID(principal.tenant.id),
        teammate_id=UUID(principal.teammate.id),
        session_id=principal.session_id,
        generation=principal.generation,
        expires_at=int(expires_at.timestamp()),
    )
    _set_cookie(desk, response, message.refresh_token, refresh_expires_at)
    lives = (expires_at - desk.clock.now()).total_seconds()
    return session_answer(message, desk.tokens.mint(access), expires_at, lives)


def _set_cookie(desk: Desk, response: Response, token: str, expires_at: datetime) -> None:
    seconds = int((expires_at.astimezone(UTC) - desk.clock.now()).total_seconds())
    response.set_cookie(
        COOKIE,
        token,
        max_age=max(0, seconds),
        path=_COOKIE_PATH,
        secure=desk.settings.secure,
        httponly=True,
        samesite="strict",
    )


def _require_own_page(request: Request, desk: Desk) -> None:
    """Browsers say which page a request comes from; a foreign page must not use the cookie."""
    origin, site = header(request.scope, b"origin"), header(request.scope, b"sec-fetch-site")
    own = {desk.settings.public_url, f"http://{request.url.netloc}", f"https://{request.url.netloc}"}
    if (origin and origin not in own) or site in ("cross-site", "same-site"):
        raise PermissionDeniedError("Sign-in cookies work on the desk's own pages only.")
