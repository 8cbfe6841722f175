"""The messages a process answers for, and its answers to the broker."""

import asyncio
import json
from collections.abc import Callable, Iterable

from nats.errors import Error as NatsError

from libs.bus.connection import Connection
from libs.bus.errors import BusUnavailableError
from libs.bus.messages import Delivered

_NAK = b"-NAK"
_PROGRESS = b"+WPI"
_TERMINATE = b"+TERM"
# The broker hands a message out again after ack_wait; this many signs of life fit into it.
_BEATS = 3


class Hand:
    """Answers are sent without waiting: one that is lost with the connection only means that the message comes again,
    so none of these methods raises. waiting(): replies of messages that are fetched and not yet worked on."""

    def __init__(self, connection: Connection, ack_wait: float, waiting: Callable[[], Iterable[str]]) -> None:
        self._connection = connection
        self._interval = ack_wait / _BEATS
        self._waiting = waiting
        self._held: dict[str, Delivered] = {}

    def take(self, messages: Iterable[Delivered]) -> None:
        """From now on these are being worked on."""
        for message in messages:
            self._held[message.reply] = message

    async def ack(self, messages: Iterable[Delivered]) -> None:
        """Done with all of these."""
        for message in messages:
            await self._settle(message, b"")

    async def nak(self, message: Delivered, delay: float) -> None:
        """Wants it again, after delay seconds."""
        wait = b" " + json.dumps({"delay": int(delay * 1e9)}).encode() if delay else b""
        await self._settle(message, _NAK + wait)

    async def terminate(self, message: Delivered) -> None:
        """Never wants it again."""
        await self._settle(message, _TERMINATE)

    async def give_back(self, unseen: Iterable[str] = ()) -> None:
        """Returns everything unsettled, and these replies, for somebody else to take at once."""
        for message in list(self._held.values()):
            await self.nak(message, 0)
        for reply in unseen:
            await self._answer(reply, _NAK)

    async def keep_alive(self) -> None:
        """Tells the broker, until cancelled, that everything in hand and waiting is still being worked on."""
        while True:
            await asyncio.sleep(self._interval)
            for reply in [*self._held, *self._waiting()]:
                await self._answer(reply, _PROGRESS)

    async def _settle(self, message: Delivered, answer: bytes) -> None:
        message.settled = True
        self._held.pop(message.reply, None)
        await self._answer(message.reply, answer)

    async def _answer(self, reply: str, answer: bytes) -> bool:
        try:
            await self._connection.client.publish(reply, answer)
        except (BusUnavailableError, NatsError, OSError):
            return False
        return True
