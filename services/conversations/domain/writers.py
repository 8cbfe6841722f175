"""What is believed of who writes where no platform says it: anybody may type anybody's address into a form. Pure."""

from typing import Any

from frontdesk.channels.v1 import inbound_pb2 as inbound
from services.conversations.models import Conversation

CLAIMED, PROVEN = "claimed", "proven"


def note_writer(row: Conversation, contact: inbound.Contact) -> None:
    """Name and proof of the customer. Who only claims to be somebody known renames nobody."""
    known = row.contact_name or row.address_proof == PROVEN
    if not (known and contact.address_proof == CLAIMED):
        row.contact_name = contact.display_name or row.contact_name
    if row.address_proof != PROVEN:
        row.address_proof = contact.address_proof or row.address_proof


def prove_address(row: Conversation) -> bool:
    """What was claimed in this thread is proven elsewhere; False when nothing was, or it is known."""
    if row.address_proof != CLAIMED:
        return False
    row.address_proof = PROVEN
    row.version += 1
    return True


def told_of_writer(contact: inbound.Contact) -> dict[str, Any]:
    """What a message keeps of its own writer: whether the address is proven, and what was typed where it is not."""
    if contact.address_proof != CLAIMED:
        return {"address_proof": contact.address_proof} if contact.address_proof else {}
    typed = {"name": contact.display_name, "email": contact.email, "phone": contact.phone}
    return {"address_proof": CLAIMED, "claimed": {name: value for name, value in typed.items() if value}}
