"""The simulator, written from the facts by itself: what it sends is what the channel takes it for, it takes what the
channel sends, and both read the same in a template."""

import json
from typing import Any
from uuid import UUID

import pytest

from frontdesk.channels.v1.inbound_pb2 import InboundEvent
from libs.channels.contacts import Address
from libs.channels.references import reference
from libs.channels.sending import OutgoingMedia, OutgoingText, Part, Send
from libs.channels.templates import TemplatePage
from libs.channels.wire import Answer, HttpRequest
from services.simulator.domain.meta import sends, whatsapp, whatsapp_send
from services.simulator.domain.meta.accounts import MetaAccount, MetaCustomer, MetaSettings
from services.simulator.domain.meta.drafts import Ad, MetaDraft
from services.simulator.domain.meta.template_seeds import seeds
from services.simulator.domain.meta.templates import Template, render
from services.simulator.domain.meta.written import Media
from tests.contract.whatsapp.payloads import ACCOUNT, WHATSAPP, outcomes_of

KEY = UUID(int=1)
SEEDS = seeds()
PICTURE = "https://desk.example/media/public/x"
SHOWN = MetaCustomer("886900000001", "Bo", phone="886900000001", scoped_id="TW.1")
HIDDEN = MetaCustomer("886900000002", "May", phone="886900000002", scoped_id="TW.2", username="may", phone_hidden=True)
# A draft → what must come of it, type and all.
DRAFTS: dict[str, tuple[dict[str, Any], str]] = {
    **{kind: ({"type": kind}, f"message.{kind}") for kind in ("text", "image", "video", "audio", "file", "sticker")},
    **{kind: ({"type": kind}, f"message.{kind}") for kind in ("location", "contacts", "order", "unsupported")},
    **{kind: ({"type": kind}, "message.text") for kind in ("button", "button_reply", "list_reply", "nfm_reply")},
    "voice": ({"type": "voice"}, "message.audio"),
    "something new": ({"type": "hologram"}, "message.unsupported"),
    "echo": ({"kind": "echo"}, "echoed.text"),
    "echo of a picture": ({"kind": "echo", "type": "image"}, "echoed.image"),
    "edit": ({"kind": "edit", "message_id": "wamid.0", "text": "new"}, "edited"),
    "unsend": ({"kind": "unsend", "message_id": "wamid.0"}, "unsent"),
    "reaction": ({"kind": "reaction", "message_id": "wamid.0"}, "reacted"),
    "number": ({"kind": "number_changed", "new_id": "886900000009"}, "alias_changed"),
    "id": ({"kind": "user_id_changed", "new_id": "TW.9"}, "alias_changed"),
}
PARTS: dict[str, Part] = {
    "quote": OutgoingText("您好", quoted_id="wamid.0"),
    "image": OutgoingMedia("image", PICTURE, "image/jpeg", caption="look"),
    "voice": OutgoingMedia("audio", PICTURE, "audio/ogg", voice=True),
    "file": OutgoingMedia("file", PICTURE, "application/pdf", file_name="帳單.pdf"),
}


@pytest.fixture
def account() -> MetaAccount:
    """An account of the simulator."""
    settings = {"account_id": "a", "channel": "whatsapp", "provider_id": ACCOUNT.provider_id, "app_secret": "secret"}
    more = {"access_token": "token", "webhook_url": "http://127.0.0.1:1/w", "business_account_id": "300000000000777"}
    return MetaAccount(MetaSettings.model_validate(settings | more))


def outcome_of(entry: dict[str, Any]) -> InboundEvent:
    """What an entry of the simulator's becomes."""
    (outcome,) = outcomes_of(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    assert isinstance(outcome, InboundEvent), outcome
    return outcome


@pytest.mark.parametrize("person", [SHOWN, HIDDEN], ids=["shown", "hidden"])
@pytest.mark.parametrize(("draft", "expected"), DRAFTS.values(), ids=DRAFTS)
def test_drafts(account: MetaAccount, person: MetaCustomer, draft: dict[str, Any], expected: str) -> None:
    media = Media("123", "image/jpeg", "hash", "x.jpg")
    made = MetaDraft(user_id=person.user_id, **draft)
    event = outcome_of(whatsapp.make(made, account, person, "wamid.1", media, 1_795_000_000_000).body)
    field, _, kind = expected.partition(".")
    assert event.WhichOneof("event") == field
    numbers = [] if person.phone_hidden else [person.phone]
    assert [alias.value for alias in event.contact.aliases] == [person.scoped_id, *numbers]
    if kind:
        assert (event.echoed.message if field == "echoed" else event.message).type == kind


@pytest.mark.rule(11)
@pytest.mark.parametrize("source", ["ADS", "POST"])
def test_ads(account: MetaAccount, source: str) -> None:
    ad = Ad(source=source)
    draft = MetaDraft(user_id=SHOWN.user_id, ad=ad, quoted_message_id="wamid.0", forwarded=True)
    message = outcome_of(whatsapp.make(draft, account, SHOWN, "wamid.1", None, 1_795_000_000_000).body).message
    assert message.ad.source == ("ad" if source == "ADS" else "post")
    assert (message.ad.ad_id or message.ad.post_id, message.ad.title, message.ad.url) == (ad.ad_id, ad.title, ad.url)
    assert (message.quoted_provider_message_id, message.forwarded) == ("wamid.0", True)


@pytest.mark.parametrize("state", ["sent", "delivered", "read", "played", "failed"])
@pytest.mark.parametrize("person", [SHOWN, HIDDEN], ids=["shown", "hidden"])
def test_statuses(account: MetaAccount, person: MetaCustomer, state: str) -> None:
    given = reference(KEY, 1)
    told = whatsapp.status(account, person, "wamid.1", state, given, 1_795_000_000_000, code=131026)
    event = outcome_of(told.body)
    assert event.receipt.state == ("read" if state == "played" else state)
    assert (list(event.receipt.provider_message_ids), event.receipt.reference) == (["wamid.1"], given)
    assert event.receipt.failure_code == ("blocked" if state == "failed" else "")
    assert event.contact.aliases[0].value == person.scoped_id


@pytest.mark.parametrize("to", [("whatsapp_user", "TW.1"), ("whatsapp_phone", "886900000001")], ids=["id", "number"])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_sends(to: tuple[str, str], part: Part) -> None:
    send = Send(Address(*to), [part], KEY, reference=reference(KEY, 1))
    request = WHATSAPP.build_send(send, ACCOUNT, {"access_token": "token"})
    assert isinstance(request, HttpRequest)
    taken = whatsapp_send.check(sends.parse(request.body, request.headers["Content-Type"]))
    assert (taken.recipient, taken.reference, taken.about) == (to[1], reference(KEY, 1), part.quoted_id)


@pytest.mark.rule(45)
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.name}-{seed.language}")
def test_preview_is_what_the_customer_reads(seed: Template) -> None:
    page = WHATSAPP.read_templates(Answer(200, {}, json.dumps({"data": [seed.as_json()]}).encode()))
    assert isinstance(page, TemplatePage)
    (template,) = page.templates
    assert template.status == seed.status.lower()
    values: dict[str, list[str]] = {}
    for variable in WHATSAPP.view_template(template).variables:
        assert variable.example
        example = "A1024" if variable.component == "buttons" else variable.example
        values.setdefault(variable.component, []).append(example if variable.kind == "text" else PICTURE)
    filled = WHATSAPP.fill_template(template, values)
    assert render(seed, [dict(part) for part in filled.components]) == filled.text
    assert filled.text
