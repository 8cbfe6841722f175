"""Counts over an account's ledger."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from services.simulator.service.entries import Entry, Received, Sent


def summarise(entries: Iterable[Entry]) -> dict[str, Any]:
    """{sent: …, received: …}"""
    listed = list(entries)
    sent = [entry for entry in listed if isinstance(entry, Sent)]
    received = [entry for entry in listed if isinstance(entry, Received)]
    return {"sent": _count_sent(sent), "received": _count_received(received)}


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
    texts = Counter((entry.chat_id, entry.text) for entry in entries if entry.text is not None)
    doubled = [{"chat_id": chat, "text": text, "count": count} for (chat, text), count in texts.items() if count > 1]
    return {
        "messages": len(entries),
        "requests": len({entry.request_id for entry in entries}),
        "arrived": sum(entry.arrived for entry in entries),
        "repeats": sum(entry.repeats for entry in entries),
        "by_method": dict(Counter(entry.method for entry in entries)),
        "same_text_twice": doubled[:100],
    }
