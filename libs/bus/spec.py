"""Declared consumers, and making the broker have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy
from nats.js.errors import APIError, NotFoundError


@dataclass(frozen=True, slots=True)
class ConsumerSpec:
    """What a consumer reads, and how patiently.

    durable: its name at the broker; replicas that use the same name share the work. filter_subjects: none means all
    of the stream. batch: most messages a handler gets at once. ack_wait: seconds after which the broker gives the
    messages of a dead process to another. max_deliver: failures of its own after which a message goes to the dead
    letters. backoff: seconds before each next try, the last one repeating. handler_timeout: seconds a handler may
    take. from_now: a new consumer skips what is stored already. exclusive: there is one reader at a time, so when one
    begins, or was cut off, whatever was not acknowledged comes again at once and in order, not after ack_wait and late.
    """

    durable: str
    stream: str
    filter_subjects: Sequence[str] = ()
    batch: int = 200
    ack_wait: float = 10.0
    max_deliver: int = 5
    backoff: Sequence[float] = (1.0, 5.0, 15.0, 60.0)
    handler_timeout: float = 120.0
    max_ack_pending: int = 5000
    from_now: bool = False
    exclusive: bool = False

    def delay(self, failures: int) -> float:
        """Seconds to wait after so many failures."""
        return self.backoff[min(failures, len(self.backoff)) - 1]


async def ensure_consumer(jetstream: JetStreamContext, spec: ConsumerSpec, resume_at: int) -> ConsumerInfo:
    """The consumer as declared: created, updated or as it is. One that vanished begins at stream sequence resume_at
    (0: not known, so at the beginning; handlers are idempotent)."""
    try:
        info: ConsumerInfo = await jetstream.consumer_info(spec.stream, spec.durable)
    except NotFoundError:
        return await jetstream.add_consumer(spec.stream, await _new(jetstream, spec, resume_at))
    if _differs(info.config, spec):
        return await jetstream.add_consumer(spec.stream, info.config.evolve(**_changeable(spec)))
    return info


async def rewind(jetstream: JetStreamContext, spec: ConsumerSpec) -> bool:
    """Makes everything after the oldest unacknowledged message come again. False where the broker cannot (before
    version 2.14): then those messages come when their ack_wait is over."""
    try:
        await jetstream.reset_consumer(spec.stream, spec.durable)
    except APIError:
        return False
    return True


async def _new(jetstream: JetStreamContext, spec: ConsumerSpec, resume_at: int) -> ConsumerConfig:
    config = ConsumerConfig(durable_name=spec.durable, ack_policy=AckPolicy.EXPLICIT, **_changeable(spec))
    if resume_at:
        last = (await jetstream.stream_info(spec.stream)).state.last_seq
        if resume_at <= last + 1:
            return config.evolve(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=resume_at)
        # The stream was made anew: what it holds now is all unseen.
        return config
    return config.evolve(deliver_policy=DeliverPolicy.NEW) if spec.from_now else config


def _changeable(spec: ConsumerSpec) -> dict[str, Any]:
    # Failures are counted here, for the broker counts every delivery: also those lost to a restart.
    return {
        "filter_subjects": list(spec.filter_subjects) or None,
        "ack_wait": spec.ack_wait,
        "max_ack_pending": spec.max_ack_pending,
        "max_deliver": -1,
    }


def _differs(config: ConsumerConfig, spec: ConsumerSpec) -> bool:
    subjects = config.filter_subjects or ([config.filter_subject] if config.filter_subject else [])
    known = (sorted(subjects), config.ack_wait, config.max_ack_pending)
    return known != (sorted(spec.filter_subjects), spec.ack_wait, spec.max_ack_pending)
