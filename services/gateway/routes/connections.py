"""Connecting accounts by the platform's own dialog."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Cookie, Query, Response
from fastapi.responses import RedirectResponse

from frontdesk.tenants.v1 import tenants_pb2 as pb
from libs.rpc.errors import FrontdeskError
from services.gateway.domain.present.common import NO_NUL
from services.gateway.domain.present.connections import (
    Choice,
    Connection,
    ConnectResults,
    NewConnection,
    StartedConnection,
    connection,
    results,
    started,
)
from services.gateway.routes.dependencies import PREFIX, DeskDep, SignedInDep, Word, noun_router, operation

router = noun_router("channel accounts")
_SERVICE = "frontdesk.tenants.v1.ConnectionsService"
# What makes the browser that comes back the one that went: another one's return connects nothing.
_COOKIE = "frontdesk_connection"
_CALLBACK = "/connections/callback"
_PAGE = "/settings/channels"
_SECONDS = 600
# The platform is asked several times, one after the other.
_PATIENCE = 45
_Told = Annotated[str, Query(max_length=4000, pattern=NO_NUL)]


@router.post("/connections", status_code=201, **operation(f"{_SERVICE}/StartConnection", 409, body=True))
async def start_connection(new: NewConnection, response: Response, acting: SignedInDep) -> StartedConnection:
    """Open the platform's dialog. The browser that asks for it is the only one that can come back from it."""
    request = pb.StartConnectionRequest(channel=new.channel, for_session=acting.who.access.session_id)
    answer = await acting.connections.StartConnection(request)
    response.set_cookie(
        _COOKIE,
        answer.browser_key,
        max_age=_SECONDS,
        path=f"{PREFIX}{_CALLBACK}",
        secure=acting.desk.settings.secure,
        httponly=True,
        # The platform leads back here from a page of its own.
        samesite="lax",
    )
    return started(answer)


@router.get(_CALLBACK, status_code=303, response_class=RedirectResponse, **operation(f"{_SERVICE}/FinishConnection"))
async def finish_connection(
    desk: DeskDep,
    state: _Told = "",
    code: _Told = "",
    error: _Told = "",
    error_description: _Told = "",
    frontdesk_connection: Annotated[str | None, Cookie(max_length=500, include_in_schema=False)] = None,
) -> RedirectResponse:
    """Where the platform's dialog leads back to. Leads on to the console, with the connection's id or what is wrong."""
    told = error_description or error
    request = pb.FinishConnectionRequest(state=state, browser_key=frontdesk_connection or "", code=code, error=told)
    try:
        answer = await desk.connections.FinishConnection(request, timeout=_PATIENCE)
        query = {"connection": answer.id}
    except FrontdeskError as problem:
        query = {"connection_error": problem.code}
    leading = RedirectResponse(f"{_PAGE}?{urlencode(query)}", 303)
    leading.delete_cookie(_COOKIE, f"{PREFIX}{_CALLBACK}", secure=desk.settings.secure, httponly=True, samesite="lax")
    return leading


@router.get("/connections/{connection_id}", **operation(f"{_SERVICE}/GetConnection", 404))
async def get_connection(connection_id: Word, acting: SignedInDep) -> Connection:
    """What the dialog found. For the session that opened it, within its ten minutes."""
    request = pb.GetConnectionRequest(id=connection_id, session_id=acting.who.access.session_id)
    return connection((await acting.connections.GetConnection(request)).connection)


@router.post("/connections/{connection_id}:connect", **operation(f"{_SERVICE}/ConnectFound", 404, 409, body=True))
async def connect_found(connection_id: Word, choice: Choice, acting: SignedInDep) -> ConnectResults:
    """Connect some of what was found. Each is connected or refused for itself."""
    request = pb.ConnectFoundRequest(
        id=connection_id, session_id=acting.who.access.session_id, provider_ids=choice.provider_ids
    )
    answer = await acting.connections.ConnectFound(request, timeout=_PATIENCE)
    return results(answer, acting.desk.settings.public_url)
