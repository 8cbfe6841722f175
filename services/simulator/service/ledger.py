"""What the simulator sent and received: the truth that tests compare the desk with."""

from collections import deque
from collections.abc import Iterable, Iterator

from services.simulator.domain.events import Event
from services.simulator.service.entries import Entry, Received, Sent, Try, vars_of
from services.simulator.service.journal import Journal, Record


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
        self._answers: dict[tuple[str, str], Received] = {}

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
        if self._journal.is_open:
            self._journal.write("sent", **_sent_record(entry))
        return entry

    def tried(self, entry: Sent, result: Try) -> None:
        """Writes down how a try went."""
        entry.tries.append(result)
        if self._journal.is_open:
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

    def answer(self, account_id: str, message_id: str) -> Received | None:
        """The message the platform accepted under this id."""
        return self._answers.get((account_id, message_id))

    def knows_request(self, request_id: str) -> bool:
        """Whether messages of this request to the platform are here."""
        return request_id in self._requests

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
            self._answers[entry.account_id, entry.message_id] = entry
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
            self._answers.pop((entry.account_id, entry.message_id), None)
        else:
            self._events.pop(entry.event_id, None)
            self._messages.pop((entry.account_id, entry.message_id or ""), None)


def _sent_record(entry: Sent) -> Record:
    fields = vars_of(entry)
    del fields["tries"]
    return fields | {"raw": None if entry.raw is None else entry.raw.decode()}
