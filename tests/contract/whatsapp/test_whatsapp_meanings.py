"""Meanings that no sample of the collection shows, written from the facts."""

from typing import Any

import pytest

from tests.contract.whatsapp.events import GOOD, NUMBER, STATUS, changed, meaning_of

ADDRESSED = {"from": NUMBER["display_phone_number"], "to": "886900000001", "id": "wamid.7", "timestamp": "1795000000"}


def typed(name: str, content: Any, **more: Any) -> Any:
    """What a message of a type means."""
    return meaning_of(messages=[changed(GOOD, "text", None) | {"type": name, name: content} | more])


@pytest.mark.parametrize(
    ("status", "state"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("played", "read"), ("failed", "failed")],
)
def test_states(status: str, state: str) -> None:
    assert meaning_of(statuses=[STATUS | {"status": status}]).receipt.state == state


def test_status_gives_back_what_came_with_the_attempt() -> None:
    pricing = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
    receipt = meaning_of(statuses=[STATUS | {"biz_opaque_callback_data": "fd1.x.1", "pricing": pricing}]).receipt
    assert receipt.reference == "fd1.x.1"
    assert dict(receipt.pricing) == {
        "billable": "false",
        "model": "PMP",
        "type": "free_customer_service",
        "category": "service",
    }
    assert (receipt.failure_code, receipt.failure_detail) == ("", "")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (131026, "blocked"),
        (131047, "window_closed"),
        (131049, "marketing_limited"),
        (131050, "opted_out"),
        (131053, "media_refused"),
        (132001, "template_refused"),
        (132015, "template_refused"),
        (131048, "rate_limited"),
        (130429, "rate_limited"),
        (999999, "rejected"),
    ],
)
def test_failures_have_codes(number: int, code: str) -> None:
    error = {"code": number, "title": "T", "message": "T", "error_data": {"details": "D"}}
    receipt = meaning_of(statuses=[STATUS | {"status": "failed", "errors": [error]}]).receipt
    assert (receipt.failure_code, receipt.failure_detail) == (code, f"T; D ({number})")


@pytest.mark.parametrize("errors", [None, [], "odd", [{}], [{"code": "0"}]], ids=str)
def test_failure_without_a_number_is_a_refusal_without_words(errors: Any) -> None:
    receipt = meaning_of(statuses=[STATUS | {"status": "failed", "errors": errors}]).receipt
    assert (receipt.failure_code, receipt.failure_detail) == ("rejected", "")


@pytest.mark.rule(11)
def test_post_with_a_button_is_a_source_as_well() -> None:
    referral = {"source_type": "post", "source_id": "P1", "source_url": "https://fb.me/x", "thumbnail_url": "https://t"}
    ad = meaning_of(messages=[GOOD | {"referral": referral}]).message.ad
    assert (ad.source, ad.ad_id, ad.post_id, ad.url, ad.picture_url) == (
        "post",
        "",
        "P1",
        "https://fb.me/x",
        "https://t",
    )


def test_answers_of_a_form_are_kept_when_they_are_json() -> None:
    for given, kept in (('{"a":"1"}', '{"a":"1"}'), ("{", ""), ("[1]", ""), (7, "")):
        reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": given}}
        message = typed("interactive", reply).message
        assert (message.type, message.text) == ("text", "Sent")
        assert (message.selection.kind, message.selection.form_json) == ("form", kept)


@pytest.mark.parametrize(
    ("price", "written"),
    [(30, "30"), (29.9, "29.9"), ("1200.50", "1200.50"), (1e300, ""), (-1, ""), ("free", ""), (True, ""), (None, "")],
)
def test_prices_are_decimals(price: Any, written: str) -> None:
    item = {"product_retailer_id": "A", "quantity": "2", "item_price": price, "currency": "TWD"}
    order = typed("order", {"catalog_id": "C", "product_items": [item], "text": "today?"}).message.order
    assert (order.items[0].quantity, order.items[0].price, order.note) == (2, written, "today?")


def test_product_that_a_message_is_about_and_quotes() -> None:
    context = {"id": "wamid.0", "referred_product": {"catalog_id": "C", "product_retailer_id": "A"}, "forwarded": True}
    message = meaning_of(messages=[GOOD | {"context": context}]).message
    assert (message.quoted_provider_message_id, message.product_id, message.forwarded) == ("wamid.0", "A", True)


def test_file_that_is_only_an_address() -> None:
    (attachment,) = typed(
        "image", {"url": "https://lookaside.fbsbx.com/x", "mime_type": "image/png"}
    ).message.attachments
    assert (attachment.url, attachment.provider_content_id) == ("https://lookaside.fbsbx.com/x", "")


def test_caption_can_be_edited_and_edits_that_cannot_be_read_wait() -> None:
    edit = {"original_message_id": "wamid.0", "message": {"type": "image", "image": {"id": "1", "caption": "new"}}}
    assert typed("edit", edit).edited.text == "new"


@pytest.mark.parametrize(
    ("echo", "field"),
    [
        (
            {"type": "edit", "edit": {"original_message_id": "w", "message": {"type": "text", "text": {"body": "x"}}}},
            "edited",
        ),
        ({"type": "revoke", "revoke": {"original_message_id": "w"}}, "unsent"),
        ({"type": "reaction", "reaction": {"message_id": "w", "emoji": "👍"}}, "notice"),
        ({"type": "image", "image": {"id": "1"}}, "echoed"),
    ],
)
def test_what_the_shop_does_in_its_own_app(echo: dict[str, Any], field: str) -> None:
    event = meaning_of(field="smb_message_echoes", message_echoes=[ADDRESSED | echo])
    assert event.WhichOneof("event") == field
    assert event.contact.aliases[0].value == "886900000001"
