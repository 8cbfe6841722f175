"""The streams there are, and making the broker have them."""

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, BadRequestError, NotFoundError

from libs.bus.errors import StreamMismatchError
from libs.bus.settings import BusSettings

INBOUND_LIVE = "INBOUND_LIVE"
INBOUND_BULK = "INBOUND_BULK"
EVENTS = "EVENTS"
DEAD_LETTERS = "DEAD_LETTERS"

_DAY = 86400.0
_ROOTS = {"inbound.live": INBOUND_LIVE, "inbound.bulk": INBOUND_BULK, "events": EVENTS, "dead": DEAD_LETTERS}
# What ensure_streams keeps equal to the declaration; anything else an operator set stays.
_KEPT = ("subjects", "max_age", "max_bytes", "num_replicas", "duplicate_window", "discard", "allow_atomic")


def stream_of(subject: str) -> str | None:
    """The stream that stores a subject; None when none does."""
    first, _, rest = subject.partition(".")
    return _ROOTS.get(f"inbound.{rest.partition('.')[0]}" if first == "inbound" else first)


def declared(settings: BusSettings) -> list[StreamConfig]:
    """The configuration of every stream."""
    kept, dead_kept = settings.nats_max_age_days, settings.nats_dead_letters_max_age_days
    return [
        _stream(INBOUND_LIVE, "inbound.live.>", settings.nats_inbound_live_max_bytes, kept, settings),
        _stream(INBOUND_BULK, "inbound.bulk.>", settings.nats_inbound_bulk_max_bytes, kept, settings),
        _stream(EVENTS, "events.>", settings.nats_events_max_bytes, kept, settings),
        _stream(DEAD_LETTERS, "dead.>", settings.nats_dead_letters_max_bytes, dead_kept, settings),
    ]


def _stream(name: str, subject: str, max_bytes: int, days: float, settings: BusSettings) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=[subject],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=days * _DAY,
        max_bytes=max_bytes,
        num_replicas=settings.nats_replicas,
        duplicate_window=settings.nats_duplicate_window_seconds,
        allow_atomic=True,
        allow_direct=True,
    )


async def ensure_streams(jetstream: JetStreamContext, settings: BusSettings, change: bool = True) -> None:
    """Creates what is missing and, with change, updates what differs. Repeating it, also from several replicas at
    once, is safe.

    Raises StreamMismatchError when the broker refuses a declaration, with the broker's reason.
    """
    for config in declared(settings):
        try:
            await _ensure(jetstream, config, change)
        except BadRequestError as refused:
            raise StreamMismatchError(f"stream {config.name}: {refused.description}") from refused
        except APIError as refused:
            if refused.code == 500:
                raise StreamMismatchError(f"stream {config.name}: {refused.description}") from refused
            raise


async def _ensure(jetstream: JetStreamContext, config: StreamConfig, change: bool) -> None:
    name = config.name or ""
    try:
        current = (await jetstream.stream_info(name)).config
    except NotFoundError:
        try:
            await jetstream.add_stream(config)
            return
        except BadRequestError:
            # Another replica may have made it a moment ago; if so it is there now.
            current = (await jetstream.stream_info(name)).config
    changes = {field: getattr(config, field) for field in _KEPT if getattr(config, field) != getattr(current, field)}
    if changes and change:
        await jetstream.update_stream(current.evolve(**changes))
