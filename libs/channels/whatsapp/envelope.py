"""Meta's envelope for WhatsApp: entries of changes, whose value lists what happened to one phone number.

An event's raw bytes are such a body that holds this event alone, with the number and the contact it came with. So what
was kept is read like what arrives.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from libs.channels import slices
from libs.channels.events import MalformedBody, RawEvent
from libs.channels.slices import Item, Node, Opened, Shape, elements, member

# What a value lists; anything else in it is about all of these.
LISTS = ("messages", "statuses", "message_echoes", "calls", "user_preferences", "user_id_update", "errors")
_VALUE: dict[str, Shape] = {name: [None] for name in (*LISTS, "contacts")}
# The on-premise API had neither entries nor changes: its body is a value.
_BODY: dict[str, Shape] = {"entry": [{"changes": [{"value": _VALUE}]}], **_VALUE}
# How items of any list name people; contacts carry the same ids.
_PEOPLE = (
    *("wa_id", "user_id", "parent_user_id"),
    *("from", "from_user_id", "from_parent_user_id"),
    *("to", "to_user_id", "to_parent_user_id"),
    *("recipient_id", "recipient_user_id", "recipient_parent_user_id"),
    *("recipient_participant_id", "recipient_participant_user_id"),
)
# What is kept around an event. It is repeated for each, so a body that makes much of it is not taken apart.
_KEPT = {"body": ("object",), "entry": ("id", "time"), "change": ("field",), "value": ("messaging_product", "metadata")}
_MOST_AROUND = 4_000


@dataclass(frozen=True, slots=True)
class _Around:
    """What surrounds a value."""

    body: Opened
    entry: Opened
    change: Opened

    def kept(self, value: str) -> str:
        """A body that holds this value alone."""
        change = _object(self.change, _KEPT["change"], f'"value":{value}')
        entry = _object(self.entry, _KEPT["entry"], f'"changes":[{change}]')
        return _object(self.body, _KEPT["body"], f'"entry":[{entry}]')

    def plain(self) -> dict[str, Any]:
        """What an event has from it."""
        names = {"field": self.change, "id": self.entry, "time": self.entry}
        return {name: _plain(node.members.get(name)) for name, node in names.items()}


def split(body: bytes) -> list[RawEvent]:
    """Everything the values list, in the body's order, and changes of another kind whole. Raises MalformedBody."""
    root = slices.opened(slices.decode(body), _BODY)
    if not isinstance(root, Opened):
        raise MalformedBody("not_an_object", "the body is JSON, but not an object")
    entries = root.members.get("entry")
    if type(entries) is list:
        return [event for entry in entries for event in _of_entry(root, entry)]
    if any(name in root.members for name in LISTS):
        return list(_of_change(_Around(Opened({}), Opened({}), Opened({})), root))
    raise MalformedBody("no_entry", '"entry" is missing or not a list')


def restore(raw: bytes) -> RawEvent:
    """The one event of a body that was kept."""
    events = split(raw)
    if len(events) != 1:
        raise MalformedBody("not_one_event", f"{len(events)} events where one was kept")
    return events[0]


def _of_entry(body: Opened, entry: Node) -> Iterator[RawEvent]:
    changes = member(entry, "changes")
    if not isinstance(entry, Opened) or type(changes) is not list:
        yield _odd(f'{{"entry":[{_text(entry)}]}}', "an entry without changes")
        return
    for change in changes:
        value = member(change, "value")
        if isinstance(change, Opened) and isinstance(value, Opened):
            yield from _of_change(_Around(body, entry, change), value)
        else:
            yield _odd(f'{{"entry":[{{"changes":[{_text(change)}]}}]}}', "a change without a value")


def _of_change(around: _Around, value: Opened) -> Iterator[RawEvent]:
    items = [(name, item) for name in LISTS for item in _items(value, name)]
    first, last = around.kept(_object(value, _KEPT["value"], "\0")).split("\0")
    if len(first) > _MOST_AROUND:
        yield _odd(f'{{"entry":[{{"changes":[{{"value":{_text(value)}}}]}}]}}', "too much around the events")
        return
    if not items:
        yield _event(around, value, around.kept(_text(value)), "change", value)
        return
    contacts = _Contacts(value, items)
    for name, item in items:
        contact = contacts.of(item)
        who = f'"contacts":[{contact.text}],' if contact else ""
        yield _event(around, value, f'{first}{who}"{name}":[{item.text}]{last}', name, item, contact)


class _Contacts:
    """Who the items of a value are about."""

    def __init__(self, value: Opened, items: list[tuple[str, Item]]) -> None:
        contacts = [contact for contact in _items(value, "contacts") if len(contact.text) <= _MOST_AROUND]
        self._by_id = {name: contact for contact in reversed(contacts) for name in _ids(contact)}
        # A number and its wa_id may differ: the only contact beside the only person is this person.
        people = {ids for _, item in items if (ids := _ids(item))}
        alone = len(contacts) == 1 and len(people) <= 1
        self._only = contacts[0] if alone else None

    def of(self, item: Item) -> Item | None:
        """The contact that came with an item."""
        named = (self._by_id[name] for name in _ids(item) if name in self._by_id)
        return next(named, self._only)


def _ids(item: Item) -> tuple[str, ...]:
    found = (item.value.get(name) for name in _PEOPLE) if isinstance(item.value, dict) else ()
    return tuple(value for value in found if isinstance(value, str) and value)


def _items(value: Opened, name: str) -> list[Item]:
    return [item for item in elements(value.members.get(name)) if isinstance(item, Item)]


def _event(around: _Around, value: Opened, kept: str, kind: str, item: Node, contact: Item | None = None) -> RawEvent:
    metadata = _plain(value.members.get("metadata"))
    number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    recipient = number if isinstance(number, str) else ""
    problem = item.problem if isinstance(item, Item) else ""
    payload = around.plain() | {
        "kind": kind,
        "metadata": metadata,
        "contact": _plain(contact),
        "item": _plain(item),
    }
    return RawEvent(None if problem else payload, slices.encode(kept), recipient, problem)


def _odd(kept: str, problem: str) -> RawEvent:
    return RawEvent(None, slices.encode(kept), "", problem)


def _plain(node: Node | None) -> Any:
    if isinstance(node, Opened):
        return {name: _plain(value) for name, value in node.members.items()}
    if isinstance(node, Item):
        return node.value
    return [_plain(element) for element in node] if node is not None else None


def _object(node: Opened, names: Iterable[str], last: str) -> str:
    """The text of an object with these members, whose names need no escape, and one more."""
    kept = (f'"{name}":{_text(node.members[name])}' for name in names if name in node.members)
    return "{" + ",".join((*kept, last)) + "}"


def _text(node: Node) -> str:
    if isinstance(node, Item):
        return node.text
    if isinstance(node, Opened):
        return "{" + ",".join(f"{json.dumps(name)}:{_text(value)}" for name, value in node.members.items()) + "}"
    return "[" + ",".join(_text(element) for element in node) + "]"
