"""What a channel takes, and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MediaRule:
    """What a channel takes of one kind. `content_types`: the first is what others are converted to. `preview_bytes`:
    the most a preview picture may have, 0 where none is sent along. `caption`: whether a text can go with it."""

    content_types: tuple[str, ...]
    max_bytes: int
    preview_bytes: int = 0
    caption: bool = False


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """How long after the customer's last message an answer is allowed. `human_agent_hours`: as long for accounts
    that the platform approved for it, 0 where there is no such thing. `templates`: what can be sent later still."""

    hours: int
    human_agent_hours: int = 0
    templates: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may hold. `measure` counts a text in the units of `text_units`."""

    text_units: int
    measure: Callable[[str], int]
    parts_per_call: int
    body_bytes: int
    calls_per_second: int
    # How long a reply token lives after its event; 0 where the channel has none.
    reply_token_seconds: int
    # How long the platform knows an attempt_key again; 0 where it never does.
    attempt_key_seconds: int = 0
    # Kind ("image", "video", "audio", "file") → rule; a kind that is missing cannot be sent (rules 52-55).
    media: Mapping[str, MediaRule] = field(default_factory=dict)
    # None: answers are always allowed.
    window: ReplyWindow | None = None
    # Seconds between two messages to one contact that the platform asks for.
    contact_seconds: float = 0.0
    # An attempt whose answer was lost is confirmed by what the platform tells later, under Send.reference.
    confirms_later: bool = False
