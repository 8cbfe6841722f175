"""What nobody here wrote agrees: pywa reads and verifies every webhook of WhatsApp's, and the simulated API takes what
Meta's specification takes."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from pywa import handlers
from pywa.client import WhatsApp
from pywa.utils import webhook_updates_validator

from tests.contract.whatsapp.judge import faults
from tests.services.simulator.desk import Desk
from tests.services.simulator.meta import SECRET, MetaChannel
from tests.support.shared import shared

Read = Callable[[bytes], list[Any]]
# What is drafted → what pywa calls it.
DRAFTS: dict[str, tuple[dict[str, Any], str]] = {
    **{
        kind: ({"type": kind}, "Message")
        for kind in ("text", "image", "video", "audio", "voice", "file", "sticker", "location", "contacts", "order")
    },
    "unsupported": ({"type": "unsupported"}, "Message"),
    "forwarded": ({"forwarded": True}, "Message"),
    "quote": ({"quoted_message_id": "wamid.0"}, "Message"),
    "ad": ({"ad": {}}, "Message"),
    "button": ({"type": "button", "quoted_message_id": "wamid.0"}, "CallbackButton"),
    "button_reply": ({"type": "button_reply", "quoted_message_id": "wamid.0"}, "CallbackButton"),
    "list_reply": ({"type": "list_reply", "quoted_message_id": "wamid.0"}, "CallbackSelection"),
    "form": ({"type": "nfm_reply", "quoted_message_id": "wamid.0"}, "FlowCompletion"),
    "edit": ({"kind": "edit", "message_id": "wamid.0", "text": "new"}, "EditedMessage"),
    "unsend": ({"kind": "unsend", "message_id": "wamid.0"}, "DeletedMessage"),
    "reaction": ({"kind": "reaction", "message_id": "wamid.0"}, "Message"),
    "number": ({"kind": "number_changed"}, "PhoneNumberChange"),
    "user-id": ({"kind": "user_id_changed"}, "PhoneNumberChange"),
    "echo": ({"kind": "echo"}, "OutgoingMessage"),
    **{
        state: ({"kind": "status", "message_id": "wamid.0", "state": state}, "MessageStatus")
        for state in ("sent", "delivered", "read", "played", "failed")
    },
}
NAMES = {name for _, name in DRAFTS.values()}
# Meta's own examples of the kinds that are simulated.
SIMULATED = ("text", "image", "video", "audio", "document", "sticker", "location", "reaction", "template", "contacts")


@pytest.fixture
def reader() -> Read:
    """Reads a body and returns what pywa's handlers were given."""
    given: list[Any] = []
    client = WhatsApp(phone_id="1", token="none", server=None, filter_updates=False, validate_updates=False)
    for name in NAMES:
        client.add_handlers(getattr(handlers, f"{name}Handler")(lambda _, update: given.append(update)))

    def read(body: bytes) -> list[Any]:
        client.webhook_update_handler(body)
        return list(given)

    return read


@pytest.mark.parametrize(("draft", "name"), DRAFTS.values(), ids=DRAFTS)
async def test_pywa_reads_what_is_sent(
    whatsapp: MetaChannel, desk: Desk, reader: Read, draft: dict[str, Any], name: str
) -> None:
    entry = await whatsapp.happen(**draft)

    (call,) = desk.calls
    assert webhook_updates_validator(SECRET, call.body, call.headers["x-hub-signature-256"])
    (update,) = reader(call.body)
    assert type(update).__name__ == name
    assert int(update.timestamp.timestamp()) == entry["timestamp"] // 1000
    assert update.metadata.phone_number_id == whatsapp.provider_id


async def test_pywa_reads_who_has_no_number(whatsapp: MetaChannel, desk: Desk, reader: Read) -> None:
    person = await whatsapp.control("GET", f"users/{await whatsapp.person('李娜')}")
    await whatsapp.happen(user=person["user_id"])

    (update,) = reader(desk.calls[0].body)

    assert update.from_user.bsuid == person["scoped_id"]
    assert update.from_user.username == person["username"]
    assert not update.from_user.wa_id


def examples() -> dict[str, dict[str, Any]]:
    """Meta's examples by file, made concrete: somebody's number, addresses that are some."""
    found = {}
    for file in sorted(shared("payloads", "outbound", "whatsapp").glob("*.json")):
        body = json.loads(re.sub(r"<?http\(s\)://([\w-]+)>?", r"http://127.0.0.1:9/\1", file.read_text()))
        if body.get("type") in SIMULATED and body.get("recipient_type", "individual") == "individual":
            found[file.stem] = body | {"to": "886912345678"}
    return found


async def test_metas_examples_that_its_specification_takes_are_taken(whatsapp: MetaChannel) -> None:
    await whatsapp.happen(user="886912345678")
    right = {name: body for name, body in examples().items() if not faults("Message", body)}

    codes = {}
    for name, body in right.items():
        answer = await whatsapp.graph.post(f"/{whatsapp.provider_id}/messages", json=body)
        codes[name] = answer.json().get("error", {}).get("code", 0)

    assert len(right) > 20
    # A template of another account is no mistake of form.
    assert {name for name, code in codes.items() if code not in (0, 132001)} == set()


@pytest.mark.parametrize(
    "change",
    [
        {"text": {"body": ""}},
        {"text": {"body": "x" * 4097}},
        {"text": {"body": "x", "colour": "red"}},
        {"text": {"body": "x", "preview_url": "yes"}},
        {"text": "x"},
        {"type": "image", "image": {"link": "https://a.example", "id": "1"}},
        {"type": "hologram"},
        {"messaging_product": "messenger"},
    ],
    ids=["empty", "long", "unknown-key", "no-boolean", "no-object", "id-and-link", "unknown-type", "other-product"],
)
async def test_both_refuse_what_is_wrong(whatsapp: MetaChannel, change: dict[str, Any]) -> None:
    right = {"messaging_product": "whatsapp", "to": "886912345678", "type": "text", "text": {"body": "x"}}
    assert faults("Message", right) == []

    answer = await whatsapp.graph.post(f"/{whatsapp.provider_id}/messages", json=right | change)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert faults("Message", right | change)
