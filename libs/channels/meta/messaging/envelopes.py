"""Bodies of Messenger and Instagram: entries of one account each, with events in up to three lists.

An event is kept with the head of its entry, as an entry of its own: {"id":…,"time":…,"messaging":[<its exact text>]}.
"""

import json
from typing import Any

from libs.channels import slices
from libs.channels.events import MalformedBody, RawEvent
from libs.channels.meta.messaging.people import identity, party

LISTS = ("messaging", "standby", "changes")
_HEAD = ("id", "time")
_ENTRY: slices.Shape = {name: [None] for name in LISTS}
_BODY: slices.Shape = {"entry": [_ENTRY]}


def split(body: bytes) -> list[RawEvent]:
    """The events of all entries, in their order."""
    node = slices.opened(slices.decode(body), _BODY)
    if not isinstance(node, slices.Opened):
        raise MalformedBody("not_an_object", "the body is JSON, but not an object")
    entries = node.members.get("entry")
    if not isinstance(entries, list):
        raise MalformedBody("no_entry", '"entry" is missing or not a list')
    events = [event for entry in entries for event in _events(entry)]
    if len(events) > slices.MOST_ITEMS:
        raise MalformedBody("too_many_items", f"more than {slices.MOST_ITEMS} in one body")
    return events


def restore(raw: bytes) -> RawEvent:
    """An event from the bytes that were kept of it."""
    events = _events(slices.opened(slices.decode(raw), _ENTRY))
    if len(events) != 1:
        raise MalformedBody("not_one_event", f"the bytes hold {len(events)} events")
    return events[0]


def _events(entry: slices.Node) -> list[RawEvent]:
    if isinstance(entry, slices.Item):
        return [RawEvent(entry.value, slices.encode(entry.text), problem=entry.problem)]
    assert isinstance(entry, slices.Opened)
    lists = [(name, entry.members[name]) for name in LISTS if isinstance(entry.members.get(name), list)]
    items = {name: member for name, member in entry.members.items() if isinstance(member, slices.Item)}
    if not lists:
        return [_event(items)]
    head = {name: items[name] for name in _HEAD if name in items}
    return [_event(head, name, item) for name, listed in lists for item in listed if isinstance(item, slices.Item)]


def _event(members: dict[str, slices.Item], name: str = "", item: slices.Item | None = None) -> RawEvent:
    """One event of the list `name`; or, without one, an entry that is the event itself."""
    texts = [f"{json.dumps(key)}:{member.text}" for key, member in members.items()]
    payload: dict[str, Any] = {key: member.value for key, member in members.items()}
    if item is not None:
        texts.append(f'"{name}":[{item.text}]')
        payload[name] = [item.value]
    problem = next((member.problem for member in ([item] if item else members.values()) if member.problem), "")
    recipient = identity(payload.get("id")) or (_addressed(item.value) if item else "")
    raw = slices.encode("{" + ",".join(texts) + "}")
    return RawEvent(None if problem else payload, raw, recipient, problem)


def _addressed(item: Any) -> str:
    """The account an event is for, where its entry does not say: who received it, or sent it when it is an echo."""
    if not isinstance(item, dict):
        return ""
    message = item.get("message")
    echo = isinstance(message, dict) and message.get("is_echo") is True
    return party(item, "sender" if echo else "recipient")
