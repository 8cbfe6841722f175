"""How far consumers are behind, and how many dead letters there are: for the operator."""

from dataclasses import dataclass

from nats.errors import Error as NatsError
from nats.js.api import ConsumerInfo
from nats.js.errors import NotFoundError

from libs.bus.bus import Bus
from libs.bus.errors import BusUnavailableError
from libs.bus.streams import DEAD_LETTERS, EVENTS, INBOUND_BULK, INBOUND_LIVE


@dataclass(frozen=True, slots=True)
class Behind:
    """What waits at the broker for one consumer, or in the dead letters."""

    name: str
    waiting: int
    waits_for: str


async def backlog(bus: Bus) -> list[Behind]:
    """Every durable consumer, and the dead letters. BusUnavailableError when the broker does not tell."""
    found: list[Behind] = []
    try:
        for stream in (INBOUND_LIVE, INBOUND_BULK, EVENTS):
            found += [_behind(info) for info in await _consumers(bus, stream)]
        letters = (await bus.jetstream.stream_info(DEAD_LETTERS)).state.messages
    except (NatsError, TimeoutError) as error:
        raise BusUnavailableError(f"the broker does not tell: {error!r}") from error
    return [*found, Behind("dead-letters", letters, "somebody to replay them" if letters else "")]


async def _consumers(bus: Bus, stream: str) -> list[ConsumerInfo]:
    """The durable ones; others read along and have no backlog of their own."""
    try:
        return sorted(await _all(bus, stream), key=lambda info: info.name)
    except NotFoundError:
        return []


async def _all(bus: Bus, stream: str) -> list[ConsumerInfo]:
    infos: list[ConsumerInfo] = []
    while page := await bus.jetstream.consumers_info(stream, len(infos)):
        infos += page
    return [info for info in infos if info.config.durable_name]


def _behind(info: ConsumerInfo) -> Behind:
    waiting = (info.num_pending or 0) + (info.num_ack_pending or 0)
    return Behind(info.name, waiting, "its consumer" if waiting else "")
