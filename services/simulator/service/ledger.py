"""What the simulator sent and received: the truth that tests compare the desk with."""

import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.simulator.domain.events import Event
from services.simulator.domain.messages import MEDIA_TYPES
from services.simulator.service.journal import Journal, Record


@dataclass(slots=True)
class Try:
    """One webhook call that carried an event. status is None when no answer came; then error says why."""

    at: int
    status: int | None
    error: str | None
    took_ms: int
    redelivery: bool

    @property
    def ok(self) -> bool:
        """Answered with 2xx."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Sent:
    """An event from a customer's side."""

    sequence: int
    account_id: str
    chat_id: str
    user_id: str | None
    event_id: str
    kind: str
    message_id: str | None
    text: str | None
    timestamp: int
    reply_token: str | None
    # The event's bytes; dropped when a load run's event was answered, to save memory.
    raw: bytes | None
    load_id: str | None = None
    unsent: bool = False
    tries: list[Try] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether some try got a 2xx: from then on the desk has to have it."""
        return any(item.ok for item in self.tries)

    @property
    def media_kind(self) -> str | None:
        """image, video, audio or file, when the event is such a message and its bytes are kept."""
        message = json.loads(self.raw).get("message", {}) if self.raw is not None else {}
        kind = message.get("type")
        return kind if kind in MEDIA_TYPES and not _is_external(message) else None

    def as_json(self) -> dict[str, Any]:
        """As GET /control/ledger shows it."""
        body = json.loads(self.raw) if self.raw is not None else None
        return {
            "direction": "sent",
            "sequence": self.sequence,
            "account_id": self.account_id,
            "chat_id": self.chat_id,
            "user_id": self.user_id,
            "event_id": self.event_id,
            "kind": self.kind,
            "message_id": self.message_id,
            "text": self.text,
            "timestamp": self.timestamp,
            "reply_token": self.reply_token,
            "load_id": self.load_id,
            "unsent": self.unsent,
            "answered": self.answered,
            "tries": [vars_of(item) for item in self.tries],
            "event": body,
        }


@dataclass(slots=True)
class Received:
    """A message object the platform accepted. arrived is false when the customer blocks the account."""

    sequence: int
    account_id: str
    chat_id: str
    message_id: str
    method: str
    message: dict[str, Any]
    at: int
    request_id: str
    retry_key: str | None
    reply_token: str | None
    arrived: bool
    quote_token: str | None = None
    # How often the same retry key came again and was answered 409.
    repeats: int = 0

    @property
    def sent_message(self) -> dict[str, str]:
        """As the platform names it in its answer."""
        return {"id": self.message_id} | ({"quoteToken": self.quote_token} if self.quote_token else {})

    def as_json(self) -> dict[str, Any]:
        """As GET /control/ledger shows it."""
        return {"direction": "received", "text": self.message.get("text")} | vars_of(self)


Entry = Sent | Received


def vars_of(item: Any) -> dict[str, Any]:
    """The fields of a slotted dataclass."""
    return {name: getattr(item, name) for name in item.__slots__}


class Ledger:
    """Bounded: when it holds `limit` entries, the oldest go first."""

    def __init__(self, journal: Journal, limit: int) -> None:
        self._journal = journal
        self._limit = limit
        self._sequence = 0
        self._entries: deque[Entry] = deque()
        self._chats: dict[tuple[str, str], deque[Entry]] = {}
        self._events: dict[str, Sent] = {}
        self._messages: dict[tuple[str, str], Sent] = {}
        self._requests: dict[str, list[Received]] = {}

    def sent(self, account_id: str, event: Event, raw: bytes, load_id: str | None = None) -> Sent:
        """Writes down an event that is about to be sent."""
        entry = Sent(
            self._next(),
            account_id,
            event.chat_id,
            event.user_id,
            event.event_id,
            event.kind,
            event.message_id,
            event.text,
            event.timestamp,
            event.reply_token,
            raw,
            load_id,
        )
        self._add(entry)
        self._journal.write("sent", **_sent_record(entry))
        return entry

    def tried(self, entry: Sent, result: Try) -> None:
        """Writes down how a try went."""
        entry.tries.append(result)
        self._journal.write("try", event_id=entry.event_id, **vars_of(result))

    def unsent(self, account_id: str, message_id: str) -> None:
        """The customer took a message back."""
        if (entry := self._messages.get((account_id, message_id))) is not None:
            entry.unsent = True
            self._journal.write("unsent", account_id=account_id, message_id=message_id)

    def received(self, entry: Received) -> None:
        """Writes down a message the platform accepted; its sequence is given here."""
        entry.sequence = self._next()
        self._add(entry)
        self._journal.write("received", **vars_of(entry))

    def repeated(self, request_id: str) -> None:
        """The request came again with its retry key."""
        for entry in self._requests.get(request_id, []):
            entry.repeats += 1
        self._journal.write("repeated", request_id=request_id)

    def event(self, event_id: str) -> Sent | None:
        """The event with this id."""
        return self._events.get(event_id)

    def message(self, account_id: str, message_id: str) -> Sent | None:
        """The customer's message with this id."""
        return self._messages.get((account_id, message_id))

    def entries(self, account_id: str = "", chat_id: str = "") -> Iterable[Entry]:
        """In the order they happened."""
        if account_id and chat_id:
            return self._chats.get((account_id, chat_id), ())
        return (entry for entry in self._entries if account_id in ("", entry.account_id))

    def reset(self, account_id: str) -> None:
        """Forgets an account's entries."""
        for entry in list(self.entries(account_id)):
            self._forget(entry)
        self._entries = deque(entry for entry in self._entries if entry.account_id != account_id)
        self._journal.write("reset", account_id=account_id)

    def summary(self, account_id: str) -> dict[str, Any]:
        """Counts over an account's entries."""
        entries = list(self.entries(account_id))
        sent = [entry for entry in entries if isinstance(entry, Sent)]
        received = [entry for entry in entries if isinstance(entry, Received)]
        return {"sent": _count_sent(sent), "received": _count_received(received)}

    def records(self) -> Iterator[Record]:
        """What read() needs to come back to this state."""
        for entry in self._entries:
            if isinstance(entry, Received):
                yield {"record": "received", **vars_of(entry)}
                continue
            yield {"record": "sent", **_sent_record(entry)}
            for item in entry.tries:
                yield {"record": "try", "event_id": entry.event_id, **vars_of(item)}

    def restore(self, kind: str, fields: Record) -> None:
        """Applies one record of a journal."""
        match kind:
            case "sent":
                raw = fields.pop("raw")
                self._add(Sent(**fields, raw=None if raw is None else raw.encode()))
            case "received":
                self._add(Received(**fields))
            case "try":
                entry = self._events.get(fields.pop("event_id"))
                if entry is not None:
                    entry.tries.append(Try(**fields))
                    entry.raw = None if entry.answered and entry.load_id is not None else entry.raw
            case "repeated":
                for repeated in self._requests.get(fields["request_id"], []):
                    repeated.repeats += 1
            case "unsent":
                self.unsent(fields["account_id"], fields["message_id"])
            case "reset":
                self.reset(fields["account_id"])

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _add(self, entry: Entry) -> None:
        self._sequence = max(self._sequence, entry.sequence)
        self._entries.append(entry)
        self._chats.setdefault((entry.account_id, entry.chat_id), deque()).append(entry)
        if isinstance(entry, Received):
            self._requests.setdefault(entry.request_id, []).append(entry)
        else:
            self._events[entry.event_id] = entry
            if entry.kind == "message" and entry.message_id:
                self._messages[entry.account_id, entry.message_id] = entry
        if len(self._entries) > self._limit:
            self._forget(self._entries.popleft())

    def _forget(self, entry: Entry) -> None:
        key = (entry.account_id, entry.chat_id)
        chat = self._chats[key]
        # The oldest of all is also the oldest of its chat.
        chat.popleft()
        if not chat:
            del self._chats[key]
        if isinstance(entry, Received):
            self._requests.pop(entry.request_id, None)
        else:
            self._events.pop(entry.event_id, None)
            self._messages.pop((entry.account_id, entry.message_id or ""), None)


