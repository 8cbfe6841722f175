"""What a load run sends, and whose turn it is when."""

from collections.abc import Iterator
from random import Random
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.simulator.domain.faults import Probability

_PHRASES = (
    "請問這件還有現貨嗎",
    "我的訂單什麼時候出貨?",
    "Is this available in black?",
    "谢谢 🙏",
    "👍",
    "想換尺寸 M → L",
    "ok",
)


class LoadSpec(BaseModel):
    """What to send. The same seed and prefix make the same customers and texts."""

    model_config = ConfigDict(extra="forbid")

    messages: Annotated[int, Field(ge=1, le=2_000_000)]
    users: Annotated[int, Field(ge=1, le=200_000)]
    # Messages per second; None is as fast as the webhook answers.
    rate: Annotated[float, Field(gt=0)] | None = None
    seed: int = 1
    # Part of the customers' ids and of every text.
    prefix: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$")] = "load"
    # Calls under way at once. A customer's messages keep to one connection, so they arrive in order.
    connections: Annotated[int, Field(ge=1, le=256)] = 16
    # Events per webhook call.
    batch: Annotated[int, Field(ge=1, le=100)] = 1
    # How many messages each customer begins with, all sent at once on different connections.
    burst: Annotated[int, Field(ge=1, le=100)] = 1
    # Share of messages that are held back until up to `window` later ones are on their way.
    reorder: Probability = 0.0
    # Share of messages that are sent once more as a redelivery, up to `window` messages later.
    duplicates: Probability = 0.0
    window: Annotated[int, Field(ge=1, le=10_000)] = 20


def turns(spec: LoadSpec, random: Random) -> Iterator[tuple[int, int]]:
    """Whose turn it is, message by message, and the message's place in a burst.

    Newcomers appear throughout; everybody writes at least once, as far as the messages go.
    """
    met, left = 0, spec.messages
    while left > 0:
        new = met == 0 or random.random() < (spec.users - met) * spec.burst / left
        user = met if new else random.randrange(met)
        met += new
        for place in range(min(left, spec.burst if new else 1)):
            yield user, place
            left -= 1


def text(spec: LoadSpec, user: int, number: int, random: Random) -> str:
    """What a customer writes as their number-th message; no two are equal."""
    return f"{spec.prefix} u{user} #{number} {random.choice(_PHRASES)}"
