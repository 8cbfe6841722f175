"""Questions to the Graph API: the number, files in two steps, templates, subscriptions."""

import json
from typing import Any

import pytest

from libs.channels.accounts import Account, AccountInfo
from libs.channels.contents import ContentRef, ContentRequest
from libs.channels.outcomes import Outcome, Verdict
from libs.channels.sending import CannotSend
from libs.channels.templates import TemplatePage
from libs.channels.whatsapp.channel import WhatsAppChannel
from libs.channels.wire import Answer, NoAnswer

WHATSAPP = WhatsAppChannel()
CREDENTIALS = {"access_token": "token", "business_account_id": "55"}
ACCOUNT = Account("t", "a", "77")
IMAGE = ContentRef("image", "9001")
BEARER = {"Authorization": "Bearer token"}
LIES = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=9001&ext=1&hash=x"


def answer(content: Any, status: int = 200) -> Answer:
    """An answer of Meta's."""
    return Answer(status, {}, json.dumps(content).encode())


def place(url: Any) -> ContentRequest | Outcome:
    """What follows the answer that names an address."""
    found = WHATSAPP.read_content_place(answer({"url": url, "mime_type": "image/jpeg"}), IMAGE, CREDENTIALS)
    assert isinstance(found, ContentRequest | Outcome)
    return found


def test_check_asks_the_number_itself() -> None:
    request = WHATSAPP.build_check(ACCOUNT, CREDENTIALS)
    assert (request.method, request.host, request.path.partition("?")[0]) == ("GET", "graph", "/77")
    told = {"id": "77", "display_phone_number": "+1 555-555-5555", "verified_name": "Jaspers Market"}
    assert WHATSAPP.read_check(answer(told)) == AccountInfo("77", "Jaspers Market +1 555-555-5555")


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        (answer({"error": {"code": 190, "message": "expired"}}, 401), Verdict.AUTH_FAILED),
        (answer({"error": {"code": 4, "message": "slower"}}, 400), Verdict.RETRY),
        (answer({"error": {"code": 100, "message": "no such thing"}}, 400), Verdict.REJECTED),
        (answer("oops", 502), Verdict.RETRY),
        (NoAnswer.LOST, Verdict.RETRY),
        (answer({}), Verdict.RETRY),
    ],
)
def test_questions_without_an_answer(result: Answer | NoAnswer, verdict: Verdict) -> None:
    outcome = WHATSAPP.read_check(result)
    assert isinstance(outcome, Outcome)
    assert outcome.verdict is verdict
    assert not outcome.maybe_sent


def test_file_is_fetched_in_two_steps() -> None:
    first = WHATSAPP.build_content(IMAGE, ACCOUNT, CREDENTIALS)
    assert first is not None
    assert (first.final, first.request.host, first.request.path) == (False, "graph", "/9001?phone_number_id=77")
    second = place(LIES)
    assert isinstance(second, ContentRequest)
    assert (second.final, second.request.host, second.request.path) == (True, "foreign", LIES)
    assert second.request.headers == BEARER


@pytest.mark.promise(8)
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://fbsbx.com.evil.example/x",
        "https://evilfbsbx.com/x",
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com:8443/x",
        "https://lookaside.fbsbx.com@evil.example/x",
        "https://evil.example\\@lookaside.fbsbx.com/x",
        "https://evil.example\\.fbsbx.com/x",
        "https://evil.example/?.fbsbx.com",
        "https://evil.example#.fbsbx.com",
        "https://evil.example/\t.fbsbx.com",
        "https://[evil.fbsbx.com/x",
        "https://lookaside。fbsbx.com/x",
        "http://127.0.0.1:9/x",
    ],
)
def test_token_goes_to_nobody_but_meta(url: str) -> None:
    for found in (place(url), WHATSAPP.build_content(ContentRef("image", url=url), ACCOUNT, CREDENTIALS)):
        assert isinstance(found, ContentRequest)
        # Those that only settings can allow go nowhere by themselves.
        assert (found.request.headers, found.request.own_headers) == ({}, BEARER)


