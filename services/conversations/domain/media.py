"""What became of a message's attachments."""

from frontdesk.delivery.v1.events_pb2 import MediaFetched
from services.conversations.models import Message

_TOLD = (
    "storage_key",
    "thumbnail_key",
    "content_type",
    "file_name",
    "size_bytes",
    "width",
    "height",
    "duration_ms",
    "kind",
)


def note_fetched(message: Message, fact: MediaFetched) -> bool:
    """Notes where an attachment lies now, or why it never will; False when that is known already. Once it is here, no
    later failure takes it away."""
    for number, attachment in enumerate(message.attachments):
        if attachment["id"] != fact.attachment_id or attachment["state"] in {"ready", "not_kept"}:
            continue
        changed = attachment | {"state": fact.state, "failure_code": fact.failure_code}
        if fact.state == "ready":
            changed |= {name: value for name in _TOLD if (value := getattr(fact, name))}
            # The platform's address is of no use any more.
            changed.pop("source", None)
        if changed != attachment:
            message.attachments = [*message.attachments[:number], changed, *message.attachments[number + 1 :]]
            message.version += 1
            return True
    return False
