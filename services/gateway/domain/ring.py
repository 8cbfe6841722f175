"""The last events of one tenant, for sockets that are open and clients that come back."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from libs.auth.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Bindings:
    """What decides who may see a conversation."""

    salesperson_id: str
    store_id: str
    bot: bool

    def shown_to(self, visibility: Visibility) -> bool:
        """Whether this teammate may see it."""
        return visibility.sees(salesperson_id=self.salesperson_id, store_id=self.store_id, bot=self.bot)


class Entry:
    """One event. It becomes JSON when the first socket needs it, and only once.

    conversation_id is "" for events the whole team may see; size: bytes of the event as it came;
    published_at: Unix seconds.
    """

    __slots__ = ("_frame", "_render", "bindings", "conversation_id", "published_at", "sequence", "size")

    def __init__(
        self,
        sequence: int,
        render: Callable[[], str],
        size: int,
        *,
        conversation_id: str = "",
        bindings: Bindings | None = None,
        published_at: float = 0.0,
    ) -> None:
        self.sequence = sequence
        self.conversation_id = conversation_id
        self.bindings = bindings
        self.size = size
        self.published_at = published_at
        self._render: Callable[[], str] | None = render
        self._frame = ""

    @property
    def frame(self) -> str:
        """The WebSocket message; "" when the event cannot be shown."""
        if self._render is not None:
            self._frame, self._render = self._render(), None
        return self._frame


class Ring:
    """Entries in order of their sequence, none missing after `floor`."""

    def __init__(self, floor: int, most_events: int, most_bytes: int) -> None:
        self.floor = floor
        self.size = 0
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._entries: list[Entry] = []
        self._bindings: dict[str, Bindings] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def append(self, entry: Entry) -> None:
        """Takes the newest event; the oldest go, a tenth of them at a time, when there are too many."""
        self._entries.append(entry)
        self.size += entry.size
        if entry.bindings is not None:
            self._bindings[entry.conversation_id] = entry.bindings
        while len(self._entries) > self._most_events or (self.size > self._most_bytes and len(self._entries) > 1):
            self._evict(max(1, len(self._entries) // 10))

    def clear(self) -> None:
        """Forgets every entry; clients that stand before the last one must reload."""
        self._evict(len(self._entries))

    def after(self, sequence: int, limit: int) -> list[Entry]:
        """At most `limit` entries that follow this sequence, oldest first."""
        start = bisect_right(self._entries, sequence, key=_sequence)
        return self._entries[start : start + limit]

    def shows(self, entry: Entry, visibility: Visibility) -> bool:
        """Whether a teammate may see it by what is known now: an older event of a conversation that was bound to
        somebody else since counts as the newer one."""
        if entry.bindings is None:
            return True
        return self._bindings.get(entry.conversation_id, entry.bindings).shown_to(visibility)

    def _evict(self, count: int) -> None:
        gone = self._entries[:count]
        del self._entries[:count]
        for entry in gone:
            self.floor = entry.sequence
            self.size -= entry.size
            if self._bindings.get(entry.conversation_id) is entry.bindings:
                self._bindings.pop(entry.conversation_id, None)


def _sequence(entry: Any) -> int:
    number: int = entry.sequence
    return number