@pytest.mark.parametrize("url", ["", None, "file:///etc/passwd", "ftp://x", "lookaside.fbsbx.com", 7])
def test_what_is_no_address_is_not_fetched(url: Any) -> None:
    found = place(url)
    assert isinstance(found, Outcome)
    assert (found.verdict, found.code) == (Verdict.REJECTED, "media_refused")


def test_file_that_came_with_its_address_is_fetched_there() -> None:
    found = WHATSAPP.build_content(ContentRef("image", url=LIES), ACCOUNT, CREDENTIALS)
    assert found is not None
    assert (found.final, found.request.headers) == (True, BEARER)
    assert WHATSAPP.build_content(ContentRef("image"), ACCOUNT, CREDENTIALS) is None


def test_templates_come_in_pages() -> None:
    first = WHATSAPP.build_templates("", ACCOUNT, CREDENTIALS)
    assert first.path.startswith("/55/message_templates?fields=")
    assert "after=" not in first.path
    assert WHATSAPP.build_templates("a b&c", ACCOUNT, CREDENTIALS).path.endswith("&after=a+b%26c")
    item = {"id": "1", "name": "hi", "language": "zh_TW", "status": "APPROVED", "category": "UTILITY", "components": []}
    paging = {"cursors": {"after": "NEXT"}, "next": "https://graph.facebook.com/…"}
    page = WHATSAPP.read_templates(answer({"data": [item, {"name": ""}, 7], "paging": paging}))
    assert isinstance(page, TemplatePage)
    (template,) = page.templates
    assert (template.name, template.language, template.status, template.category) == (
        "hi",
        "zh_TW",
        "approved",
        "utility",
    )
    assert (template.provider_id, page.after) == ("1", "NEXT")
    last = WHATSAPP.read_templates(answer({"data": [item], "paging": {"cursors": {"after": "NEXT"}}}))
    assert isinstance(last, TemplatePage)
    assert last.after == ""


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("APPROVED", "approved"), ("IN_APPEAL", "pending"), ("PAUSED", "paused"), ("ODD", "disabled"), (None, "disabled")],
)
def test_only_what_is_approved_counts_as_such(theirs: Any, ours: str) -> None:
    page = WHATSAPP.read_templates(answer({"data": [{"name": "x", "language": "en", "status": theirs}]}))
    assert isinstance(page, TemplatePage)
    assert page.templates[0].status == ours


def test_subscription_of_the_business_account() -> None:
    (plain,) = WHATSAPP.build_subscribe("https://desk.example/w", True, ACCOUNT, CREDENTIALS)
    assert (plain.method, plain.path, json.loads(plain.body)) == ("POST", "/55/subscribed_apps", {})
    (own,) = WHATSAPP.build_subscribe("https://desk.example/w", True, ACCOUNT, CREDENTIALS | {"verify_token": "v"})
    assert json.loads(own.body) == {"override_callback_uri": "https://desk.example/w", "verify_token": "v"}
    (stop,) = WHATSAPP.build_subscribe("", False, ACCOUNT, CREDENTIALS)
    assert (stop.method, stop.path) == ("DELETE", "/55/subscribed_apps")


def test_a_number_with_a_pin_is_registered_with_it() -> None:
    credentials = CREDENTIALS | {"pin": "012345"}
    _, register = WHATSAPP.build_subscribe("", True, ACCOUNT, credentials)
    assert (register.method, register.path.partition("?")[0]) == ("POST", f"/{ACCOUNT.provider_id}/register")
    assert json.loads(register.body) == {"messaging_product": "whatsapp", "pin": "012345"}
    assert len(WHATSAPP.build_subscribe("", False, ACCOUNT, credentials)) == 1


def test_account_without_its_business_account_cannot_ask() -> None:
    with pytest.raises(CannotSend):
        WHATSAPP.build_templates("", ACCOUNT, {"access_token": "token"})
