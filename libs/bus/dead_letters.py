"""Messages that were given up: kept with their reason, listed, shown, replayed, purged."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from libs.bus.bus import Bus
from libs.bus.errors import BusError
from libs.bus.messages import Delivered, Outgoing
from libs.bus.spec import ConsumerSpec
from libs.bus.streams import DEAD_LETTERS
from libs.bus.subjects import MSG_ID, TENANT, TYPE, dead

_SUBJECT = "Frontdesk-Dead-Subject"
_CONSUMER = "Frontdesk-Dead-Consumer"
_ORIGINAL_ID = "Frontdesk-Dead-Msg-Id"
_ERROR = "Frontdesk-Dead-Error"
_TRIES = "Frontdesk-Dead-Tries"
_OWN = (_SUBJECT, _CONSUMER, _ORIGINAL_ID, _ERROR, _TRIES)
_ERROR_LENGTH = 1000
_LOOK_AT_ONCE = 100


class NoSuchLetterError(BusError):
    """There is no dead letter with this number (any more)."""


class NotReplayableError(BusError):
    """The letter names no subject it came from."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message given up. number: identifies it; subject: where it was published; size: payload bytes."""

    number: int
    consumer: str
    subject: str
    type: str
    tenant_id: UUID | None
    msg_id: str
    error: str
    tries: int
    died_at: datetime
    size: int
    payload: bytes
    headers: dict[str, str]


async def bury(bus: Bus, spec: ConsumerSpec, message: Delivered, error: BaseException | None, tries: int) -> None:
    """Writes a message to the dead letters and waits until it is there; once, however often it is repeated."""
    headers = {
        **_kept(message.headers),
        MSG_ID: f"{spec.stream}:{message.sequence}:{spec.durable}",
        _SUBJECT: message.subject,
        _CONSUMER: spec.durable,
        _ORIGINAL_ID: message.msg_id,
        _ERROR: repr(error)[:_ERROR_LENGTH],
        _TRIES: str(tries),
    }
    await bus.publish_raw(Outgoing(dead(spec.durable), message.payload, headers))


class DeadLetters:
    """What an operator does with them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def list(self, size: int = 50, before: int | None = None) -> list[DeadLetter]:
        """The newest first; before: the number of the last page's last letter."""
        state = (await self._bus.jetstream.stream_info(DEAD_LETTERS)).state
        top = min(state.last_seq, before - 1 if before else state.last_seq)
        found: list[DeadLetter] = []
        while len(found) < size and top >= max(state.first_seq, 1):
            bottom = max(state.first_seq, top - _LOOK_AT_ONCE + 1, 1)
            letters = await asyncio.gather(*(self._find(number) for number in range(top, bottom - 1, -1)))
            found += [letter for letter in letters if letter is not None]
            top = bottom - 1
        return found[:size]

    async def show(self, number: int) -> DeadLetter:
        """One of them; NoSuchLetterError when it is not there."""
        letter = await self._find(number)
        if letter is None:
            raise NoSuchLetterError(f"there is no dead letter {number}")
        return letter

    async def replay(self, number: int) -> None:
        """Publishes it where it came from, under a new message id (the old one may still count as a duplicate), and
        removes it from the dead letters. Every consumer of that subject gets it again; they are idempotent."""
        letter = await self.show(number)
        if not letter.subject:
            raise NotReplayableError(f"dead letter {number} was never published elsewhere; whose it is moves it itself")
        headers = {name: value for name, value in _kept(letter.headers).items() if name not in _OWN}
        headers[MSG_ID] = f"{letter.msg_id}:replay:{uuid4().hex[:12]}"
        await self._bus.publish_raw(Outgoing(letter.subject, letter.payload, headers))
        await self.purge(number)

    async def purge(self, number: int) -> None:
        """Removes one for good; NoSuchLetterError when it is not there."""
        await self.show(number)
        await self._bus.jetstream.delete_msg(DEAD_LETTERS, number)

    async def _find(self, number: int) -> DeadLetter | None:
        try:
            return _letter(number, await self._bus.jetstream.get_msg(DEAD_LETTERS, number, direct=True))
        except NotFoundError:
            return None


def _kept(headers: dict[str, str]) -> dict[str, str]:
    """Without the broker's own headers, which would make it take the copy for a part of the original's batch."""
    return {name: value for name, value in headers.items() if not name.startswith("Nats-")}


def _letter(number: int, message: RawStreamMsg) -> DeadLetter:
    headers = dict(message.headers or {})
    tenant, payload = headers.get(TENANT), message.data or b""
    return DeadLetter(
        number=number,
        consumer=headers.get(_CONSUMER, ""),
        subject=headers.get(_SUBJECT, ""),
        type=headers.get(TYPE, ""),
        tenant_id=UUID(tenant) if tenant else None,
        msg_id=headers.get(_ORIGINAL_ID, ""),
        error=headers.get(_ERROR, ""),
        tries=int(headers.get(_TRIES, "0")),
        died_at=message.time or datetime.fromtimestamp(0, UTC),
        size=len(payload),
        payload=payload,
        headers=headers,
    )
