"""What is served where on the public address."""

from typing import Any

from starlette.responses import Response

from services.gateway.routes.problems import plain_response

STREAM = "/api/v1/stream"
# Addresses that belong to other applications, whether they are there or not: never to the console.
_RESERVED = ("/webhooks", "/simulator", "/widget", "/metrics")
_HEALTH = ("/livez", "/readyz")


class Front:
    """One ASGI application out of several: what is mounted, the API, the stream, and the console for the rest."""

    def __init__(self, api: Any, stream: Any, console: Any) -> None:
        self._api = api
        self._stream = stream
        self._console = console
        self._mounts: list[tuple[str, Any, bool]] = []

    def mount(self, prefix: str, application: Any, strip: bool = False) -> None:
        """Serves HTTP below prefix with this ASGI application, ahead of what was mounted there before and behind what
        is mounted further below.

        strip: it sees paths without the prefix, which is then its root_path.
        """
        self._mounts.insert(0, (prefix, application, strip))
        self._mounts.sort(key=lambda mounted: -len(mounted[0]))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""
        path: str = scope["path"]
        if scope["type"] == "websocket":
            await (self._stream if path == STREAM else plain_response(404))(scope, receive, send)
            return
        for prefix, application, strip in self._mounts:
            if _below(path, prefix):
                scope["state"]["route"] = f"{prefix}/*"
                await application(_stripped(scope, prefix) if strip else scope, receive, send)
                return
        await self._own(scope, path)(scope, receive, send)

    def _own(self, scope: Any, path: str) -> Any:
        if path == STREAM:
            scope["state"]["route"] = STREAM
            return _upgrade_required()
        if _below(path, "/api") or path in _HEALTH:
            return self._api
        scope["state"]["route"] = "console"
        return plain_response(404) if any(_below(path, prefix) for prefix in _RESERVED) else self._console


def _below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def _stripped(scope: Any, prefix: str) -> Any:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return {
        **scope,
        "path": scope["path"][len(prefix) :] or "/",
        "raw_path": raw[len(prefix) :] or b"/",
        "root_path": scope.get("root_path", "") + prefix,
    }


def _upgrade_required() -> Response:
    headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
    return Response("Open this address as a WebSocket.\n", 426, headers, "text/plain")
