"""How long a connection may take to say what it wants, and how long what it says may be."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
HEAD_BYTES = 64 * 1024


class PatientProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol waits for ever for a request's head, and keeps whatever comes of it: a stranger could
    hold every descriptor with silence and the memory with one header. Here such connections are closed."""

    _clock: asyncio.TimerHandle | None = None
    _open = True
    _bytes = 0

    def connection_made(self, transport: Any) -> None:
        """The client may begin."""
        super().connection_made(transport)
        self._listen()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts what a head is made of while it has no end; where one begins, the rest may be of another's body."""
        began_before = self._open
        super().data_received(data)
        if self._open and began_before:
            self._bytes += len(data)
            if self._bytes > HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of this request is too long.")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._listen()

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._stop()
        super().on_headers_complete()

    def _listen(self) -> None:
        self._stop()
        self._open, self._bytes = True, 0
        self._clock = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop(self) -> None:
        self._open = False
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _give_up(self) -> None:
        self.transport.close()
