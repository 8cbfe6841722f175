"""Under which keys events and the messages they speak of are known."""

from frontdesk.channels.v1 import inbound_pb2 as inbound

# Change a message that is there, or wait for it: repeating them changes nothing.
_CHANGES = frozenset({"edited", "unsent", "reacted", "receipt"})
# What platforms tell besides ("played") says nothing that is shown.
_TOLD = frozenset({"sent", "delivered", "read", "failed"})


def message_key(provider_message_id: str) -> str:
    """The key under which a platform's message is claimed."""
    return f"message:{provider_message_id}"


def makes_message(event: inbound.InboundEvent) -> bool:
    """Whether the event shows in the thread."""
    return event.WhichOneof("event") in {"message", "postback", "echoed"}


def effect_key(event: inbound.InboundEvent) -> str:
    """The key under which the event may take effect once; "" where repeating it changes nothing. What shows in the
    thread is known by the platform's id, whatever it is taken for: a replay may take it for something else."""
    if event.WhichOneof("event") in _CHANGES:
        return ""
    provider_id = _provider_id(event)
    return message_key(provider_id) if provider_id else f"event:{event.dedup_key}"


def changed_keys(event: inbound.InboundEvent) -> list[str]:
    """Keys of the messages the event changes, by the platform's ids; [] for other events. A replayed event may change
    the message it made."""
    match event.WhichOneof("event"):
        case "edited":
            return [message_key(event.edited.provider_message_id)]
        case "unsent":
            return [message_key(event.unsent.provider_message_id)]
        case "reacted":
            return [message_key(event.reacted.provider_message_id)]
        case "receipt" if event.receipt.state in _TOLD:
            return [message_key(one) for one in dict.fromkeys(event.receipt.provider_message_ids)]
    return [effect_key(event)] if event.replayed and makes_message(event) else []


def _provider_id(event: inbound.InboundEvent) -> str:
    match event.WhichOneof("event"):
        case "message":
            return event.message.provider_message_id
        case "echoed":
            return event.echoed.message.provider_message_id
        case "postback":
            return event.postback.provider_event_id
    return ""
