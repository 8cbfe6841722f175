"""Holds the desk's tables against the platform's ledger."""

from collections import Counter, defaultdict
from typing import Any

import asyncpg

from tests.chaos.answering import Answer
from tests.chaos.platform import Platform

_MESSAGES = """
SELECT m.id::text, m.direction, m.text, m.provider_message_id, m.sequence, m.sort_key, m.delivery_state, m.attempt,
       c.id::text AS conversation, a.value AS chat
FROM conversations.messages m
JOIN conversations.conversations c ON (c.tenant_id, c.id) = (m.tenant_id, m.conversation_id)
JOIN conversations.contact_aliases a ON (a.tenant_id, a.contact_id) = (c.tenant_id, c.contact_id)
ORDER BY c.id, m.sort_key"""


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

    async def unfinished(self) -> list[str]:
        """Answers that are still on their way."""
        return [row["text"] for row in self.outbound.values() if row["delivery_state"] in {"queued", "sending"}]


async def check_inbound(books: Books, platform: Platform, everything: bool) -> int:
    """Every message the platform got a 2xx for is there, once, in its one conversation, in the customer's order;
    nothing is there that nobody wrote. everything: also those that were never answered. How many there are."""
    written = await platform.written()
    ids = Counter(row["provider_message_id"] for row in books.inbound)
    assert [key for key, count in ids.items() if count > 1] == [], "shown twice"
    assert set(ids) <= set(written), "never written"
    owed = {key for key, message in written.items() if everything or message.answered}
    assert owed - set(ids) == set(), "lost"
    conversations: dict[str, set[str]] = defaultdict(set)
    threads: dict[str, list[str]] = defaultdict(list)
    for row in books.inbound:
        conversations[row["chat"]].add(row["conversation"])
        threads[row["chat"]].append(row["provider_message_id"])
        message = written[row["provider_message_id"]]
        assert (row["text"], row["chat"]) == (message.text, message.chat_id)
    assert [chat for chat, found in conversations.items() if len(found) != 1] == [], "more than one conversation"
    for chat, thread in threads.items():
        assert thread == sorted(thread, key=lambda key: written[key].timestamp), f"{chat} is out of order"
    _check_sequences(books)
    return len(books.inbound)


def _check_sequences(books: Books) -> None:
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in [*books.inbound, *books.outbound.values()]:
        numbers[row["conversation"]].append(row["sequence"])
    for conversation, found in numbers.items():
        assert sorted(found) == list(range(1, len(found) + 1)), f"{conversation} has gaps"


async def check_answers(books: Books, platform: Platform, answers: list[Answer]) -> Counter[str]:
    """Every answer the API took is there once, and reached its customer once, or is shown as what it is; in order.
    Counts of final states."""
    texts = Counter(row["text"] for row in books.outbound.values())
    assert [text for text, count in texts.items() if count > 1] == [], "an answer was stored twice"
    received = await platform.received()
    arrived = Counter(text for chat in received.values() for text in chat)
    assert [text for text, count in arrived.items() if count > 1] == [], "an answer was sent twice"
    for answer in answers:
        row = books.outbound[answer.message_id]
        assert row["text"] == answer.text
        if row["delivery_state"] == "sent":
            assert answer.text in received[row["chat"]], f"{answer.text} is shown as sent and never arrived"
        if row["delivery_state"] == "failed":
            assert arrived[answer.text] == 0, f"{answer.text} is shown as failed and arrived"
    known = {row["text"]: row["sequence"] for row in books.outbound.values()}
    for chat, thread in received.items():
        order = [known[text] for text in thread]
        assert order == sorted(order), f"answers to {chat} came out of order"
    return Counter(row["delivery_state"] for row in books.outbound.values())
