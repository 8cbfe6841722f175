"""Holds the desk's tables against the ledgers of platforms and browsers."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from tests.chaos.answering import Answer
from tests.chaos.platform import Side, Written

# Of a contact's names the one that the other side calls their chat by; of a site's ids what the browser gave.
_MESSAGES = """
SELECT m.id::text, m.direction, m.text,
       CASE WHEN c.channel = 'web' THEN split_part(m.provider_message_id, '.', 2)
            ELSE m.provider_message_id END AS provider_message_id,
       m.sequence, m.sort_key, m.delivery_state, m.attempt,
       c.id::text AS conversation, c.channel, a.value AS chat
FROM conversations.messages m
JOIN conversations.conversations c ON (c.tenant_id, c.id) = (m.tenant_id, m.conversation_id)
JOIN conversations.contact_aliases a ON (a.tenant_id, a.contact_id) = (c.tenant_id, c.contact_id)
WHERE a.kind IN ('line_user', 'facebook_user', 'instagram_user', 'whatsapp_phone', 'order', 'web_member')
ORDER BY c.id, m.sort_key"""
_ARRIVED = frozenset({"sent", "delivered", "read"})
_DOUBTING = frozenset({"facebook", "instagram", "whatsapp"})
_PLACES = {"sent": 0, "delivered": 1, "read": 2}


class Books:
    """What the desk holds, read as the superuser."""

    def __init__(self, rows: list[Any]) -> None:
        self.inbound = [row for row in rows if row["direction"] == "inbound"]
        self.outbound = {row["id"]: row for row in rows if row["direction"] == "outbound"}

    @staticmethod
    async def read(url: str) -> "Books":
        """All of it."""
        connection = await asyncpg.connect(url)
        try:
            return Books(await connection.fetch(_MESSAGES))
        finally:
            await connection.close()

    def unfinished(self, doubts: bool) -> list[str]:
        """Answers that are still on their way. doubts: leaves out those at Meta that may have been sent, and wait for
        a word of the platform."""
        return [
            row["text"]
            for row in self.outbound.values()
            if row["delivery_state"] == "queued"
            or (row["delivery_state"] == "sending" and not (doubts and row["channel"] in _DOUBTING))
        ]


async def check_inbound(books: Books, sides: Sequence[Side], everything: bool) -> int:
    """Every message that was answered with a 2xx is there, once, in its one conversation, in the customer's order;
    nothing is there that nobody wrote. everything: also those that were never answered. How many there are."""
    written: dict[str, Written] = {}
    for side in sides:
        written |= await side.written()
    ids = Counter(row["provider_message_id"] for row in books.inbound)
    assert [key for key, count in ids.items() if count > 1] == [], "shown twice"
    assert set(ids) <= set(written), "never written"
    owed = {key for key, message in written.items() if everything or message.answered}
    missing = [written[key] for key in owed - set(ids)]
    lost = Counter(f"{one.channel}, {'answered' if one.answered else 'never answered'}" for one in missing)
    assert not lost, f"lost {dict(lost)}"
    conversations: dict[tuple[str, str], set[str]] = defaultdict(set)
    threads: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in books.inbound:
        message = written[row["provider_message_id"]]
        assert (row["channel"], row["text"], row["chat"]) == (message.channel, message.text, message.chat_id)
        conversations[row["channel"], row["chat"]].add(row["conversation"])
        threads[row["channel"], row["chat"]].append(message.order)
    assert [chat for chat, found in conversations.items() if len(found) != 1] == [], "more than one conversation"
    assert [chat for chat, thread in threads.items() if thread != sorted(thread)] == [], "out of order"
    _check_sequences(books)
    return len(books.inbound)


def _check_sequences(books: Books) -> None:
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in [*books.inbound, *books.outbound.values()]:
        numbers[row["conversation"]].append(row["sequence"])
    for conversation, found in numbers.items():
        assert sorted(found) == list(range(1, len(found) + 1)), f"{conversation} has gaps"


async def check_answers(
    books: Books, sides: Sequence[Side], answers: Mapping[str, Sequence[Answer]]
) -> dict[str, Counter[str]]:
    """Every answer the API took is there once, echoes added none, and it reached its customer once, or is shown as
    what it is; in order. Counts of final states by channel."""
    texts = Counter(row["text"] for row in books.outbound.values())
    assert [text for text, count in texts.items() if count > 1] == [], "an answer was stored twice"
    counts: dict[str, Counter[str]] = {}
    for side in sides:
        received = await side.received()
        _check_arrived(books, received, answers[side.channel])
        _check_receipts(books, await side.furthest())
        mine = [row for row in books.outbound.values() if row["channel"] == side.channel]
        counts[side.channel] = Counter(row["delivery_state"] for row in mine)
    return counts


def _check_arrived(books: Books, received: Mapping[str, list[str]], answers: Sequence[Answer]) -> None:
    arrived = Counter(text for chat in received.values() for text in chat)
    assert [text for text, count in arrived.items() if count > 1] == [], "an answer was sent twice"
    for answer in answers:
        row = books.outbound[answer.message_id]
        assert row["text"] == answer.text
        if row["delivery_state"] in _ARRIVED:
            assert answer.text in received[row["chat"]], f"{answer.text} is shown as sent and never arrived"
        if row["delivery_state"] == "failed":
            assert arrived[answer.text] == 0, f"{answer.text} is shown as failed and arrived"
    known = {row["text"]: row["sequence"] for row in books.outbound.values()}
    for chat, thread in received.items():
        order = [known[text] for text in thread]
        assert order == sorted(order), f"answers to {chat} came out of order"


def _check_receipts(books: Books, furthest: Mapping[str, str]) -> None:
    """In whatever order receipts came, and however often: what was told furthest is shown."""
    for row in books.outbound.values():
        told = furthest.get(row["provider_message_id"] or "")
        if told is not None:
            shown = _PLACES.get(row["delivery_state"], -1)
            assert shown >= _PLACES[told], f"{row['text']} is shown as {row['delivery_state']} and was {told}"
