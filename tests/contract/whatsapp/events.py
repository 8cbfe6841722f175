"""Proper WhatsApp events in their envelope, written from the facts, and copies with something wrong."""

import json
from typing import Any

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from tests.contract.whatsapp.payloads import outcomes_of

NUMBER = {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}
BO = {"profile": {"name": "Bo"}, "wa_id": "886900000001", "user_id": "TW.1"}
GOOD: dict[str, Any] = {
    "from": "886900000001",
    "from_user_id": "TW.1",
    "id": "wamid.1",
    "timestamp": "1795000000",
    "type": "text",
    "text": {"body": "hi"},
}
STATUS: dict[str, Any] = {
    "id": "wamid.9",
    "status": "sent",
    "timestamp": "1795000000",
    "recipient_id": "886900000001",
    "recipient_user_id": "TW.1",
}


def value_of(number: dict[str, Any] = NUMBER, /, **lists: list[Any]) -> dict[str, Any]:
    """What a change says of a number: value_of(messages=[GOOD], contacts=[BO])."""
    return {"messaging_product": "whatsapp", "metadata": number, **lists}


def body_of(*values: dict[str, Any], field: str = "messages") -> bytes:
    """A webhook body as Meta sends it, with one entry for each value."""
    entries = [
        {"id": "419561257915477", "time": 1795000000, "changes": [{"field": field, "value": value}]} for value in values
    ]
    return json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()


def meaning_of(field: str = "messages", **lists: list[Any]) -> InboundEvent:
    """What the only event of a value means."""
    (outcome,) = outcomes_of(body_of(value_of(**lists), field=field))
    assert isinstance(outcome, InboundEvent), outcome
    return outcome


def changed(event: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one field (dotted) replaced, or removed for None."""
    copy: dict[str, Any] = json.loads(json.dumps(event))
    *sections, name = path.split(".")
    target = copy
    for section in sections:
        target = target[section]
    target.pop(name, None)
    if value is not None:
        target[name] = value
    return copy


def aliases(event: InboundEvent) -> list[tuple[str, str]]:
    """The contact's names."""
    return [(alias.kind, alias.value) for alias in event.contact.aliases]
