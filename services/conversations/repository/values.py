"""Database rows as the service's dataclasses."""

import json
from operator import itemgetter
from typing import Any

from services.conversations.models import CONVERSATION_COLUMNS, MESSAGE_COLUMNS, Conversation, Message

# Both dataclasses take their values in the order of their columns.
_conversation_values = itemgetter(*CONVERSATION_COLUMNS)


def conversation_of(row: Any) -> Conversation:
    """From a row that holds every column of CONVERSATION_COLUMNS."""
    return Conversation(*_conversation_values(row))


def message_of(row: Any) -> Message:
    """From a row that holds every column of MESSAGE_COLUMNS."""
    values = {name: row[name] for name in MESSAGE_COLUMNS}
    for name in ("attachments", "details"):
        # The driver gives jsonb as text, SQLAlchemy as objects.
        if isinstance(values[name], str):
            values[name] = json.loads(values[name])
    return Message(**values)
