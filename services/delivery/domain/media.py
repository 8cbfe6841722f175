"""Files that come in and go out: what is known of each, what a channel takes, and when to try again. Pure."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from libs.channels.limits import Limits, MediaRule
from libs.channels.refusals import kind_refused, size_refused
from libs.media.job import Wanted
from libs.media.types import ANY, announced_kind
from libs.rpc.errors import InvalidArgumentError

_MEGABYTE = 1_000_000
# What may come to be made smaller: more than any channel takes, less than would fill a disk.
_SOURCE_BYTES = {"image": 40 * _MEGABYTE, "video": 200 * _MEGABYTE, "audio": 100 * _MEGABYTE}
_GIVE_UP_AFTER = timedelta(hours=24)
# An account that has to be connected anew may be for days; platforms keep contents a week.
_WAIT_FOR_ACCOUNT = timedelta(days=7)
_LONGEST_PAUSE = 600.0
CHUNK_BYTES = 1024 * 1024
MOST_TRIES = 3
# Unfinished uploads, and finished ones that no message came to hold.
UPLOADS_KEPT = timedelta(hours=24)
MOST_UNFINISHED = 20


@dataclass(frozen=True, slots=True)
class MediaFetch:
    """An attachment's content to fetch. requested_at: since when it is tried."""

    tenant_id: UUID
    attachment_id: str
    account_id: str
    channel: str
    conversation_id: UUID
    message_id: UUID
    kind: str
    provider_content_id: str
    url: str
    file_name: str
    occurred_at: datetime
    requested_at: datetime
    tries: int

    @property
    def place(self) -> UUID:
        """Names its files: the same for every try."""
        return uuid5(self.tenant_id, self.attachment_id)


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What a teammate announces."""

    channel: str
    file_name: str
    content_type: str
    size_bytes: int
    voice: bool


@dataclass(slots=True)
class Upload:
    """A file a teammate sends, and how far it is. parts: names of the pieces that were taken."""

    tenant_id: UUID
    upload_id: UUID
    teammate_id: UUID
    channel: str
    file_name: str
    content_type: str
    kind: str
    voice: bool
    size_bytes: int
    created_at: datetime
    state: str = "uploading"
    offset_bytes: int = 0
    parts: list[str] = dataclasses.field(default_factory=list)
    failure_code: str = ""
    ready_bytes: int = 0
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    storage_key: str = ""
    thumbnail_key: str = ""
    tries: int = 0

    @property
    def account_id(self) -> str:
        """Whose turn it takes: uploads of one tenant share one."""
        return str(self.tenant_id)


FETCH_COLUMNS = tuple(field.name for field in dataclasses.fields(MediaFetch))
UPLOAD_COLUMNS = tuple(field.name for field in dataclasses.fields(Upload))


def announced(limits: Limits, channel: str, content_type: str, size_bytes: int) -> str:
    """The kind of message a file will be, before any of its bytes came. Raises what is wrong with it, and what
    to do instead (libs/channels/refusals.py)."""
    if size_bytes < 1:
        raise InvalidArgumentError("An empty file cannot be sent.", field="size_bytes")
    kind = announced_kind(content_type)
    if kind not in limits.media and ANY in _types(limits.media.get("file")):
        kind = "file"
    rule = limits.media.get(kind)
    if rule is None:
        raise kind_refused(limits, kind, channel=channel)
    most = most_bytes(kind, rule)
    if size_bytes > most:
        raise size_refused(kind, size_bytes, most, channel=channel)
    return kind


def most_bytes(kind: str, rule: MediaRule) -> int:
    """How large a file may be when it comes: what can be converted may be larger than what is sent."""
    return max(rule.max_bytes, _SOURCE_BYTES[kind]) if kind in _SOURCE_BYTES else rule.max_bytes


def wanted(limits: Limits) -> dict[str, Wanted]:
    """The channel's rules, as workers read them."""
    return {kind: Wanted(rule.content_types, rule.max_bytes) for kind, rule in limits.media.items()}


def given_up(fetch: MediaFetch, for_account: bool, now: datetime) -> bool:
    """Whether it was tried long enough. for_account: it waits for the account to be connected anew."""
    return now - fetch.requested_at > (_WAIT_FOR_ACCOUNT if for_account else _GIVE_UP_AFTER)


def pause(tries: int, jitter: float, asked: float = 0.0) -> timedelta:
    """Until the next try: doubling from a second to ten minutes, spread by a quarter, never less than asked."""
    doubling = min(_LONGEST_PAUSE, 2.0 ** min(10, max(0, tries - 1)))
    return timedelta(seconds=max(doubling * (0.75 + jitter / 2), min(asked, _LONGEST_PAUSE)))


def _types(rule: MediaRule | None) -> tuple[str, ...]:
    return rule.content_types if rule else ()
