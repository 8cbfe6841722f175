"""The REST API: its routes, its errors, and its OpenAPI document."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from libs.edge.clients import Clients
from services.gateway.domain.present import events
from services.gateway.domain.present.problems import Problem
from services.gateway.routes import (
    audit,
    channel_accounts,
    connections,
    conversations,
    data_deletions,
    health,
    invitations,
    ledger,
    me,
    messages,
    password_resets,
    problems,
    sessions,
    teammates,
    templates,
    uploads,
)
from services.gateway.routes.dependencies import PREFIX
from services.gateway.routes.middleware.admission import Admission
from services.gateway.routes.middleware.body import BodyGate
from services.gateway.routes.middleware.headers import ApiHeaders
from services.gateway.service.desk import Desk
from services.gateway.service.readiness import Readiness

_NOUNS = (
    sessions,
    me,
    password_resets,
    invitations,
    teammates,
    channel_accounts,
    connections,
    templates,
    ledger,
    data_deletions,
    audit,
    conversations,
    messages,
    uploads,
    health,
)

_DESCRIPTION = """\
One desk for every message a shop's customers send.

**Signing in.** `POST /api/v1/sessions` gives an access token for ten minutes (`Authorization: Bearer …`) and a refresh
token for the next one.

**Lists** are pages: give `next_page_token` back as `page_token` until it is null.

**Errors** are `application/problem+json` (RFC 9457). `code` is stable; `detail` is for people. Every answer carries
`RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`; 429 and some others carry `Retry-After`.

**Live.** `GET /api/v1/stream` is a WebSocket. The token goes into `Authorization`, or, from a browser, into the
subprotocols `frontdesk` and `bearer.<token>`. Frames are JSON `{"type", "cursor", "data"}`:
`hello` first; `message.created` and `message.updated` (schema MessageEvent), `conversation.updated`
(ConversationEvent), `channel_account.updated` (ChannelAccountEvent), `teammate.updated` (TeammateEvent); `ping` now and
then; `reload` when events were missed that cannot be told any more: read your lists again. Keep the last cursor, and
come back with `?cursor=`: everything after it follows, once and in order. Lists carry the cursor to begin with. Events
may tell what a list already showed: drop what is not newer than the `version` you have. Before the access token ends,
send `{"type": "token", "access_token": "…"}`. Close codes: 4401 the session or token has ended, 4408 too slow, 4429 too
many, 1012 the server restarts.
"""
_SOCKET_MODELS: tuple[type[BaseModel], ...] = (
    events.MessageEvent,
    events.ConversationEvent,
    events.ChannelAccountEvent,
    events.TeammateEvent,
)


def application() -> FastAPI:
    """The API without what it needs to answer: enough for its OpenAPI document."""
    built = FastAPI(
        title="Frontdesk",
        version="1",
        description=_DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        routes=[route for noun in _NOUNS for route in noun.router.routes],
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    problems.install(built)
    built.openapi = lambda: document(built)  # type: ignore[method-assign]
    return built


def document(built: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if built.openapi_schema is None:
        made = get_openapi(title=built.title, version=built.version, description=built.description, routes=built.routes)
        made["components"]["schemas"] |= _extra_schemas()
        built.openapi_schema = made
    return built.openapi_schema


def serve(desk: Desk, readiness: Readiness, clients: Clients) -> Any:
    """The API as an ASGI application, from the outside in: headers, admission, body, routes."""
    built = application()
    built.state.desk = desk
    built.state.readiness = readiness
    inner = BodyGate(built, desk.settings.max_body_bytes, uploads.takes_raw_body)
    return ApiHeaders(Admission(inner, desk, clients), desk.settings.secure)


def _extra_schemas() -> dict[str, Any]:
    """What no endpoint returns as such: problems, and what sockets say."""
    kinds = [(Problem, "serialization"), *((model, "serialization") for model in _SOCKET_MODELS)]
    _, schema = models_json_schema(kinds, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    definitions: dict[str, Any] = schema["$defs"]
    return definitions
