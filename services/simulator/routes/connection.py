"""Ending a connection without an answer, which ASGI itself has no word for."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EXTENSION = "frontdesk.abort"


class AbortableProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol, whose requests carry a way to cut their connection."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"abort": self.transport.abort}}


class NoAnswer(Response):
    """Closes the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry; returns when the connection is gone, or the server would answer 500."""
        abort: Callable[[], None] = scope["extensions"][_EXTENSION]["abort"]
        abort()
        while (await receive())["type"] != "http.disconnect":
            continue
