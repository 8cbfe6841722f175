"""LINE's API as bots call it, under /line: the list of what is simulated."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.simulator.domain.errors import not_found
from services.simulator.domain.media import portrait
from services.simulator.routes.line_calls import LineCalls
from services.simulator.service.api import Use
from services.simulator.service.simulator import Simulator


def line_routes(simulator: Simulator) -> list[Route]:
    """Every endpoint; other paths answer 404 as LINE does."""
    calls = LineCalls(simulator)
    routes = [
        Route(f"/line/v2/bot{path}", calls.endpoint(name, use), methods=[method])
        for method, path, name, use in _table(simulator)
    ]
    return [
        *routes,
        Route("/line/pictures/{name}.png", _picture),
        Route("/line/{rest:path}", _nothing_here, methods=["GET", "POST", "PUT", "DELETE"]),
    ]


def _table(simulator: Simulator) -> list[tuple[str, str, str, Use]]:
    messaging, directory = simulator.messaging, simulator.directory
    contents, webhook = simulator.contents, simulator.webhook_endpoint
    return [
        ("POST", "/message/reply", "reply", messaging.reply),
        ("POST", "/message/push", "push", messaging.push),
        ("POST", "/message/validate/reply", "validate", messaging.validate),
        ("POST", "/message/validate/push", "validate", messaging.validate),
        ("GET", "/message/quota", "quota", directory.quota),
        ("GET", "/message/quota/consumption", "quota", directory.consumption),
        ("GET", "/message/{message_id}/content", "content", contents.download),
        ("GET", "/message/{message_id}/content/preview", "content", contents.preview),
        ("GET", "/message/{message_id}/content/transcoding", "content", contents.transcoding),
        ("GET", "/profile/{user_id}", "profile", directory.profile),
        ("GET", "/group/{chat_id}/summary", "group", directory.group_summary),
        ("GET", "/group/{chat_id}/member/{user_id}", "group", directory.group_member),
        ("GET", "/group/{chat_id}/members/count", "group", directory.group_size),
        ("GET", "/room/{chat_id}/member/{user_id}", "group", directory.room_member),
        ("GET", "/room/{chat_id}/members/count", "group", directory.room_size),
        ("GET", "/info", "info", directory.bot_info),
        ("GET", "/channel/webhook/endpoint", "webhook_endpoint", webhook.show),
        ("PUT", "/channel/webhook/endpoint", "webhook_endpoint", webhook.change),
        ("POST", "/channel/webhook/test", "webhook_endpoint", webhook.test),
    ]


async def _picture(http: Request) -> Response:
    headers = {"cache-control": "public, max-age=86400"}
    return Response(portrait(http.path_params["name"]), media_type="image/png", headers=headers)


async def _nothing_here(_http: Request) -> Response:
    return JSONResponse(not_found().body, 404)
