"""What happens to a conversation when something is written in it."""

from datetime import datetime

from services.conversations.models import Conversation, Message

_PREVIEW_LENGTH = 200


def note_message(row: Conversation, message: Message, at: datetime) -> None:
    """The row after a new message: counters, inbox place, and the newest message shown. Any new message un-archives
    (rule 6). A message that is older than what is shown arrives unread but does not replace it."""
    row.last_sequence = message.sequence
    row.archived = False
    row.sort_at = at if row.sort_at is None else max(row.sort_at, at)
    if message.direction == "inbound":
        row.unread_count += 1
        if row.last_inbound_at is None or message.sent_at > row.last_inbound_at:
            row.last_inbound_at = message.sent_at
    if message.sort_key >= row.last_sort_key:
        row.last_sort_key = message.sort_key
        row.last_message_id = message.id
        row.last_direction = message.direction
        row.last_type = message.type
        row.last_sent_at = message.sent_at
        show_latest(row, message)


def show_latest(row: Conversation, message: Message) -> None:
    """Renews the preview when the message is the one the inbox shows."""
    if row.last_message_id != message.id:
        return
    row.last_preview = "" if message.unsent_at else preview(message)
    row.last_type = "unsent" if message.unsent_at else message.type
    row.last_direction = message.direction
    row.last_delivery_state = message.delivery_state


def keep_reply_token(row: Conversation, token: str, at: datetime) -> None:
    """The newest reply token is the one to answer with."""
    if token and (row.reply_token_at is None or at >= row.reply_token_at):
        row.reply_token, row.reply_token_at = token, at


def preview(message: Message) -> str:
    """One line for the inbox; "" where the type says it all and the console has the words."""
    return " ".join(message.text.split())[:_PREVIEW_LENGTH]
