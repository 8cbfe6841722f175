"""What endpoints ask for in their signatures."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.security import HTTPBearer
from pydantic import AfterValidator, BeforeValidator, Field

from libs.auth.permissions import permission_name
from libs.rpc.access import declared_access
from libs.rpc.errors import UnauthenticatedError
from services.gateway.domain.present.common import NO_NUL
from services.gateway.domain.present.problems import CONTENT_TYPE
from services.gateway.service.desk import Acting, Desk

_bearer = HTTPBearer(
    scheme_name="access_token", bearerFormat="JWT", description="From POST /sessions.", auto_error=False
)
_MOST_ROWS = 100


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


DeskDep = Annotated[Desk, Depends(_desk)]


async def _signed_in(request: Request, desk: DeskDep, _token: Annotated[Any, Depends(_bearer)]) -> Acting:
    access = request.scope["state"].get("access")
    if access is None:
        raise request.scope["state"].get("refused") or UnauthenticatedError("Sign in to do this.")
    return desk.acting(await desk.principals.get(access))


# The signed-in teammate, with the services as this teammate may use them.
SignedInDep = Annotated[Acting, Depends(_signed_in)]


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        pattern=r"^[\x20-\x7e]*$",
        description="Printable ASCII, chosen anew for each intent: the same request with the same key is done once and "
        "answered alike. Without one, a request that is repeated is done again.",
    ),
]


def _blank_is_absent(value: Any) -> Any:
    return [one for one in value if one != ""] if isinstance(value, list) else value


def _blank_is_false(value: Any) -> Any:
    return False if value == "" else value


PageSize = Annotated[
    int,
    Query(ge=0, description="Rows wanted: 50 when 0 or left out, at most 100."),
    AfterValidator(lambda rows: min(rows, _MOST_ROWS)),
]
PageToken = Annotated[str, Query(max_length=2000, pattern=NO_NUL, description="next_page_token of the page before.")]
Flag = Annotated[bool, BeforeValidator(_blank_is_false), Query()]
Several = BeforeValidator(_blank_is_absent)
# Ids and tokens that are no UUIDs.
Word = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._~-]+$")]
Search = Annotated[str, Query(max_length=200, pattern=NO_NUL)]
ShortWord = Annotated[str, Field(max_length=100, pattern=NO_NUL)]

_MEANINGS = {
    400: "The body is not valid JSON.",
    401: "No access token, or one that ended or was revoked.",
    403: "The role lacks the permission, or the request came from a foreign page.",
    404: "Not there, or not visible to you.",
    408: "The body took too long to arrive.",
    409: "Clashes with what is stored, or with the present state.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "The request is wrong whatever the state; errors names the fields.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "Our fault; it has been logged.",
    503: "A part of the desk does not answer; trying again is safe.",
}
_ALWAYS = (422, 429, 500, 503)
_WITH_BODY = (400, 408, 413, 415)


PREFIX = "/api/v1"


def noun_router(tag: str) -> APIRouter:
    """Routes of one noun under /api/v1; an operation's id is its function's name."""
    return APIRouter(prefix=PREFIX, tags=[tag], generate_unique_id_function=lambda route: route.name)


def operation(rpc: str = "", *statuses: int, body: bool = False) -> dict[str, Any]:
    """Arguments of a route: its errors, and from the proto of the RPC behind it the permission it takes.

    rpc: "frontdesk.<service>.v1.<Service>/<Rpc>"; statuses: errors beside those that everything may answer with.
    """
    access = declared_access(f"/{rpc}")
    if rpc and "gateway" not in access.callers:
        raise ValueError(f"the gateway may not call {rpc}")
    needs_teammate = access.teammate or bool(access.permission)
    wanted = {*statuses, *_ALWAYS, *(_WITH_BODY if body else ()), *((401,) if needs_teammate else ())}
    extra: dict[str, Any] = {"x-rpc": rpc} if rpc else {}
    if access.permission:
        wanted.add(403)
        extra["x-permission"] = permission_name(access.permission)
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = {status: {"description": _MEANINGS[status], "content": content} for status in sorted(wanted)}
    return {"responses": responses, "openapi_extra": extra}
