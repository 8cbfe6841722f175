"""What an attempt sends, from the request to the channel."""

import json
from typing import Any
from uuid import uuid4

import pytest

from frontdesk.conversations.v1.conversations_pb2 import OutgoingAttachment, OutgoingTemplate
from frontdesk.conversations.v1.events_pb2 import DeliveryRequested
from libs.channels import sending
from libs.channels.references import read_reference
from libs.channels.sending import CannotSend
from libs.storage.keys import new_key
from services.delivery.domain.content import pack
from services.delivery.domain.sending import build
from services.delivery.models import Attempt
from tests.unit.delivery.attempts import NOW, attempt, nowhere


def with_content(text: str = "hi", tenant: Any = None, **fields: Any) -> Attempt:
    """An attempt that was requested with these fields."""
    made = attempt(reply=False, text=text, tenant_id=tenant or uuid4())
    made.content = pack(DeliveryRequested(text=text, **fields))
    return made


def test_a_text_alone_takes_no_room() -> None:
    assert pack(DeliveryRequested(text="hi", sequence=3)) == ""
    (part,) = build(attempt(), nowhere).parts
    assert part == sending.OutgoingText("hi")


def test_a_text_may_answer_a_message() -> None:
    sent = build(with_content(quoted_provider_message_id="m1", quote_token="q1"), nowhere)
    assert sent.parts == (sending.OutgoingText("hi", quote_token="q1", quoted_id="m1"),)


def test_every_call_names_its_attempt() -> None:
    made = attempt(attempt=3)
    assert read_reference(build(made, nowhere).reference) == (made.message_id, 3)


def test_the_time_in_which_only_people_may_answer_is_told() -> None:
    assert build(attempt(human_agent=True), nowhere).human_agent
    assert build(with_content(subject="Your order"), nowhere).subject == "Your order"


def test_a_file_is_sent_by_its_address_with_its_preview_and_caption() -> None:
    tenant = uuid4()
    file, preview = (new_key(tenant, NOW, uuid4(), name) for name in ("a.mp4", "a.jpg"))
    attachment = OutgoingAttachment(
        kind="video",
        content_type="video/mp4",
        file_name="cat.mp4",
        size_bytes=7,
        duration_ms=1500,
        storage_key=file,
        thumbnail_key=preview,
    )
    sent = with_content("look", tenant, attachments=[attachment], quoted_provider_message_id="m1")
    (part,) = build(sent, nowhere).parts
    assert part == sending.OutgoingMedia(
        kind="video",
        url=f"https://desk.test/{file}",
        content_type="video/mp4",
        file_name="cat.mp4",
        size_bytes=7,
        duration_ms=1500,
        preview_url=f"https://desk.test/{preview}",
        caption="look",
        quoted_id="m1",
    )


@pytest.mark.promise(5)
@pytest.mark.parametrize("field", ["storage_key", "thumbnail_key"])
def test_no_file_of_another_tenant_is_sent(field: str) -> None:
    tenant = uuid4()
    keys = {name: new_key(tenant, NOW, uuid4(), "a.jpg") for name in ("storage_key", "thumbnail_key")}
    for wrong in (new_key(uuid4(), NOW, uuid4(), "a.jpg"), "../etc/passwd"):
        attachment = OutgoingAttachment(
            kind="image", storage_key=keys["storage_key"], thumbnail_key=keys["thumbnail_key"]
        )
        setattr(attachment, field, wrong)
        with pytest.raises(CannotSend):
            build(with_content("", tenant, attachments=[attachment]), nowhere)


@pytest.mark.rule(45)
def test_a_template_goes_with_its_components() -> None:
    components = [{"type": "body", "parameters": [{"type": "text", "text": "Mei"}]}]
    template = OutgoingTemplate(
        name="hello", language="zh_TW", components_json=json.dumps(components), text="Mei, welcome"
    )
    (part,) = build(with_content(template=template, quoted_provider_message_id="m1"), nowhere).parts
    assert part == sending.OutgoingTemplate("hello", "zh_TW", components, "Mei, welcome", "m1")


@pytest.mark.parametrize("text", ["{", "{}", "[1]", "[" * 100_000])
def test_a_template_that_cannot_be_read_is_not_sent(text: str) -> None:
    with pytest.raises(CannotSend):
        build(with_content(template=OutgoingTemplate(name="hello", components_json=text)), nowhere)