def _is_external(message: dict[str, Any]) -> bool:
    return bool(message.get("contentProvider", {}).get("type") == "external")


def _sent_record(entry: Sent) -> Record:
    fields = vars_of(entry)
    del fields["tries"]
    return fields | {"raw": None if entry.raw is None else entry.raw.decode()}


def _count_sent(entries: list[Sent]) -> dict[str, Any]:
    tries = [item for entry in entries for item in entry.tries]
    return {
        "events": len(entries),
        "messages": sum(entry.kind == "message" for entry in entries),
        "chats": len({entry.chat_id for entry in entries}),
        "answered": sum(entry.answered for entry in entries),
        "unanswered": sum(not entry.answered for entry in entries),
        "tries": len(tries),
        "redeliveries": sum(item.redelivery for item in tries),
        "by_kind": dict(Counter(entry.kind for entry in entries)),
        "by_status": dict(Counter(str(item.status or item.error) for item in tries)),
    }


def _count_received(entries: list[Received]) -> dict[str, Any]:
    texts = Counter((entry.chat_id, str(entry.message.get("text"))) for entry in entries if "text" in entry.message)
    doubled = [{"chat_id": chat, "text": text, "count": count} for (chat, text), count in texts.items() if count > 1]
    return {
        "messages": len(entries),
        "requests": len({entry.request_id for entry in entries}),
        "arrived": sum(entry.arrived for entry in entries),
        "repeats": sum(entry.repeats for entry in entries),
        "by_method": dict(Counter(entry.method for entry in entries)),
        "same_text_twice": doubled[:100],
    }
