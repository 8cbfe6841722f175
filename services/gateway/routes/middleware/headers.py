"""Response headers that browsers obey."""

from typing import Any

Pairs = list[tuple[bytes, bytes]]

_EVERYWHERE: Pairs = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_API_ONLY: Pairs = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


def everywhere(secure: bool) -> Pairs:
    """What every answer of ours carries; secure: people come by https."""
    return [*_EVERYWHERE, _HSTS] if secure else list(_EVERYWHERE)


class ApiHeaders:
    """Answers of the API: kept by nobody, shown in no frame."""

    def __init__(self, application: Any, secure: bool) -> None:
        self._application = application
        self._headers = [*everywhere(secure), *_API_ONLY]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI entry."""

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        await self._application(scope, receive, with_headers)
