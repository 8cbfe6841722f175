"""pywa, a library that nobody here wrote, reads what we keep of an event, and means the same by it."""

from collections.abc import Callable
from typing import Any

import pytest
from pywa import handlers
from pywa.client import WhatsApp

from frontdesk.channels.v1 import inbound_pb2 as pb
from tests.contract.whatsapp.payloads import expected, outcome_of, sample_events

# Its word for an update → what it is for us.
MEANINGS = {
    "Message": ("message", "reacted"),
    "CallbackButton": ("message",),
    "CallbackSelection": ("message",),
    "FlowCompletion": ("message",),
    "EditedMessage": ("edited",),
    "DeletedMessage": ("unsent",),
    "MessageStatus": ("receipt",),
    "PhoneNumberChange": ("alias_changed",),
    "IdentityChange": ("notice",),
    "OutgoingMessage": ("echoed",),
}
# It reads today's shapes alone, in which every contact has an id of the business.
READABLE = [key for key in expected() if "david-lev_pywa" in key[0]]
STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}


@pytest.fixture
def reader() -> Callable[[bytes], list[Any]]:
    """Reads a body and returns what handlers were given. It gives each event once."""
    given: list[Any] = []
    client = WhatsApp(phone_id="1", token="none", server=None, filter_updates=False, validate_updates=False)
    for name in MEANINGS:
        client.add_handlers(getattr(handlers, f"{name}Handler")(lambda _, update: given.append(update)))

    def read(body: bytes) -> list[Any]:
        given.clear()
        client.webhook_update_handler(body)
        return list(given)

    return read


@pytest.mark.parametrize("key", READABLE, ids=lambda key: f"{key[0]}[{key[1]}]")
def test_means_the_same(reader: Any, key: tuple[str, int]) -> None:
    event = sample_events()[key]
    outcome = outcome_of(event)
    for update in reader(event.raw):
        name = type(update).__name__
        assert isinstance(outcome, pb.InboundEvent)
        assert outcome.WhichOneof("event") in MEANINGS[name]
        assert int(update.timestamp.timestamp()) == outcome.occurred_at.seconds
        if outcome.WhichOneof("event") == "message":
            assert_same_message(update, outcome.message)
        if name == "MessageStatus":
            assert outcome.receipt.provider_message_ids == [update.id]
            assert outcome.receipt.state == STATES[str(update.status.value)]
            assert outcome.receipt.reference == (update.tracker or "")
        if update.from_user and name not in ("PhoneNumberChange", "IdentityChange", "OutgoingMessage"):
            assert update.from_user.bsuid == outcome.contact.aliases[0].value
            assert update.from_user.name == outcome.contact.display_name


def assert_same_message(theirs: Any, ours: pb.MessageReceived) -> None:
    """What both libraries say of a message."""
    assert theirs.id == ours.provider_message_id
    if type(theirs).__name__ == "CallbackButton":
        assert (theirs.data, theirs.title) == (ours.selection.id, ours.selection.title)
    if type(theirs).__name__ == "CallbackSelection":
        assert (theirs.data, theirs.title) == (ours.selection.id, ours.selection.title)
        assert (theirs.description or "") == ours.selection.description
    if type(theirs).__name__ != "Message":
        return
    quoted = theirs.reply_to_message.id if theirs.reply_to_message else ""
    assert (quoted or "") == ours.quoted_provider_message_id
    assert theirs.forwarded == ours.forwarded
    assert (theirs.text or theirs.caption or "") == ours.text
    assert [media.id for media in [theirs.media] if media] == [one.provider_content_id for one in ours.attachments]
    if theirs.order:
        bought = [(item.sku, item.quantity, f"{item.price:g}") for item in theirs.order.products]
        assert bought == [(item.product_id, item.quantity, item.price) for item in ours.order.items]


def test_it_read_most_of_them(reader: Any) -> None:
    read = [key for key in READABLE if reader(sample_events()[key].raw)]
    assert len(read) >= 40
